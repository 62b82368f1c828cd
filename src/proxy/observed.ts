/** What one upstream does with one request, noted while it happens. */

import type { CapturedBody, FailureReason, HeaderList, Observation } from '../core/exchange.ts'
import { elapsedMs } from './elapsed.ts'

/** Becomes an {@link Observation} once, when the upstream is done or given up. */
export class Observed {
  /** When it was sent first; a time of `performance.now()`. */
  startedAt = 0
  sentHeaders: HeaderList = []
  trailers: HeaderList = []
  #status = 0
  #reason = ''
  #headers: HeaderList | undefined

  /** The final head came. */
  begin(status: number, reason: string, headers: HeaderList): void {
    this.#status = status
    this.#reason = reason
    this.#headers = headers
  }

  /** Whether an answer began, so that there is a response, whole or not. */
  get hasHead(): boolean {
    return this.#headers !== undefined
  }

  response(body: CapturedBody): Observation {
    return {
      kind: 'response',
      sentHeaders: this.sentHeaders,
      durationMs: elapsedMs(this.startedAt),
      status: this.#status,
      reason: this.#reason,
      headers: this.#headers ?? [],
      trailers: this.trailers,
      body,
    }
  }

  failure(reason: FailureReason, message: string): Observation {
    return {
      kind: 'failure',
      sentHeaders: this.sentHeaders,
      durationMs: elapsedMs(this.startedAt),
      reason,
      message,
    }
  }
}
