/** One request's way to primary and the answer's way back to the client, streamed with backpressure. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FailureReason, HeaderList, Observation } from '../core/exchange.ts'
import { headerValue } from '../core/headers.ts'
import type { BodyCapture } from './body.ts'
import { type AnswerSource, ClientAnswer } from './client-answer.ts'
import type { Connection } from './connection.ts'
import { connectionOf, forwardableTrailers } from './hop-by-hop.ts'
import type { BodyFraming, LegHandler, LegRequest, OutgoingRequest } from './leg.ts'
import { isSafeMethod } from './methods.ts'
import { Observed } from './observed.ts'
import type { Passage } from './passage.ts'
import { CLIENT_TIMEOUT, primaryFailed, type Refusal } from './refusal.ts'
import { type Retries, retriesOf } from './retries.ts'
import type { Route } from './route.ts'

const NOTHING = Buffer.alloc(0)

/**
 * Ends when primary is done and the request was read to its end, or when the client is gone. The copy's
 * fate is not waited for.
 */
export class Forward implements LegHandler, AnswerSource {
  readonly #req: IncomingMessage
  readonly #answer: ClientAnswer
  readonly #passage: Passage
  readonly #route: Route
  readonly #connection: Connection
  readonly #outgoing: OutgoingRequest
  #handle: LegRequest | undefined
  /** Absent: there is one try. */
  readonly #retries: Retries | undefined
  readonly #observed = new Observed()
  #capture: BodyCapture | undefined
  #uploadBegan = false
  #uploaded = false
  #uploadPaused = false
  #answerPaused = false
  #primaryDone = false
  #gone = false
  /** Something moved on the client's side since the last look. */
  #moved = true
  #stillSince = 0

  constructor(
    req: IncomingMessage,
    res: ServerResponse,
    passage: Passage,
    route: Route,
    connection: Connection,
  ) {
    this.#req = req
    this.#answer = new ClientAnswer(req, res)
    this.#passage = passage
    this.#route = route
    this.#connection = connection
    const { edits, settings } = route
    const { primary } = settings
    const { method } = passage.head
    const { target, headers, framing } = passage.admitted
    this.#retries = retriesOf(primary, method)
    this.#outgoing = {
      method,
      target: edits === undefined ? target : edits.target(target),
      headers: edits === undefined ? headers : edits.headers(headers),
      framing,
      timeoutMs: this.#retries?.tryMs ?? primary.timeoutMs,
      idleMs: primary.idleMs,
    }
  }

  /** Hands the request to primary and begins to read its body. */
  start(): void {
    this.#observed.startedAt = performance.now()
    this.#observed.sentHeaders = this.#outgoing.headers
    this.#handle = this.#route.primary.send(this.#outgoing, this)
    if (isBodyless(this.#outgoing.framing)) {
      this.#handle.end()
      this.#requestComplete()
      return
    }
    this.#req.on('error', ignore)
    this.#req.on('data', (chunk: Buffer) => {
      this.#upload(chunk)
    })
    this.#req.on('end', () => {
      this.#uploadEnded()
    })
  }

  /** The route whose legs it uses. */
  get route(): Route {
    return this.#route
  }

  /** Whether the method is safe (RFC 9110 §9.2.1). */
  get safe(): boolean {
    return isSafeMethod(this.#outgoing.method)
  }

  /** Whether the parser is still within this request, so that what it cannot read belongs to it. */
  get incomplete(): boolean {
    return !this.#req.complete
  }

  /** The proxy stops before this is done. */
  cut(): void {
    this.#gone = true
    this.#handle?.abort()
    this.#passage.cutShort()
  }

  /** The connection to the client closed, or cannot be used any more. */
  clientGone(): void {
    if (this.#gone) return
    if (!this.#uploaded) this.#passage.leaveUnmirrored('client-aborted')
    this.#giveUp()
  }

  /** The request's body is malformed; false when the client cannot be told so. */
  requestMalformed(refusal: Refusal): boolean {
    this.#passage.leaveUnmirrored('bad-request')
    const { canRefuse } = this.#answer
    this.#giveUp()
    if (canRefuse) this.#answer.refuse(refusal, true)
    return canRefuse
  }

  /** Looks whether the client stopped moving: neither sends what it announced nor reads what it asked for. */
  check(now: number): void {
    if (this.#waitsForPrimary(now)) {
      this.#handle?.abort()
      this.onFailure('timeout', 'The upstream neither answered nor asked for the body in time.')
      return
    }
    const waitsForClient = (!this.#uploaded && !this.#uploadPaused) || this.#answerPaused
    if (this.#moved || !waitsForClient) {
      this.#moved = false
      this.#stillSince = now
      return
    }
    if (now - this.#stillSince < this.#outgoing.idleMs) return
    const { canRefuse } = this.#answer
    this.clientGone()
    if (canRefuse) this.#answer.refuse(CLIENT_TIMEOUT, true)
    else this.#req.socket.destroy()
  }

  onInformation(status: number, reason: string, headers: HeaderList): void {
    if (!this.#gone) this.#answer.inform(status, reason, headers)
  }

  onHead(status: number, reason: string, headers: HeaderList): void {
    if (this.#bodyIsUncertain()) this.#answer.closeAfter()
    if (!this.#answer.begin(status, reason, headers, this.#passage.admitted.requestId)) {
      // No valid answer then: a byte that no head may hold, or a coding that only its next hop could undo.
      this.#handle?.abort()
      this.onFailure('protocol', 'The head of the answer holds what must not be passed on.')
      return
    }
    this.#observed.begin(status, reason, headers)
    this.#capture = this.#passage.capturePrimary()
  }

  onData(chunk: Buffer): void {
    this.#passage.primaryLength += chunk.length
    this.#capture?.push(chunk)
    this.#moved = true
    // Paused already, this is the rest of what was read before.
    if (this.#answer.write(chunk) || this.#answerPaused) return
    this.#answerPaused = true
    this.#answer.onceDrained(this)
    this.#handle?.pause()
  }

  onTrailers(trailers: HeaderList): void {
    this.#observed.trailers = trailers
    this.#answer.trailers(trailers)
  }

  onEnd(): void {
    this.#answer.end()
    this.#primaryFinished(this.#response())
    this.#settleIfDone()
  }

  onFailure(reason: FailureReason, message: string): void {
    if (this.#observed.hasHead) {
      this.#primaryFinished(this.#response(reason))
      this.#gone = true
      this.#answer.truncate()
    } else if (this.#retry(reason)) {
      return
    } else {
      this.#primaryFinished(this.#observed.failure(reason, message))
      const { requestId } = this.#passage.admitted
      this.#answer.refuse(primaryFailed(reason), !this.#uploaded, requestId)
    }
    this.#settleIfDone()
  }

  onDrain(): void {
    if (!this.#uploadPaused) return
    this.#uploadPaused = false
    this.#moved = true
    this.#req.resume()
  }

  clientDrained(): void {
    this.#moved = true
    this.#answerPaused = false
    this.#handle?.resume()
  }

  /**
   * Whether the client waits for a 100 that will not come any more: some send the body then and some do not,
   * so that nobody knows where the next request would begin (RFC 9110 §10.1.1).
   */
  #bodyIsUncertain(): boolean {
    if (this.#uploaded || this.#answer.told100) return false
    return headerValue(this.#passage.head.headers, 'expect') !== undefined
  }

  /** Sends the whole request once more, if that is allowed and possible; says whether it did. */
  #retry(reason: FailureReason): boolean {
    if (this.#retries === undefined || !this.#uploaded) return false
    if (this.#handle?.hasAnswerBytes === true) return false
    const body = this.#passage.requestBody
    if (!isBodyless(this.#outgoing.framing) && body?.whole !== true) return false
    const timeoutMs = this.#retries.next(reason, performance.now() - this.#observed.startedAt)
    if (timeoutMs === undefined) return false
    const handle = this.#route.primary.send({ ...this.#outgoing, timeoutMs }, this)
    this.#handle = handle
    // The whole body is in memory already: there is nobody to slow down.
    for (const chunk of body?.chunks ?? []) handle.write(chunk)
    handle.end(this.#passage.requestTrailers)
    return true
  }

  /** Whether it is primary that keeps a client waiting who will not send a body unasked. */
  #waitsForPrimary(now: number): boolean {
    if (this.#uploadBegan || this.#primaryDone || this.#observed.hasHead) return false
    const { timeoutMs } = this.#route.settings.primary
    return now - this.#observed.startedAt >= timeoutMs && this.#bodyIsUncertain()
  }

  #upload(chunk: Buffer): void {
    this.#uploadBegan = true
    this.#moved = true
    this.#passage.captureUpload(chunk)
    if (this.#handle?.write(chunk) === false) {
      this.#uploadPaused = true
      this.#req.pause()
    }
  }

  #uploadEnded(): void {
    if (this.#gone || !this.#req.complete) return
    const { rawTrailers, rawHeaders } = this.#req
    const trailers =
      rawTrailers.length === 0 ? [] : forwardableTrailers(rawTrailers, connectionOf(rawHeaders))
    this.#passage.requestTrailers = trailers
    this.#handle?.end(trailers)
    this.#requestComplete()
    this.#settleIfDone()
  }

  #requestComplete(): void {
    this.#uploaded = true
    if (this.#passage.undecided) this.#route.mirror?.offer(this.#passage)
  }

  #giveUp(): void {
    this.#gone = true
    this.#handle?.abort()
    if (!this.#primaryDone) {
      this.#passage.clientAborted = true
      this.#primaryFinished(this.#observed.hasHead ? this.#response('client-aborted') : undefined)
    }
    this.#connection.remove(this)
  }

  #response(incomplete?: FailureReason | 'client-aborted'): Observation {
    return this.#observed.response(
      this.#capture?.finish(Infinity, incomplete, this.#passage.answerBytes) ?? {
        bytes: NOTHING,
        length: this.#passage.primaryLength,
        ...(incomplete === undefined ? undefined : { incomplete }),
      },
    )
  }

  #primaryFinished(observation: Observation | undefined): void {
    this.#primaryDone = true
    this.#answerPaused = false
    this.#passage.primaryFinished(observation)
    if (this.#uploadPaused) this.onDrain()
  }

  #settleIfDone(): void {
    if (this.#primaryDone && this.#uploaded) this.#connection.remove(this)
  }
}

function isBodyless(framing: BodyFraming): boolean {
  return framing.kind === 'none' || (framing.kind === 'length' && framing.length === 0)
}

function ignore(): void {
  // The close of the connection tells all that there is to do.
}
