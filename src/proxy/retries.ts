/** Further tries of one request at primary: how many are left, and how long each may take. */

import type { FailureReason } from '../core/exchange.ts'
import type { PrimarySettings } from '../core/settings.ts'
import { isIdempotentMethod } from './methods.ts'

/** Failures after which another try may help. */
const RETRYABLE: ReadonlySet<FailureReason> = new Set([
  'refused',
  'unreachable',
  'reset',
  'timeout',
])

/** The tries of one request; all together they have no more than primary's time. */
export class Retries {
  readonly #tryMs: number
  readonly #allMs: number
  #left: number

  constructor(attempts: number, tryMs: number, allMs: number) {
    this.#left = attempts
    this.#tryMs = Math.min(tryMs, allMs)
    this.#allMs = allMs
  }

  /** How long the first try may take. */
  get tryMs(): number {
    return this.#tryMs
  }

  /** Takes another try after this failure, and tells how long it may take; undefined when there is none. */
  next(reason: FailureReason, elapsedMs: number): number | undefined {
    const leftMs = this.#allMs - elapsedMs
    if (this.#left === 0 || leftMs <= 0 || !RETRYABLE.has(reason)) return undefined
    this.#left--
    return Math.min(this.#tryMs, leftMs)
  }
}

/** The tries of a request with this method; undefined when there is only one. */
export function retriesOf(
  { retries, timeoutMs }: PrimarySettings,
  method: string,
): Retries | undefined {
  if (retries === undefined || retries.attempts === 0 || !isIdempotentMethod(method)) {
    return undefined
  }
  return new Retries(retries.attempts, retries.perTryTimeoutMs, timeoutMs)
}
