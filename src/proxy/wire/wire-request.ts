/** One request from the moment it is handed over until its answer has ended, whatever connection it gets. */

import type { FailureReason, HeaderList } from '../../core/exchange.ts'
import type { LegHandler, LegRequest, OutgoingRequest } from '../leg.ts'
import { formatChunkSize, formatHead, formatLastChunk } from './request-writer.ts'

/** What a request needs of its connection. */
export interface RequestConnection {
  /** Sends parts of the request as one: text in latin1, bytes, text. False: it should wait for a drain. */
  send(before: string, bytes: Buffer | undefined, after: string): boolean
  /** Nothing more will be sent for this request. */
  requestSent(): void
  pauseAnswer(): void
  resumeAnswer(): void
  destroy(): void
}

/** What a request needs of its transport before it has a connection. */
export interface RequestQueue {
  leave(request: WireRequest): void
}

/** RFC 9110 §9.2.2; TRACE never passes the proxy. */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])

/** Body bytes that may wait for a connection before the caller is told to stop. */
const MAX_WAITING_BYTES = 65_536

/** What a piece takes besides its bytes, roughly: bodies may come in pieces of one byte. */
const OBJECT_BYTES = 128

const OPEN = 0
const FAILING = 1
const OVER = 2

/** The handle that callers hold; the connection that serves it calls the `answer…` methods. */
export class WireRequest implements LegRequest {
  readonly outgoing: OutgoingRequest
  /** When waiting for a connection becomes a failure; a time of `performance.now()`. */
  connectDeadline = 0
  /** Set when it is sent for the second time: a connection that was used before will not do. */
  needsNewConnection = false
  hasAnswerBytes = false

  readonly #handler: LegHandler
  readonly #queue: RequestQueue
  #connection: RequestConnection | undefined
  /** Not sent yet. */
  #head: string | undefined
  #waitingBytes: Buffer[] = []
  #waitingLength = 0
  #bodyLength = 0
  #trailers: HeaderList = []
  #endedAt = -1
  #life: typeof OPEN | typeof FAILING | typeof OVER = OPEN
  #isPaused = false
  #callerWaits = false
  /** The answer is whole, but the caller paused: told when it resumes. */
  #heldEnd: readonly string[] | undefined

  constructor(outgoing: OutgoingRequest, handler: LegHandler, queue: RequestQueue) {
    this.outgoing = outgoing
    this.#handler = handler
    this.#queue = queue
    this.#head = formatHead(outgoing)
  }

  /** Whether its head can be written at all. */
  get isValid(): boolean {
    return this.#head !== undefined
  }

  /** Whether the caller has handed over everything. */
  get isEnded(): boolean {
    return this.#endedAt >= 0
  }

  /** When the caller had handed over everything; a time of `performance.now()`. */
  get endedAt(): number {
    return this.#endedAt
  }

  get isPaused(): boolean {
    return this.#isPaused
  }

  /** Whether nothing more is to be done for it. */
  get isOver(): boolean {
    return this.#life !== OPEN
  }

  /** Whether it may be sent once more after a reused connection turned out to be closed. */
  get mayBeRepeated(): boolean {
    const { method, framing } = this.outgoing
    const hasBody = framing.kind === 'chunked' || (framing.kind === 'length' && framing.length > 0)
    return !this.hasAnswerBytes && !this.needsNewConnection && !hasBody && IDEMPOTENT.has(method)
  }

  /** Gives it a connection; sends at once what there is, or leaves the head to the end of this turn. */
  attach(connection: RequestConnection): void {
    this.#connection = connection
    const hasBody = this.outgoing.framing.kind !== 'none'
    if (hasBody && !this.isEnded && this.#waitingLength === 0) {
      process.nextTick(sendHead, this)
      return
    }
    const waiting = this.#waitingBytes
    this.#waitingBytes = []
    this.#waitingLength = 0
    let wantsMore = true
    for (const chunk of waiting) wantsMore = this.#sendChunk(connection, chunk)
    if (this.isEnded) this.#sendEnd(connection)
    else if (!hasBody) this.sendHead()
    else if (wantsMore) this.drained()
    // Else the connection tells when it has drained.
  }

  /** Takes the connection away, to be attached to another one. */
  detach(): void {
    this.#connection = undefined
    this.#head = formatHead(this.outgoing)
  }

  /** Sends the head if it has not left yet. */
  sendHead(): void {
    const head = this.#head
    if (head === undefined || this.#connection === undefined || this.isOver) return
    this.#head = undefined
    this.#connection.send(head, undefined, '')
  }

  write(chunk: Buffer): boolean {
    const { framing } = this.outgoing
    if (this.isOver || this.isEnded || framing.kind === 'none' || chunk.length === 0) return true
    this.#bodyLength += chunk.length
    if (framing.kind === 'length' && this.#bodyLength > framing.length) {
      this.failSoon('protocol', 'The body of the request is longer than its Content-Length.')
      return true
    }
    const connection = this.#connection
    let wantsMore: boolean
    if (connection === undefined) {
      this.#waitingBytes.push(chunk)
      this.#waitingLength += chunk.length + OBJECT_BYTES
      wantsMore = this.#waitingLength < MAX_WAITING_BYTES
    } else wantsMore = this.#sendChunk(connection, chunk)
    this.#callerWaits = !wantsMore
    return wantsMore
  }

  end(trailers: HeaderList = []): void {
    if (this.isOver || this.isEnded) return
    const { framing } = this.outgoing
    if (framing.kind === 'length' && this.#bodyLength < framing.length) {
      this.failSoon('protocol', 'The body of the request is shorter than its Content-Length.')
      return
    }
    this.#endedAt = performance.now()
    this.#trailers = trailers
    this.#callerWaits = false
    if (this.#connection !== undefined) this.#sendEnd(this.#connection)
  }

  pause(): void {
    if (this.isOver || this.#isPaused) return
    this.#isPaused = true
    this.#connection?.pauseAnswer()
  }

  resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    if (this.#heldEnd !== undefined) process.nextTick(deliverHeldEnd, this)
    else this.#connection?.resumeAnswer()
  }

  abort(): void {
    if (this.#life === OVER) return
    this.#life = OVER
    this.#heldEnd = undefined
    this.#letGo()
  }

  /** Fails it in a later turn, because callers of `send`, `write` and `end` do not expect calls. */
  failSoon(reason: FailureReason, message: string): void {
    if (this.isOver) return
    this.#life = FAILING
    this.#letGo()
    process.nextTick(failNow, this, reason, message)
  }

  #letGo(): void {
    const connection = this.#connection
    this.#connection = undefined
    this.#head = undefined
    this.#waitingBytes = []
    if (connection === undefined) this.#queue.leave(this)
    else connection.destroy()
  }

  answerInformation(status: number, reason: string, fields: readonly string[]): void {
    if (!this.isOver) this.#handler.onInformation(status, reason, fields)
  }

  answerHead(status: number, reason: string, fields: readonly string[]): void {
    if (!this.isOver) this.#handler.onHead(status, reason, fields)
  }

  answerBytes(chunk: Buffer): void {
    if (!this.isOver) this.#handler.onData(chunk)
  }

  /** The answer is whole; the connection is not this request's any more. */
  answerEnd(trailers: readonly string[]): void {
    this.#connection = undefined
    if (this.isOver) return
    if (this.#isPaused) {
      this.#heldEnd = trailers
      return
    }
    if (trailers.length > 0) this.#handler.onTrailers(trailers)
    // `onTrailers` may have aborted.
    if (this.#life !== OPEN) return
    this.#life = OVER
    this.#handler.onEnd()
  }

  deliverHeldEnd(): void {
    const trailers = this.#heldEnd
    if (trailers === undefined || this.#isPaused) return
    this.#heldEnd = undefined
    this.answerEnd(trailers)
  }

  fail(reason: FailureReason, message: string): void {
    this.#connection = undefined
    if (this.#life === OVER) return
    this.#life = OVER
    this.#handler.onFailure(reason, message)
  }

  /** The connection takes bytes again. */
  drained(): void {
    if (!this.#callerWaits || this.isOver) return
    this.#callerWaits = false
    this.#handler.onDrain()
  }

  #sendChunk(connection: RequestConnection, chunk: Buffer): boolean {
    const head = this.#head ?? ''
    this.#head = undefined
    if (this.outgoing.framing.kind !== 'chunked') return connection.send(head, chunk, '')
    return connection.send(head + formatChunkSize(chunk.length), chunk, '\r\n')
  }

  #sendEnd(connection: RequestConnection): void {
    const head = this.#head ?? ''
    this.#head = undefined
    let last = ''
    if (this.outgoing.framing.kind === 'chunked') {
      const lastChunk = formatLastChunk(this.#trailers)
      if (lastChunk === undefined) {
        this.failSoon('protocol', 'The trailers of the request hold a byte that none may hold.')
        return
      }
      last = lastChunk
    }
    if (head !== '' || last !== '') connection.send(head + last, undefined, '')
    connection.requestSent()
  }
}

function sendHead(request: WireRequest): void {
  request.sendHead()
}

function deliverHeldEnd(request: WireRequest): void {
  request.deliverHeldEnd()
}

function failNow(request: WireRequest, reason: FailureReason, message: string): void {
  request.fail(reason, message)
}
