/**
 * One timer for all deadlines of a transport. A request sets a deadline by writing a number; nearly all of
 * them are met, so the timer is set anew only when it went off, or for a deadline before the one it
 * waits for.
 */

import { afterReading } from '../after-reading.ts'

/** Expires what is due at `now` and returns the next deadline, `Infinity` when there is none. */
export type Sweep = (now: number) => number

/** Calls `sweep` at the nearest deadline, or a little later; never keeps the process alive. */
export class Deadlines {
  readonly #sweep: Sweep
  #timer: NodeJS.Timeout | undefined
  #waitsFor = Infinity
  #isClosed = false

  constructor(sweep: Sweep) {
    this.#sweep = sweep
  }

  /** Makes sure that a sweep happens soon after `deadline`, a time of `performance.now()`. */
  watch(deadline: number): void {
    if (deadline < this.#waitsFor) this.#set(deadline)
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#waitsFor = -Infinity
  }

  #set(deadline: number): void {
    clearTimeout(this.#timer)
    this.#waitsFor = deadline
    const waitMs = Math.min(Math.max(1, Math.ceil(deadline - performance.now())), 2 ** 31 - 1)
    this.#timer = setTimeout(afterReading, waitMs, this.#judge).unref()
  }

  readonly #judge = (now: number): void => {
    if (this.#isClosed) return
    this.#waitsFor = Infinity
    const next = this.#sweep(now)
    if (next < this.#waitsFor) this.#set(next)
  }
}
