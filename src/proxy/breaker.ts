/** Leaves a sick shadow alone, so that it costs nothing while it is sick. */

import type { BreakerState } from '../core/service-reading.ts'

/** When the breaker opens and for how long. */
export interface BreakerLimits {
  readonly consecutiveFailures: number
  readonly openForMs: number
}

/**
 * Closed until `consecutiveFailures` copies in a row failed; then open for `openForMs`; then one copy is
 * tried (half-open), whose end closes or opens it again. Times are monotonic milliseconds given by the caller.
 */
export class Breaker {
  readonly #limits: BreakerLimits
  #failures = 0
  #openUntil = 0
  #trying = false

  constructor(limits: BreakerLimits) {
    this.#limits = limits
  }

  state(now: number): BreakerState {
    if (this.#openUntil === 0) return 'closed'
    return now < this.#openUntil ? 'open' : 'half-open'
  }

  /** Whether a copy may leave now; in the half-open state the one that may is the trial. */
  admits(now: number): boolean {
    if (this.#openUntil === 0) return true
    if (now < this.#openUntil || this.#trying) return false
    this.#trying = true
    return true
  }

  succeeded(): void {
    this.#failures = 0
    this.#openUntil = 0
    this.#trying = false
  }

  failed(now: number): void {
    this.#failures++
    this.#trying = false
    if (this.#openUntil !== 0 || this.#failures >= this.#limits.consecutiveFailures) {
      this.#openUntil = now + this.#limits.openForMs
    }
  }

  /** Goes on in the state of the one before it; what that one tries does not count here. */
  succeed(before: Breaker): void {
    this.#failures = before.#failures
    this.#openUntil = before.#openUntil
  }

  /** The trial ended without saying anything about the shadow's health: we cut it ourselves. */
  abandoned(): void {
    this.#trying = false
  }
}
