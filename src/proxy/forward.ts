/** One request's way to primary and the answer's way back to the client, streamed with backpressure. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FailureReason, HeaderList, Observation } from '../core/exchange.ts'
import type { PrimarySettings } from '../core/settings.ts'
import type { Admitted } from './admit.ts'
import { answerHeaders, informationText, toPairs } from './answer.ts'
import type { BodyCapture } from './body.ts'
import { connectionOf, forwardableTrailers } from './hop-by-hop.ts'
import type { LegHandler, LegRequest, OutgoingRequest, Transport } from './leg.ts'
import type { Passage } from './passage.ts'
import { CLIENT_TIMEOUT, primaryFailed, type Refusal } from './refusal.ts'
import { sendRefusal } from './send-refusal.ts'

/** Told when the request is complete: now the copy may leave. */
export type OnRequestComplete = (passage: Passage) => void

/** RFC 9110 §9.2.2, without those that are refused. */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])

/** Failures after which another try may help. */
const RETRYABLE: ReadonlySet<FailureReason> = new Set([
  'refused',
  'unreachable',
  'reset',
  'timeout',
])

/** How long a connection may take to flush an answer that was cut short. */
const LINGER_MS = 10_000

/**
 * Ends when primary is done and the request was read to its end, or when the client is gone. The copy's
 * fate is not waited for.
 */
export class Forward implements LegHandler {
  readonly #req: IncomingMessage
  readonly #res: ServerResponse
  readonly #passage: Passage
  readonly #primary: PrimarySettings
  readonly #onComplete: OnRequestComplete
  readonly #onSettled: (forward: Forward) => void
  #handle: LegRequest | undefined
  #transport: Transport | undefined
  #outgoing: OutgoingRequest | undefined
  #retriesLeft = 0
  #answerBegan = false
  #startedAt = 0
  #head: { status: number; reason: string; headers: HeaderList } | undefined
  #connection = ''
  #chunkedAnswer = false
  #trailers: HeaderList = []
  #capture: BodyCapture | undefined
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
    primary: PrimarySettings,
    onComplete: OnRequestComplete,
    onSettled: (forward: Forward) => void,
  ) {
    this.#req = req
    this.#res = res
    this.#passage = passage
    this.#primary = primary
    this.#onComplete = onComplete
    this.#onSettled = onSettled
  }

  /** Hands the request to primary and begins to read its body. */
  start(admitted: Admitted, transport: Transport): void {
    const { framing } = admitted
    const { timeoutMs, idleMs, retries } = this.#primary
    const { method } = this.#passage.request
    this.#startedAt = performance.now()
    this.#transport = transport
    if (retries !== undefined && IDEMPOTENT.has(method)) this.#retriesLeft = retries.attempts
    this.#outgoing = {
      method,
      target: admitted.target,
      headers: admitted.headers,
      framing,
      timeoutMs:
        retries !== undefined && this.#retriesLeft > 0
          ? Math.min(retries.perTryTimeoutMs, timeoutMs)
          : timeoutMs,
      idleMs,
    }
    const handle = transport.send(this.#outgoing, this)
    this.#handle = handle
    this.#res.on('error', ignore)
    if (framing.kind === 'none' || (framing.kind === 'length' && framing.length === 0)) {
      handle.end()
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

  /** Whether the client is still sending this request. */
  get uploading(): boolean {
    return !this.#uploaded
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
    this.#gone = true
    if (!this.#uploaded) this.#passage.leaveUnmirrored('client-aborted')
    if (!this.#primaryDone) {
      this.#passage.clientAborted = true
      this.#handle?.abort()
      this.#primaryFinished(this.#head === undefined ? undefined : this.#response('client-aborted'))
    }
    this.#onSettled(this)
  }

  /** The request's body is malformed; true when the client was answered. */
  requestMalformed(refusal: Refusal): boolean {
    this.#passage.leaveUnmirrored('bad-request')
    const answers = !this.#res.headersSent && this.#res.socket !== null
    this.#gone = true
    if (!this.#primaryDone) {
      this.#handle?.abort()
      this.#primaryFinished(this.#head === undefined ? undefined : this.#response('client-aborted'))
    }
    this.#onSettled(this)
    if (answers) sendRefusal(this.#res, refusal, { close: true })
    return answers
  }

  /** Looks whether the client stopped moving: neither sends what it announced nor reads what it asked for. */
  check(now: number): void {
    const waitsForClient = (!this.#uploaded && !this.#uploadPaused) || this.#answerPaused
    if (this.#moved || !waitsForClient) {
      this.#moved = false
      this.#stillSince = now
      return
    }
    if (now - this.#stillSince < this.#primary.idleMs) return
    const { socket, headersSent } = this.#res
    const answers = !headersSent && socket !== null
    this.clientGone()
    if (answers) sendRefusal(this.#res, CLIENT_TIMEOUT, { close: true })
    else this.#req.socket.destroy()
  }

  onInformation(status: number, reason: string, headers: HeaderList): void {
    this.#answerBegan = true
    const { socket, headersSent } = this.#res
    // A pipelined answer has no socket before its turn; a hint that cannot be given in time is no hint.
    if (socket === null || headersSent || this.#gone || this.#req.httpVersionMinor === 0) return
    if (status === 100) this.#res.writeContinue()
    else socket.write(informationText(status, reason, headers), 'latin1')
  }

  onHead(status: number, reason: string, headers: HeaderList): void {
    this.#head = { status, reason, headers }
    this.#connection = connectionOf(headers)
    if (this.#passage.keepsBodies) {
      this.#capture = this.#passage.captureAnswer()
      this.#passage.primaryAnswers(this.#capture)
    }
    const res = this.#res
    const answer = answerHeaders(headers, {
      connection: this.#connection,
      requestId: this.#passage.request.requestId,
      hasBody: this.#req.method !== 'HEAD' && status !== 204 && status !== 304,
      http10: this.#req.httpVersionMinor === 0,
    })
    this.#chunkedAnswer = answer.chunked
    if (res.shouldKeepAlive && this.#req.httpVersionMinor === 1) res.removeHeader('connection')
    try {
      res.writeHead(status, reason, answer.headers)
    } catch {
      // Node's parser lets a byte through that its writer refuses: no valid answer then.
      this.#head = undefined
      this.#handle?.abort()
      this.onFailure('protocol', 'The head of the answer holds a byte that no head may hold.')
      return
    }
    // The head must not wait for a body that may be long in coming; with the first bytes it is one packet.
    const { socket } = res
    if (socket !== null && socket.writableCorked === 0) {
      socket.cork()
      process.nextTick(uncork, socket)
    }
    // Not flushHeaders(), which would write the head as UTF-8.
    res.write('', 'latin1')
  }

  onData(chunk: Buffer): void {
    this.#passage.primaryLength += chunk.length
    this.#capture?.push(chunk)
    this.#moved = true
    if (this.#res.write(chunk)) return
    this.#answerPaused = true
    this.#handle?.pause()
    this.#res.once('drain', () => {
      this.#moved = true
      this.#answerPaused = false
      this.#handle?.resume()
    })
  }

  onTrailers(trailers: HeaderList): void {
    this.#trailers = trailers
    if (!this.#chunkedAnswer) return
    const forwarded = forwardableTrailers(trailers, this.#connection)
    if (forwarded.length > 0) this.#res.addTrailers(toPairs(forwarded))
  }

  onEnd(): void {
    this.#res.end()
    this.#primaryFinished(this.#response())
    this.#settleIfDone()
  }

  onFailure(reason: FailureReason, message: string): void {
    if (this.#head === undefined && this.#retry(reason)) return
    if (this.#head === undefined) {
      this.#primaryFinished({
        kind: 'failure',
        sentHeaders: this.#passage.sentHeaders,
        durationMs: performance.now() - this.#startedAt,
        reason,
        message,
      })
      sendRefusal(this.#res, primaryFailed(reason), {
        requestId: this.#passage.request.requestId,
        close: !this.#uploaded,
      })
    } else {
      this.#primaryFinished(this.#response(reason))
      this.#truncate()
    }
    this.#settleIfDone()
  }

  onDrain(): void {
    if (!this.#uploadPaused) return
    this.#uploadPaused = false
    this.#moved = true
    this.#req.resume()
  }

  /** Sends the whole request once more, if that is allowed and possible. */
  #retry(reason: FailureReason): boolean {
    if (this.#retriesLeft === 0 || this.#answerBegan || !RETRYABLE.has(reason)) return false
    if (this.#transport === undefined || this.#outgoing === undefined || !this.#uploaded)
      return false
    const body = this.#passage.requestBody
    const { framing } = this.#outgoing
    const bodyless = framing.kind === 'none' || (framing.kind === 'length' && framing.length === 0)
    if (!bodyless && (body === undefined || !body.whole)) return false
    const left = this.#primary.timeoutMs - (performance.now() - this.#startedAt)
    if (left <= 0) return false
    this.#retriesLeft--
    const timeoutMs = Math.min(this.#outgoing.timeoutMs, left)
    const handle = this.#transport.send({ ...this.#outgoing, timeoutMs }, this)
    this.#handle = handle
    // The whole body is in memory already: there is nobody to slow down.
    if (!bodyless) for (const chunk of body?.chunks ?? []) handle.write(chunk)
    handle.end(this.#passage.requestTrailers)
    return true
  }

  #upload(chunk: Buffer): void {
    this.#moved = true
    const passage = this.#passage
    const body = passage.requestBody
    if (body !== undefined) {
      body.push(chunk)
      if (body.cut !== undefined && passage.undecided) {
        passage.leaveUnmirrored(body.cut === 'too-large' ? 'too-large' : 'backlog')
      }
    }
    if (this.#primaryDone) return
    if (this.#handle?.write(chunk) === false) {
      this.#uploadPaused = true
      this.#req.pause()
    }
  }

  #uploadEnded(): void {
    if (this.#gone || !this.#req.complete) return
    const connection = connectionOf(this.#req.rawHeaders)
    const trailers = forwardableTrailers(this.#req.rawTrailers, connection)
    this.#passage.requestTrailers = trailers
    if (!this.#primaryDone) this.#handle?.end(trailers)
    this.#requestComplete()
    this.#settleIfDone()
  }

  #requestComplete(): void {
    this.#uploaded = true
    if (this.#passage.undecided) this.#onComplete(this.#passage)
  }

  /** The client must see that this answer is not whole, after it got what there was of it. */
  #truncate(): void {
    const { socket } = this.#req
    this.#gone = true
    if (this.#req.httpVersionMinor === 0) {
      // Toward HTTP/1.0 an orderly close may be the end of a body; a reset never is.
      socket.resetAndDestroy()
      return
    }
    socket.destroySoon()
    setTimeout(() => {
      socket.destroy()
    }, LINGER_MS).unref()
  }

  #response(incomplete?: FailureReason | 'client-aborted'): Observation {
    const { status, reason, headers } = this.#head ?? { status: 0, reason: '', headers: [] }
    const body =
      this.#capture?.finish(Infinity, incomplete) ??
      ({
        bytes: Buffer.alloc(0),
        length: this.#passage.primaryLength,
        ...(incomplete === undefined ? undefined : { incomplete }),
      } as const)
    return {
      kind: 'response',
      sentHeaders: this.#passage.sentHeaders,
      durationMs: performance.now() - this.#startedAt,
      status,
      reason,
      headers,
      trailers: this.#trailers,
      body,
    }
  }

  #primaryFinished(observation: Observation | undefined): void {
    this.#primaryDone = true
    this.#answerPaused = false
    this.#passage.primaryFinished(observation)
    if (this.#uploadPaused) this.onDrain()
  }

  #settleIfDone(): void {
    if (this.#primaryDone && this.#uploaded && !this.#gone) this.#onSettled(this)
  }
}

function ignore(): void {
  // The close of the connection tells all that there is to do.
}

function uncork(socket: { uncork(): void }): void {
  socket.uncork()
}
