/** One copy on its way to the shadow, and the shadow's answer to it. */

import type { FailureReason, HeaderList, Observation } from '../core/exchange.ts'
import type { BodyCapture } from './body.ts'
import { Field, fieldKind } from './field.ts'
import { elapsedMs } from './elapsed.ts'
import type { LegHandler, LegRequest, Transport } from './leg.ts'
import type { Mirror } from './mirror.ts'
import type { Passage } from './passage.ts'
import type { Slotted } from './slots.ts'
import { shadowHost } from './shadow-host.ts'

/** What a copy's end says of the shadow's health; `abandoned` says nothing, because we cut it. */
export type CopyEnding = 'answered' | 'failed' | 'abandoned'

/** An answer of the shadow may be this many times as long, or take as many times as long, as primary's. */
const RATIO = 16

/** Informational answers before a real one. */
const MAX_INFORMATIONS = 64

/** Reads the shadow's answer within bounds of length and time, and tells the passage what came of it. */
export class Copy implements LegHandler, Slotted {
  slot = -1
  readonly #passage: Passage
  readonly #mirror: Mirror
  #handle: LegRequest | undefined
  #sentHeaders: HeaderList = []
  #startedAt = 0
  #head: { status: number; reason: string; headers: HeaderList } | undefined
  #trailers: HeaderList = []
  #capture: BodyCapture | undefined
  /** What waits for memory in the socket is sent from here on. */
  #unsent = 0
  /** Reading stopped until it is known how long primary's answer is. */
  #paused = false
  #deadline = Infinity
  #informations = 0
  #done = false

  constructor(passage: Passage, mirror: Mirror) {
    this.#passage = passage
    this.#mirror = mirror
  }

  send(transport: Transport, now: number, waitedMs: number): void {
    const passage = this.#passage
    const { settings, authority } = this.#mirror
    passage.sendCopy(waitedMs)
    this.#startedAt = now
    const { headers, hostAt, host, target, framing } = passage.admitted
    this.#sentHeaders = copyHeaders(headers, hostAt, shadowHost(settings.host, host, authority))
    if (passage.primaryDone) this.primaryDone()
    else passage.copy = this
    this.#handle = transport.send(
      {
        method: passage.head.method,
        target,
        headers: this.#sentHeaders,
        framing,
        timeoutMs: settings.timeoutMs,
        idleMs: settings.idleMs,
      },
      this,
    )
    this.onDrain()
  }

  onDrain(): void {
    const handle = this.#handle
    if (handle === undefined || this.#done) return
    const chunks = this.#passage.requestBody?.chunks ?? []
    while (this.#unsent < chunks.length) {
      const chunk = chunks[this.#unsent++]
      if (chunk !== undefined && !handle.write(chunk)) return
    }
    if (this.#unsent === chunks.length) {
      this.#unsent++
      handle.end(this.#passage.requestTrailers)
    }
  }

  /** Nobody waits for these: the copy's body is sent whole, and hints are for clients. */
  onInformation(): void {
    if (++this.#informations <= MAX_INFORMATIONS || this.#done) return
    this.#handle?.abort()
    this.#finish(
      'failed',
      this.#failure('protocol', 'The upstream sent informational answers only.'),
    )
  }

  onHead(status: number, reason: string, headers: HeaderList): void {
    this.#head = { status, reason, headers }
  }

  onData(chunk: Buffer): void {
    this.#capture ??= this.#passage.captureShadow()
    this.#capture.push(chunk)
    if (this.#capture.length > this.#limit()) this.#overLimit()
  }

  onTrailers(trailers: HeaderList): void {
    this.#trailers = trailers
  }

  onEnd(): void {
    this.#finish('answered', this.#response())
  }

  onFailure(reason: FailureReason, message: string): void {
    if (this.#head !== undefined) this.#finish('failed', this.#response(reason))
    else this.#finish('failed', this.#failure(reason, message))
  }

  /** Looks whether the copy took too long. */
  check(now: number): void {
    if (now < this.#deadline) return
    this.#handle?.abort()
    if (this.#passage.clientAborted) {
      // There is no answer left to compare with: the shadow was given its time, that is all.
      const cut =
        this.#head === undefined
          ? this.#failure('timeout', 'Nothing came before the copy was given up.')
          : this.#response('client-aborted')
      this.#finish('abandoned', cut)
    } else if (this.#head !== undefined) this.#finish('failed', this.#response('timeout'))
    else {
      this.#finish('failed', this.#failure('timeout', 'The answer did not come in time.'))
    }
  }

  /** The proxy stops. */
  cut(): void {
    if (this.#done) return
    this.#done = true
    this.#handle?.abort()
    this.#capture?.drop()
    this.#passage.cutShort()
  }

  /** From now on it is known how much the shadow may answer, and how long it may take. */
  primaryDone(): void {
    const { primaryDurationMs, clientAborted } = this.#passage
    const { timeoutMs, idleMs } = this.#mirror.settings
    const ratio = clientAborted ? 0 : Math.min(RATIO * primaryDurationMs, idleMs)
    this.#deadline = performance.now() + Math.max(timeoutMs, ratio)
    if (!this.#paused) return
    this.#paused = false
    if ((this.#capture?.length ?? 0) > this.#limit()) this.#overLimit()
    else this.#handle?.resume()
  }

  #limit(): number {
    return Math.max(this.#mirror.answerFloor, RATIO * this.#passage.primaryLength)
  }

  #overLimit(): void {
    if (!this.#passage.primaryDone) {
      if (!this.#paused) this.#handle?.pause()
      this.#paused = true
      return
    }
    this.#handle?.abort()
    this.#finish('failed', this.#response('too-long'))
  }

  #response(incomplete?: FailureReason | 'too-long' | 'client-aborted'): Observation {
    const { status, reason, headers } = this.#head ?? { status: 0, reason: '', headers: [] }
    const capture = this.#capture ?? this.#passage.captureShadow()
    return {
      kind: 'response',
      sentHeaders: this.#sentHeaders,
      durationMs: elapsedMs(this.#startedAt),
      status,
      reason,
      headers,
      trailers: this.#trailers,
      body: capture.finish(Infinity, incomplete),
    }
  }

  #failure(reason: FailureReason, message: string): Observation {
    return {
      kind: 'failure',
      sentHeaders: this.#sentHeaders,
      durationMs: elapsedMs(this.#startedAt),
      reason,
      message,
    }
  }

  #finish(ending: CopyEnding, observation: Observation): void {
    if (this.#done) return
    this.#done = true
    this.#passage.copy = undefined
    this.#passage.shadowFinished(observation)
    this.#mirror.ended(this, this.#passage, ending)
  }
}

/** Primary's lines with the shadow's Host and our mark; the copy's body is there whole, so nothing is expected. */
function copyHeaders(primary: HeaderList, hostAt: number, host: string): HeaderList {
  if (hostAt !== -1) {
    const headers = primary.slice()
    headers[hostAt] = host
    headers.push('x-shadow', 'shadow')
    return headers
  }
  const headers: string[] = []
  for (let i = 0; i < primary.length; i += 2) {
    const name = primary[i] ?? ''
    const kind = fieldKind(name)
    if (kind === Field.HOST) headers.push(name, host)
    else if (kind !== Field.EXPECT && kind !== Field.SHADOW_MARK) {
      headers.push(name, primary[i + 1] ?? '')
    }
  }
  headers.push('x-shadow', 'shadow')
  return headers
}
