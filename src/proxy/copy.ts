/** One copy on its way to shadow or control, and the upstream's answer to it. */

import type { FailureReason, HeaderList, Observation } from '../core/exchange.ts'
import type { UpstreamSettings } from '../core/settings.ts'
import type { BodyCapture } from './body.ts'
import { elapsedMs } from './elapsed.ts'
import { abortedAnswer, FAULT_HEADER, type Fault } from './fault.ts'
import type { LegHandler, LegRequest, OutgoingRequest, Transport } from './leg.ts'
import { Observed } from './observed.ts'
import type { CopyRole, Passage } from './passage.ts'
import type { Slotted } from './slots.ts'

/** What a copy's end says of the upstream's health; `abandoned` says nothing, because we cut it. */
export type CopyEnding = 'answered' | 'failed' | 'abandoned'

/** Who sends copies. */
export interface CopyLeg {
  readonly role: CopyRole
  readonly settings: Pick<UpstreamSettings, 'timeoutMs' | 'idleMs'>
  /** Bytes of an answer that are always read, however short primary's was. */
  readonly answerFloor: number
  /** A copy is done, whatever came of it. */
  ended(copy: Copy, passage: Passage, ending: CopyEnding): void
}

/** What goes on the wire, without what is the same for all copies of a leg. */
export type CopyRequest = Pick<OutgoingRequest, 'target' | 'headers'>

/** An answer may be this many times as long, or take as many times as long, as primary's. */
const RATIO = 16

/** Informational answers before a real one. */
const MAX_INFORMATIONS = 64

/** Reads the answer within bounds of length and time, and tells the passage what came of it. */
export class Copy implements LegHandler, Slotted {
  slot = -1
  readonly #passage: Passage
  readonly #leg: CopyLeg
  #handle: LegRequest | undefined
  readonly #observed = new Observed()
  #capture: BodyCapture | undefined
  /** What waits for memory in the socket is sent from here on. */
  #unsent = 0
  /** Reading stopped until it is known how long primary's answer is. */
  #paused = false
  #deadline = Infinity
  #informations = 0
  #heldBack: NodeJS.Timeout | undefined
  /** The whole answer, that came before all of the copy was sent. */
  #answered: Observation | undefined
  #done = false

  constructor(passage: Passage, leg: CopyLeg) {
    this.#passage = passage
    this.#leg = leg
  }

  /** Sends the copy, or does to it what the fault says. */
  send(transport: Transport, request: CopyRequest, now: number, fault?: Fault): void {
    this.#observed.startedAt = now
    if (this.#passage.primaryDone) this.primaryDone()
    else this.#passage.setCopy(this.#leg.role, this)
    if (fault === undefined) this.#send(transport, request)
    else if (fault.delayMs <= 0) this.#suffer(transport, request, fault)
    else {
      this.#heldBack = setTimeout(() => {
        const headers = [...request.headers, FAULT_HEADER, 'delay']
        this.#suffer(transport, { ...request, headers }, fault)
      }, fault.delayMs)
    }
  }

  #suffer(transport: Transport, request: CopyRequest, { abortStatus }: Fault): void {
    if (abortStatus === undefined) this.#send(transport, request)
    else this.#finish('abandoned', abortedAnswer(abortStatus, elapsedMs(this.#observed.startedAt)))
  }

  #send(transport: Transport, { target, headers }: CopyRequest): void {
    const { head, admitted } = this.#passage
    const { timeoutMs, idleMs } = this.#leg.settings
    this.#observed.sentHeaders = headers
    this.#handle = transport.send(
      { method: head.method, target, headers, framing: admitted.framing, timeoutMs, idleMs },
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
      if (this.#answered !== undefined) this.#finish('answered', this.#answered)
    }
  }

  /** Nobody waits for these: the copy's body is sent whole, and hints are for clients. */
  onInformation(): void {
    if (++this.#informations <= MAX_INFORMATIONS || this.#done) return
    this.#handle?.abort()
    this.#finish(
      'failed',
      this.#observed.failure('protocol', 'The upstream sent informational answers only.'),
    )
  }

  onHead(status: number, reason: string, headers: HeaderList): void {
    this.#observed.begin(status, reason, headers)
  }

  onData(chunk: Buffer): void {
    this.#capture ??= this.#passage.capture(this.#leg.role)
    this.#capture.push(chunk)
    if (this.#capture.length > this.#limit()) this.#overLimit()
  }

  onTrailers(trailers: HeaderList): void {
    this.#observed.trailers = trailers
  }

  onEnd(): void {
    const answer = this.#response()
    const chunks = this.#passage.requestBody?.chunks.length ?? 0
    // What answered early reads on: it must not see half an upload.
    if (this.#unsent > chunks) this.#finish('answered', answer)
    else {
      this.#answered = answer
      // If it takes no more, this is the end of it.
      this.onDrain()
    }
  }

  onFailure(reason: FailureReason, message: string): void {
    if (this.#observed.hasHead) this.#finish('failed', this.#response(reason))
    else this.#finish('failed', this.#observed.failure(reason, message))
  }

  /** Looks whether the copy took too long. */
  check(now: number): void {
    if (now < this.#deadline) return
    this.#handle?.abort()
    if (this.#answered !== undefined) this.#finish('answered', this.#answered)
    else if (this.#passage.clientAborted) {
      // There is no answer left to compare with: the upstream was given its time, that is all.
      const cut = this.#observed.hasHead
        ? this.#response('client-aborted')
        : this.#observed.failure('timeout', 'Nothing came before the copy was given up.')
      this.#finish('abandoned', cut)
    } else if (this.#observed.hasHead) this.#finish('failed', this.#response('timeout'))
    else {
      this.#finish('failed', this.#observed.failure('timeout', 'The answer did not come in time.'))
    }
  }

  /** The proxy stops. */
  cut(): void {
    if (this.#done) return
    this.#done = true
    clearTimeout(this.#heldBack)
    this.#handle?.abort()
    this.#capture?.drop()
    this.#passage.cutCopy(this.#leg.role)
  }

  /** From now on it is known how much the upstream may answer, and how long it may take. */
  primaryDone(): void {
    const { primaryDurationMs, clientAborted } = this.#passage
    const { timeoutMs, idleMs } = this.#leg.settings
    const ratio = clientAborted ? 0 : Math.min(RATIO * primaryDurationMs, idleMs)
    this.#deadline = performance.now() + Math.max(timeoutMs, ratio)
    if (!this.#paused) return
    this.#paused = false
    if ((this.#capture?.length ?? 0) > this.#limit()) this.#overLimit()
    else this.#handle?.resume()
  }

  #limit(): number {
    return Math.max(this.#leg.answerFloor, RATIO * this.#passage.primaryLength)
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
    const capture = this.#capture ?? this.#passage.capture(this.#leg.role)
    return this.#observed.response(capture.finish(Infinity, incomplete, this.#passage.answerBytes))
  }

  #finish(ending: CopyEnding, observation: Observation): void {
    if (this.#done) return
    this.#done = true
    clearTimeout(this.#heldBack)
    this.#passage.setCopy(this.#leg.role, undefined)
    this.#passage.finished(this.#leg.role, observation)
    this.#leg.ended(this, this.#passage, ending)
  }
}
