/**
 * The shadow leg of one route: copies leave from here within bounds, and what happens to them stays here.
 * Nothing in this file can reach the client or primary.
 */

import type { BreakerState } from '../core/service-reading.ts'
import type { ShadowSettings } from '../core/settings.ts'
import { afterReading } from './after-reading.ts'
import { answerFloor } from './answer-floor.ts'
import { Breaker, type BreakerLimits } from './breaker.ts'
import type { Control } from './control.ts'
import { copyHeaders } from './copy-head.ts'
import { Copy, type CopyEnding, type CopyLeg, type CopyRequest } from './copy.ts'
import { elapsedMs } from './elapsed.ts'
import { faultOf } from './fault.ts'
import { headEdits, type HeadEdits } from '../core/head-edits.ts'
import type { Transport } from './leg.ts'
import { Turns } from './order.ts'
import type { Passage } from './passage.ts'
import { isSafeMethod } from './methods.ts'
import { isSampled } from './sample.ts'
import { shadowHost } from './shadow-host.ts'
import { Slots } from './slots.ts'

/** The shadow's breaker when the configuration names no other. */
const BREAKER: BreakerLimits = { consecutiveFailures: 5, openForMs: 30_000 }

/** How often copies that take too long are looked for. */
const SWEEP_MS = 250

interface Waiting {
  readonly passage: Passage
  readonly since: number
}

/** What a person changed at run time: the route's settings hold underneath. */
export interface MirrorOverride {
  readonly paused: boolean
  /** The effective percentage is the smaller of this and the route's. */
  readonly percent?: number
}

/** Sends copies to one shadow: at most `maxInFlight` at once, at most `maxBacklog` waiting. */
export class Mirror implements CopyLeg {
  readonly role = 'shadow'
  readonly settings: ShadowSettings
  /** Host and port of the shadow's URL, as a Host line has it. */
  readonly authority: string
  readonly answerFloor: number
  readonly #edits: HeadEdits | undefined
  /** Repeats what is mirrored to primary's version. */
  readonly #control: Control | undefined
  readonly #transport: Transport
  readonly #breaker: Breaker
  /** The copy that a half-open breaker let through, until it ends. */
  #trial: Copy | undefined
  readonly #copies = new Slots<Copy>()
  readonly #turns = new Turns<Waiting>()
  /** Copies that wait for their turn behind another of the same caller. */
  #held = 0
  #backlog: Waiting[] = []
  #override: MirrorOverride = { paused: false }
  #scheduled = false
  #closed = false
  readonly #sweeper: NodeJS.Timeout

  constructor(
    settings: ShadowSettings,
    transport: Transport,
    maxBodyBytes: number,
    control?: Control,
  ) {
    this.settings = settings
    this.#edits = headEdits(settings)
    this.#control = control
    this.authority = new URL(settings.url).host
    this.answerFloor = answerFloor(maxBodyBytes)
    this.#transport = transport
    this.#breaker = new Breaker(settings.breaker ?? BREAKER)
    this.#sweeper = setInterval(afterReading, SWEEP_MS, (now: number) => {
      if (!this.#closed) this.#sweep(now)
    }).unref()
  }

  /** Takes the place of the leg to the same shadow under other settings. */
  succeed(before: Mirror): void {
    this.#breaker.succeed(before.#breaker)
  }

  breakerState(): BreakerState {
    return this.#breaker.state(performance.now())
  }

  /** Copies and repeats on their way or waiting. */
  get busy(): number {
    const repeats = this.#control?.busy ?? 0
    return this.#copies.size + this.#backlog.length + this.#held + repeats
  }

  get hasControl(): boolean {
    return this.#control !== undefined
  }

  /** From now on nothing is repeated to control; copies leave as before. */
  stopRepeating(): void {
    this.#control?.stop()
  }

  /** Takes effect on the next request. */
  setOverride(override: MirrorOverride): void {
    this.#override = override
  }

  /** Why a request with this method and id gets no copy, as far as its head tells. */
  declines(method: string, requestId: string): 'paused' | 'method' | 'not-sampled' | undefined {
    const { methods, percent } = this.settings
    const { paused, percent: cap } = this.#override
    if (paused) return 'paused'
    if (methods !== 'all') {
      if (!(methods === 'safe' ? isSafeMethod(method) : methods.includes(method))) return 'method'
    }
    return isSampled(requestId, cap === undefined ? percent : Math.min(percent, cap))
      ? undefined
      : 'not-sampled'
  }

  /**
   * Takes a request that is complete and within the cap. Its copy leaves in a later turn, after primary's
   * request was handed over, or the passage is told why not.
   */
  offer(passage: Passage): void {
    const now = performance.now()
    if (this.#breaker.state(now) === 'open') {
      passage.leaveUnmirrored('breaker-open')
    } else if (this.#backlog.length + this.#held >= this.settings.maxBacklog + this.#free()) {
      passage.leaveUnmirrored('backlog')
    } else if (this.#mustWait(passage) && !passage.holdHead()) {
      // Long heads of thousands of requests would hold more than all bodies may.
      passage.leaveUnmirrored('backlog')
    } else {
      const waiting = { passage, since: now }
      if (passage.orderKey !== undefined && !this.#turns.enter(passage.orderKey, waiting)) {
        this.#held++
        return
      }
      this.#enqueue(waiting)
    }
  }

  #mustWait({ orderKey }: Passage): boolean {
    return (
      this.#backlog.length >= this.#free() ||
      (orderKey !== undefined && this.#turns.isTaken(orderKey))
    )
  }

  ended(copy: Copy, passage: Passage, ending: CopyEnding): void {
    this.#copies.delete(copy)
    if (ending === 'answered') this.#breaker.succeeded()
    else if (ending === 'failed') this.#breaker.failed(performance.now())
    else if (copy === this.#trial) this.#breaker.abandoned()
    if (copy === this.#trial) this.#trial = undefined
    this.#passTurn(passage)
    if (this.#backlog.length > 0) this.#schedule()
  }

  /** Cuts what is still on its way: those passages are lost. */
  close(): void {
    this.#closed = true
    clearInterval(this.#sweeper)
    for (const copy of this.#copies.snapshot()) {
      this.#copies.delete(copy)
      copy.cut()
    }
    for (const { passage } of [...this.#backlog, ...this.#turns.drain()]) passage.cutShort()
    this.#backlog = []
    this.#held = 0
    this.#control?.close()
    this.#transport.destroy()
  }

  #free(): number {
    return Math.max(0, this.settings.maxInFlight - this.#copies.size)
  }

  #enqueue(waiting: Waiting): void {
    this.#backlog.push(waiting)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      if (!this.#closed) this.#sendWaiting()
    })
  }

  #sendWaiting(): void {
    const now = performance.now()
    const backlog = this.#backlog
    let sent = 0
    while (sent < backlog.length && this.#copies.size < this.settings.maxInFlight) {
      const waiting = backlog[sent]
      if (waiting === undefined) break
      sent++
      if (this.#breaker.admits(now)) this.#send(waiting, now)
      else this.#giveUp(waiting, 'breaker-open')
    }
    if (sent === backlog.length) backlog.length = 0
    else backlog.splice(0, sent)
  }

  #send({ passage, since }: Waiting, now: number): void {
    const { requestId } = passage.admitted
    passage.sendCopy(elapsedMs(since, now))
    const repeat = this.#control?.take(passage)
    // In random order, so that what the first of two does to the second is in both alike.
    const isRepeatFirst = repeat !== undefined && isSampled(requestId, 50, 'control-first')
    if (isRepeatFirst) repeat.send(now)
    const copy = new Copy(passage, this)
    if (this.#breaker.state(now) !== 'closed') this.#trial = copy
    this.#copies.add(copy)
    const fault = faultOf(this.settings.fault, requestId)
    copy.send(this.#transport, this.#request(passage), now, fault)
    if (!isRepeatFirst) repeat?.send(now)
  }

  #request({ admitted }: Passage): CopyRequest {
    const edits = this.#edits
    const host = shadowHost(this.settings.host, admitted.host, this.authority)
    return {
      target: edits?.target(admitted.target) ?? admitted.target,
      headers: copyHeaders(admitted, { mark: 'shadow', host, edits }),
    }
  }

  #giveUp({ passage }: Waiting, reason: 'breaker-open' | 'backlog'): void {
    passage.leaveUnmirrored(reason)
    this.#passTurn(passage)
  }

  #passTurn({ orderKey }: Passage): void {
    if (orderKey === undefined) return
    const next = this.#turns.next(orderKey)
    if (next === undefined) return
    this.#held--
    this.#enqueue(next)
  }

  #sweep(now: number): void {
    for (const copy of this.#copies.snapshot()) copy.check(now)
    const isLate = ({ since }: Waiting) => now - since > this.settings.timeoutMs
    const held = this.#turns.takeLate(isLate)
    this.#held -= held.length
    for (const { passage } of held) passage.leaveUnmirrored('backlog')
    let late = 0
    for (const waiting of this.#backlog) {
      if (!isLate(waiting)) break
      late++
    }
    for (const waiting of this.#backlog.splice(0, late)) this.#giveUp(waiting, 'backlog')
  }
}
