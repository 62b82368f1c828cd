/**
 * An incremental parser of HTTP/1.1 answers without any I/O: bytes in, events out. It knows one answer
 * at a time, informational ones before it included, and never looks at what follows: extra bytes can
 * not become the next answer (RFC 9112 §6.3), they are only reported.
 *
 * It accepts nothing that Node's own client (llhttp, strict) refuses; what it refuses beyond that is
 * listed in the differential test.
 */

import { CR, LF } from './byte-class.ts'
import { ChunkHeader } from './chunk-header.ts'
import { BROKEN, HeadScanner, INCOMPLETE } from './head-scanner.ts'
import { ResponseFraming } from './response-framing.ts'

/** What a parser tells while it is fed; the receiver may call `stop` or `begin` from any of them. */
export interface ResponseEvents {
  onInformation(status: number, reason: string, fields: string[]): void
  onHead(status: number, reason: string, fields: string[]): void
  /**
   * Bytes `start` to `end` of `bytes` are body; they are only valid during the call. `missing` is how many the body,
   * or its chunk, is known to have beyond them.
   */
  onBody(bytes: Buffer, start: number, end: number, missing: number): void
  onTrailers(fields: string[]): void
  /** The answer is whole; `hasExtraBytes` tells that more bytes came with its end. */
  onComplete(hasExtraBytes: boolean): void
  /** The answer is no valid HTTP; nothing follows. */
  onProblem(problem: string): void
}

/** Informational answers before one final answer at most. */
export const MAX_INFORMATIONAL = 64

const IDLE = 0
const HEAD = 1
const BODY_OF_LENGTH = 2
const BODY_UNTIL_CLOSE = 3
const CHUNK_HEADER = 4
const CHUNK_DATA = 5
const CHUNK_CR = 6
const CHUNK_LF = 7
const TRAILERS = 8
const NO_BODY = 9

/** Reads the answers of one connection, one after the other: `begin`, `push`…, `onComplete`, `begin`, … */
export class ResponseParser {
  readonly #events: ResponseEvents
  readonly #scanner = new HeadScanner()
  readonly #framing = new ResponseFraming()
  readonly #chunk = new ChunkHeader()

  #phase = IDLE
  #isHeadRequest = false
  #informational = 0
  #minorVersion = 1
  /** Bytes that are missing of the body or of the chunk. */
  #remaining = 0

  constructor(events: ResponseEvents) {
    this.#events = events
  }

  /** Whether the connection may carry another request, as far as the completed answer tells. */
  get isPersistent(): boolean {
    return this.#framing.isPersistent(this.#minorVersion)
  }

  /** Seconds of the upstream's `Keep-Alive: timeout=` hint; -1 when there was none. */
  get keepAliveHint(): number {
    return this.#framing.keepAliveHint
  }

  /** Expects the answer to one request; the answer to a HEAD has no body whatever its fields say. */
  begin(isHeadRequest: boolean): void {
    this.#isHeadRequest = isHeadRequest
    this.#informational = 0
    this.#startHead()
  }

  /** No event follows. */
  stop(): void {
    this.#phase = IDLE
  }

  #startHead(): void {
    this.#phase = HEAD
    this.#scanner.startHead()
  }

  /** Reads the bytes from `start` to `end`. */
  push(bytes: Buffer, start: number, end: number): void {
    let at = start
    while (at < end) {
      switch (this.#phase) {
        case HEAD:
          at = this.#pushHead(bytes, at, end)
          break
        case BODY_OF_LENGTH: {
          const bodyEnd = Math.min(end, at + this.#remaining)
          this.#remaining -= bodyEnd - at
          const isWhole = this.#remaining === 0
          this.#events.onBody(bytes, at, bodyEnd, this.#remaining)
          at = bodyEnd
          if (isWhole && this.#isIn(BODY_OF_LENGTH)) at = this.#complete(at, end)
          break
        }
        case BODY_UNTIL_CLOSE:
          this.#events.onBody(bytes, at, end, 0)
          return
        case CHUNK_HEADER:
          at = this.#chunk.scan(bytes, at, end)
          if (at < 0)
            at = this.#fail(`the chunked body is not valid HTTP: ${this.#chunk.problem}`, end)
          else if (this.#chunk.isDone) this.#startChunk()
          break
        case CHUNK_DATA: {
          const dataEnd = Math.min(end, at + this.#remaining)
          this.#remaining -= dataEnd - at
          if (this.#remaining === 0) this.#phase = CHUNK_CR
          this.#events.onBody(bytes, at, dataEnd, this.#remaining)
          at = dataEnd
          break
        }
        case CHUNK_CR:
        case CHUNK_LF:
          at = this.#pushChunkEnd(bytes[at] ?? 0, at, end)
          break
        case TRAILERS:
          at = this.#pushTrailers(bytes, at, end)
          break
        default:
          return
      }
    }
  }

  /** The connection ended; whether that ends the answer in progress, and then `onComplete` was called. */
  finish(): boolean {
    if (this.#phase !== BODY_UNTIL_CLOSE) return false
    this.#complete(0, 0)
    return true
  }

  #pushHead(bytes: Buffer, start: number, end: number): number {
    let at = start
    if (!this.#scanner.isUnderWay) {
      // Empty lines before an answer are passed over, as llhttp does.
      while (at < end && (bytes[at] === CR || bytes[at] === LF)) at += 1
      if (at === end) return end
    }
    const headEnd = this.#scanner.scan(bytes, at, end)
    if (headEnd === INCOMPLETE) return end
    if (headEnd === BROKEN) return this.#fail(this.#scanner.problem, end)
    return this.#readHead(headEnd, end)
  }

  #readHead(headEnd: number, end: number): number {
    const { status, reason, fields, tabbedValues, minorVersion } = this.#scanner
    const framing = this.#framing
    this.#minorVersion = minorVersion
    framing.reset()
    const problem = framing.read(fields, tabbedValues)
    if (problem !== undefined) return this.#fail(`the head is not valid HTTP: ${problem}`, end)
    if (status < 200) return this.#readInformational(status, reason, fields, headEnd, end)

    this.#phase = this.#phaseOfBody(status)
    this.#events.onHead(status, reason, fields)
    return this.#isIn(NO_BODY) ? this.#complete(headEnd, end) : headEnd
  }

  #readInformational(
    status: number,
    reason: string,
    fields: string[],
    headEnd: number,
    end: number,
  ): number {
    if (status < 100) return this.#fail('the status is below 100', end)
    if (status === 101) return this.#fail('it switches protocols although nobody asked', end)
    if (!this.isPersistent) {
      return this.#fail('an informational answer announces the end of the connection', end)
    }
    this.#informational += 1
    if (this.#informational > MAX_INFORMATIONAL) {
      return this.#fail('there are too many informational answers', end)
    }
    this.#startHead()
    this.#events.onInformation(status, reason, fields)
    return headEnd
  }

  /** RFC 9112 §6.3, in its order. */
  #phaseOfBody(status: number): number {
    const framing = this.#framing
    if (this.#isHeadRequest || status === 204 || status === 304) return NO_BODY
    if (framing.isChunked) {
      this.#chunk.start()
      return CHUNK_HEADER
    }
    if (framing.hasTransferEncoding || framing.contentLength < 0) return BODY_UNTIL_CLOSE
    this.#remaining = framing.contentLength
    return framing.contentLength === 0 ? NO_BODY : BODY_OF_LENGTH
  }

  #startChunk(): void {
    if (this.#chunk.size > 0) {
      this.#remaining = this.#chunk.size
      this.#phase = CHUNK_DATA
    } else {
      this.#phase = TRAILERS
      this.#scanner.startTrailers()
    }
  }

  #pushChunkEnd(byte: number, at: number, end: number): number {
    const isExpected = byte === (this.#phase === CHUNK_CR ? CR : LF)
    if (!isExpected)
      return this.#fail('the chunked body is not valid HTTP: a chunk has no end', end)
    if (this.#phase === CHUNK_CR) this.#phase = CHUNK_LF
    else {
      this.#phase = CHUNK_HEADER
      this.#chunk.start()
    }
    return at + 1
  }

  #pushTrailers(bytes: Buffer, at: number, end: number): number {
    const sectionEnd = this.#scanner.scan(bytes, at, end)
    if (sectionEnd === INCOMPLETE) return end
    if (sectionEnd === BROKEN) return this.#fail(this.#scanner.problem, end)
    const { fields, tabbedValues } = this.#scanner
    const problem = this.#framing.read(fields, tabbedValues)
    if (problem !== undefined) {
      return this.#fail(`the trailer section is not valid HTTP: ${problem}`, end)
    }
    if (fields.length > 0) this.#events.onTrailers(fields)
    return this.#isIn(TRAILERS) ? this.#complete(sectionEnd, end) : sectionEnd
  }

  /** Events may have changed the phase since it was last read. */
  #isIn(phase: number): boolean {
    return this.#phase === phase
  }

  #complete(at: number, end: number): number {
    this.#phase = IDLE
    this.#events.onComplete(at < end)
    return end
  }

  #fail(problem: string, end: number): number {
    this.#phase = IDLE
    this.#events.onProblem(problem)
    return end
  }
}
