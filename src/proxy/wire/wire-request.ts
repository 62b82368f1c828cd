/** One request from the moment it is handed over until its answer has ended, whatever connection it gets. */

import type { FailureReason, HeaderList } from '../../core/exchange.ts'
import type { LegHandler, LegRequest, OutgoingRequest } from '../leg.ts'
import { isIdempotentMethod } from '../methods.ts'
import { HeldBody } from './held-body.ts'
import { formatChunkSize, formatHead, formatLastChunk } from './request-writer.ts'

/** What a request needs of its connection. */
export interface RequestConnection {
  /** Whether it has not served any request yet. */
  readonly isNew: boolean
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

const OPEN = 0
/** The answer was told to its end; what is left of the upload goes on. */
const ANSWERED = 1
const FAILING = 2
const OVER = 3

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
  /** What was handed over before there was a connection. */
  #waiting: HeldBody | undefined
  /** What was sent, as long as it may have to be sent again and is short enough. */
  #sent: HeldBody | undefined
  #bodyLength = 0
  #trailers: HeaderList = []
  #endedAt = -1
  #life: typeof OPEN | typeof ANSWERED | typeof FAILING | typeof OVER = OPEN
  /** The answer is whole, told or held back. */
  #isAnswered = false
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
    return this.#life >= FAILING
  }

  /** Whether it may be sent once more after a reused connection turned out to be closed. */
  get mayBeRepeated(): boolean {
    if (this.hasAnswerBytes || this.needsNewConnection) return false
    return isIdempotentMethod(this.outgoing.method) && (!this.#hasBody || this.#sent !== undefined)
  }

  get #hasBody(): boolean {
    const { framing } = this.outgoing
    return framing.kind === 'chunked' || (framing.kind === 'length' && framing.length > 0)
  }

  /** Gives it a connection; sends at once what there is, or leaves the head to the end of this turn. */
  attach(connection: RequestConnection): void {
    this.#connection = connection
    const hasBody = this.outgoing.framing.kind !== 'none'
    if (hasBody && !connection.isNew && isIdempotentMethod(this.outgoing.method)) {
      this.#sent = new HeldBody()
    }
    const waiting = this.#waiting
    this.#waiting = undefined
    if (hasBody && !this.isEnded && waiting === undefined) {
      process.nextTick(sendHead, this)
      return
    }
    let wantsMore = true
    for (const chunk of waiting?.chunks ?? []) wantsMore = this.#sendChunk(connection, chunk)
    if (this.isEnded) this.#sendEnd(connection)
    else if (!hasBody) this.sendHead()
    else if (wantsMore) this.drained()
    // Else the connection tells when it has drained.
  }

  /** Takes the connection away, to be attached to another one. */
  detach(): void {
    this.#connection = undefined
    this.#head = formatHead(this.outgoing)
    if (this.#sent !== undefined && this.#sent.chunks.length > 0) this.#waiting = this.#sent
    this.#sent = undefined
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
      if (this.#isAnswered) return true
      this.#waiting ??= new HeldBody()
      this.#waiting.push(chunk)
      wantsMore = !this.#waiting.isFull
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
    if (this.#life === ANSWERED) {
      this.abort()
      return
    }
    this.#life = FAILING
    this.#letGo()
    process.nextTick(failNow, this, reason, message)
  }

  #letGo(): void {
    const connection = this.#connection
    this.#connection = undefined
    this.#head = undefined
    this.#waiting = undefined
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

  /** The answer is whole. The connection is not this request's any more, unless its upload goes on there. */
  answerEnd(trailers: readonly string[], uploadGoesOn: boolean): void {
    if (!uploadGoesOn) this.#connection = undefined
    if (this.isOver) return
    this.#isAnswered = true
    if (this.#isPaused) {
      this.#heldEnd = trailers
      return
    }
    if (trailers.length > 0) this.#handler.onTrailers(trailers)
    // `onTrailers` may have aborted.
    if (this.#life !== OPEN) return
    this.#life = this.#connection === undefined ? OVER : ANSWERED
    this.#handler.onEnd()
  }

  /** The answer was whole before, and the upstream takes no more of the upload. */
  uploadCut(): void {
    this.#uploadIsOver()
    if (!this.#callerWaits) return
    this.#callerWaits = false
    this.#handler.onDrain()
  }

  #uploadIsOver(): void {
    this.#connection = undefined
    if (this.#life === ANSWERED) this.#life = OVER
  }

  deliverHeldEnd(): void {
    const trailers = this.#heldEnd
    if (trailers === undefined || this.#isPaused) return
    this.#heldEnd = undefined
    this.answerEnd(trailers, true)
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
    if (this.#sent !== undefined) {
      this.#sent.push(chunk)
      if (this.#sent.isFull) this.#sent = undefined
    }
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
    if (this.#isAnswered) this.#uploadIsOver()
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
