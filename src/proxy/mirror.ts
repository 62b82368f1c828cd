/**
 * The shadow leg of one route: copies leave from here within bounds, and what happens to them stays here.
 * Nothing in this file can reach the client or primary.
 */

import type { BreakerState } from '../core/ports.ts'
import type { ShadowSettings } from '../core/settings.ts'
import { Breaker, type BreakerLimits } from './breaker.ts'
import { Copy, type CopyEnding } from './copy.ts'
import type { Transport } from './leg.ts'
import type { Passage } from './passage.ts'
import { isSampled } from './sample.ts'

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

/** The shadow's breaker when the configuration names no other. */
const BREAKER: BreakerLimits = { consecutiveFailures: 5, openForMs: 30_000 }

/** How often copies that take too long are looked for. */
const SWEEP_MS = 250

interface Waiting {
  readonly passage: Passage
  readonly since: number
}

/** Sends copies to one shadow: at most `maxInFlight` at once, at most `maxBacklog` waiting. */
export class Mirror {
  readonly settings: ShadowSettings
  /** Host and port of the shadow's URL, as a Host line has it. */
  readonly authority: string
  /** Bytes of an answer that are always read, however short primary's was. */
  readonly answerFloor: number
  readonly #transport: Transport
  readonly #breaker: Breaker
  readonly #copies = new Set<Copy>()
  #backlog: Waiting[] = []
  #scheduled = false
  #closed = false
  readonly #sweeper: NodeJS.Timeout

  constructor(settings: ShadowSettings, transport: Transport, maxBodyBytes: number) {
    this.settings = settings
    this.authority = new URL(settings.url).host
    this.answerFloor = Math.max(64 * 1024, maxBodyBytes)
    this.#transport = transport
    this.#breaker = new Breaker(settings.breaker ?? BREAKER)
    this.#sweeper = setInterval(() => {
      this.#sweep(performance.now())
    }, SWEEP_MS).unref()
  }

  breakerState(): BreakerState {
    return this.#breaker.state(performance.now())
  }

  /** Copies on their way or waiting. */
  get busy(): number {
    return this.#copies.size + this.#backlog.length
  }

  /** Why a request with this method and id gets no copy, as far as its head tells. */
  declines(method: string, requestId: string): 'method' | 'not-sampled' | undefined {
    const { methods, percent } = this.settings
    if (methods !== 'all') {
      if (!(methods === 'safe' ? SAFE.has(method) : methods.includes(method))) return 'method'
    }
    return isSampled(requestId, percent) ? undefined : 'not-sampled'
  }

  /**
   * Takes a request that is complete and within the cap. Its copy leaves in a later turn, after primary's
   * request was handed over, or the passage is told why not.
   */
  offer(passage: Passage): void {
    const now = performance.now()
    if (this.#breaker.state(now) === 'open') {
      passage.leaveUnmirrored('breaker-open')
    } else if (this.#backlog.length >= this.settings.maxBacklog + this.#free()) {
      passage.leaveUnmirrored('backlog')
    } else {
      this.#backlog.push({ passage, since: now })
      this.#schedule()
    }
  }

  /** A copy is done, whatever came of it. */
  ended(copy: Copy, ending: CopyEnding): void {
    this.#copies.delete(copy)
    if (ending === 'answered') this.#breaker.succeeded()
    else if (ending === 'failed') this.#breaker.failed(performance.now())
    else this.#breaker.abandoned()
    if (this.#backlog.length > 0) this.#schedule()
  }

  /** Cuts what is still on its way: those passages are lost. */
  close(): void {
    this.#closed = true
    clearInterval(this.#sweeper)
    for (const copy of [...this.#copies]) copy.cut()
    this.#copies.clear()
    for (const { passage } of this.#backlog) passage.cutShort()
    this.#backlog = []
    this.#transport.destroy()
  }

  #free(): number {
    return Math.max(0, this.settings.maxInFlight - this.#copies.size)
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
    let sent = 0
    while (sent < this.#backlog.length && this.#copies.size < this.settings.maxInFlight) {
      const waiting = this.#backlog[sent]
      if (waiting === undefined) break
      sent++
      if (!this.#breaker.admits(now)) waiting.passage.leaveUnmirrored('breaker-open')
      else {
        const copy = new Copy(waiting.passage, this)
        this.#copies.add(copy)
        copy.send(this.#transport, now, now - waiting.since)
      }
    }
    if (sent === this.#backlog.length) this.#backlog = []
    else this.#backlog.splice(0, sent)
  }

  #sweep(now: number): void {
    for (const copy of this.#copies) copy.check(now)
    const { timeoutMs } = this.settings
    let late = 0
    for (const { since } of this.#backlog) {
      if (now - since <= timeoutMs) break
      late++
    }
    for (const { passage } of this.#backlog.splice(0, late)) passage.leaveUnmirrored('backlog')
  }
}
