/** One connection to the upstream: serves one request at a time, and tells its pool what it is fit for. */

import type net from 'node:net'
import { codeOf } from '../../core/errors.ts'
import { failureReason, failureText } from '../failure.ts'
import { AnswerMemory } from './answer-memory.ts'
import { Limits } from './limits.ts'
import { PatientSocket } from './patient-socket.ts'
import { writeTogether } from './request-writer.ts'
import { type ResponseEvents, ResponseParser } from './response-parser.ts'
import type { SocketEvents, SocketOpener } from './upstream-socket.ts'
import type { RequestConnection, WireRequest } from './wire-request.ts'

/** What a connection tells its pool. */
export interface ConnectionOwner {
  /** It has connected. */
  opened(connection: Connection): void
  /** It can serve another request. */
  freed(connection: Connection): void
  /** It is gone; `error` tells why it never connected. */
  gone(connection: Connection, error: Error | undefined): void
  /** The request must be sent once more, elsewhere. */
  repeat(request: WireRequest): void
  /** A deadline was set. */
  watch(deadline: number): void
}

/** Codes of a connection that the other side has closed. */
const CLOSED_BY_PEER: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED'])

/** Serves requests one after the other; an answer that leaves any doubt ends it. */
export class Connection implements RequestConnection, SocketEvents, ResponseEvents {
  readonly #owner: ConnectionOwner
  readonly #socket: net.Socket
  readonly #parser = new ResponseParser(this)
  readonly #limits = new Limits()
  readonly #memory = new AnswerMemory()
  #request: WireRequest | undefined
  #trailers: readonly string[] = []
  #isReady = false
  #isGone = false
  #isPaused = false
  /** No request comes after the one in progress. */
  #isLast = false
  /** Requests served before the one in progress. */
  #served = 0
  #hasHead = false
  /** The answer in progress is whole, and its request is not. */
  #isAnswered = false
  /** Nothing is left but to write what was handed over. */
  #isClosing = false
  #ownsBytes = false

  /** Connects at once, and gives up at `connectDeadline`. */
  constructor(owner: ConnectionOwner, opener: SocketOpener, connectDeadline: number) {
    this.#owner = owner
    this.#limits.rest = connectDeadline
    this.#socket = opener.open(this)
  }

  /** The nearest deadline. */
  get deadline(): number {
    return this.#limits.nearest
  }

  get isReady(): boolean {
    return this.#isReady
  }

  /** Whether it has not served any request yet. */
  get isNew(): boolean {
    return this.#served === 0
  }

  /** Milliseconds after which the upstream said it would close an idle connection. */
  get upstreamKeepsMs(): number {
    return this.#parser.keepAliveHint < 0 ? Infinity : this.#parser.keepAliveHint * 1000
  }

  /** Sends a request; only while it is ready and idle. */
  serve(request: WireRequest): void {
    this.#request = request
    this.#limits.rest = Infinity
    this.#hasHead = false
    this.#trailers = []
    this.#parser.begin(request.outgoing.method === 'HEAD')
    if (this.#socket instanceof PatientSocket) {
      this.#socket.isPatient = request.outgoing.framing.kind !== 'none'
    }
    request.attach(this)
  }

  /** Keeps it open without a request until the deadline. */
  rest(deadline: number): void {
    this.#limits.rest = deadline
    this.#owner.watch(deadline)
  }

  /** Closes it when the answer in progress has ended, at once when there is none. */
  closeSoon(): void {
    this.#isLast = true
    if (this.#request === undefined) this.destroy()
  }

  /** Closes it at once; a request in progress is told nothing. */
  destroy(): void {
    if (this.#isGone) return
    this.#request = undefined
    this.#leave(undefined)
  }

  /** Closes it at once; a request in progress fails in a later turn. */
  cut(message: string): void {
    const request = this.#request
    if (request === undefined) this.destroy()
    else request.failSoon('reset', message)
  }

  /** Ends what took too long. */
  expire(now: number): void {
    const request = this.#request
    if (request === undefined) {
      this.destroy()
      return
    }
    if (this.#isAnswered) {
      this.#lost(undefined)
      return
    }
    const message = this.#limits.passed(now, request.outgoing, this.#hasHead)
    this.destroy()
    request.fail('timeout', message)
  }

  send(before: string, bytes: Buffer | undefined, after: string): boolean {
    const socket = this.#socket
    const wantsMore =
      bytes === undefined
        ? socket.write(before, 'latin1')
        : writeTogether(socket, before, bytes, after)
    if (!wantsMore && this.#request !== undefined) {
      this.#limits.write = performance.now() + this.#request.outgoing.idleMs
      this.#owner.watch(this.#limits.write)
    }
    return wantsMore
  }

  requestSent(): void {
    const request = this.#request
    if (request === undefined) return
    if (this.#isAnswered) {
      this.#closeSent(request)
      return
    }
    if (this.#hasHead) return
    this.#limits.answer = request.endedAt + request.outgoing.timeoutMs
    this.#owner.watch(this.#limits.answer)
  }

  pauseAnswer(): void {
    // Before the head there is nothing to hold back, and what is not read can not be seen to fail.
    if (!this.#hasHead || this.#isPaused) return
    this.#isPaused = true
    this.#limits.answer = Infinity
    this.#socket.pause()
  }

  resumeAnswer(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#awaitBytes()
    this.#socket.resume()
  }

  #awaitBytes(): void {
    const request = this.#request
    if (request === undefined || this.#isAnswered) return
    this.#limits.answer = performance.now() + request.outgoing.idleMs
    this.#owner.watch(this.#limits.answer)
  }

  onReady(): void {
    this.#isReady = true
    this.#limits.rest = Infinity
    this.#owner.opened(this)
  }

  onBytes(bytes: Buffer, length: number, isOwned: boolean): void {
    if (this.#isGone) return
    if (this.#request === undefined) {
      // Nobody asked for these: they must not be taken for the next answer.
      if (!this.#isClosing) this.destroy()
      return
    }
    if (this.#isAnswered) {
      this.#lost(undefined)
      return
    }
    this.#request.hasAnswerBytes = true
    this.#ownsBytes = isOwned
    this.#parser.push(bytes, 0, length)
    if (this.#hasHead && !this.#isPaused) this.#awaitBytes()
  }

  get copiesBytes(): boolean {
    return this.#memory.isReserved
  }

  onDrain(): void {
    this.#limits.write = Infinity
    this.#request?.drained()
  }

  onEnd(): void {
    this.#isLast = true
    if (this.#isGone || this.#isClosing) return
    if (this.#request === undefined) this.destroy()
    else if (!this.#parser.finish()) this.#lost(undefined)
  }

  onError(error: Error): void {
    if (!this.#isGone) this.#lost(error)
  }

  onClose(): void {
    if (!this.#isGone) this.#lost(undefined)
  }

  onInformation(status: number, reason: string, fields: string[]): void {
    this.#request?.answerInformation(status, reason, fields)
  }

  onHead(status: number, reason: string, fields: string[]): void {
    this.#hasHead = true
    const request = this.#request
    if (request === undefined) return
    if (request.isPaused) this.pauseAnswer()
    request.answerHead(status, reason, fields)
  }

  onBody(bytes: Buffer, start: number, end: number, missing: number): void {
    const request = this.#request
    if (request === undefined) return
    const chunk = this.#ownsBytes
      ? bytes.subarray(start, end)
      : this.#memory.keep(bytes, start, end, missing)
    request.answerBytes(chunk)
  }

  onTrailers(fields: string[]): void {
    this.#trailers = fields
  }

  onComplete(hasExtraBytes: boolean): void {
    const request = this.#request
    if (request === undefined) return
    this.#memory.end()
    this.#limits.answer = Infinity
    this.#served += 1
    const isKept = this.#parser.isPersistent && !hasExtraBytes && !this.#isLast
    if (isKept && !request.isEnded) {
      // An upstream that keeps the connection reads on: it is not for us to keep the rest from it.
      this.#isAnswered = true
      if (this.#isPaused) this.#socket.resume()
      this.#isPaused = false
      request.answerEnd(this.#trailers, true)
      return
    }
    this.#request = undefined
    const isReusable =
      isKept &&
      request.isEnded &&
      this.#socket.writableLength === 0 &&
      !(this.#socket instanceof PatientSocket && this.#socket.hasLostBytes)
    if (this.#isPaused && isReusable) {
      this.#isPaused = false
      this.#socket.resume()
    }
    const trailers = this.#trailers
    if (isReusable) this.#owner.freed(this)
    else this.#leave(undefined)
    request.answerEnd(trailers, false)
  }

  onProblem(problem: string): void {
    const request = this.#request
    this.destroy()
    request?.fail('protocol', `The upstream sent no valid HTTP: ${problem}.`)
  }

  /** The connection is over before the answer was. */
  #lost(error: Error | undefined): void {
    const request = this.#request
    this.#request = undefined
    this.#leave(error)
    if (request === undefined) return
    if (this.#isAnswered) {
      request.uploadCut()
      return
    }
    const isClosedByPeer = error === undefined || CLOSED_BY_PEER.has(codeOf(error) ?? '')
    if (isClosedByPeer && this.#served > 0 && request.mayBeRepeated) {
      request.detach()
      this.#owner.repeat(request)
      return
    }
    const reason = error === undefined ? 'reset' : failureReason(error)
    request.fail(reason, failureText(reason, this.#hasHead))
  }

  /** The end of a request that was answered before: what is not written yet leaves, then the connection. */
  #closeSent({ outgoing }: WireRequest): void {
    this.#request = undefined
    this.#isClosing = true
    this.#limits.write = Infinity
    this.rest(performance.now() + outgoing.idleMs)
    this.#socket.destroySoon()
  }

  #leave(error: Error | undefined): void {
    this.#isGone = true
    this.#parser.stop()
    this.#memory.end()
    this.#limits.clear()
    this.#socket.destroy()
    this.#owner.gone(this, error)
  }
}
