/** The counters of one proxy process: every request goes through them once, so the sums always hold. */

import type { ControlSkipReason, Counters, RecordedOutcome } from '../core/counters.ts'
import type { LostReason, UnmirroredReason } from '../core/exchange.ts'
import type { IncomparableReason } from '../core/judgement.ts'
import type { ExchangeFate } from '../core/ports.ts'

/**
 * Moves requests from one column to the next: `saw`, then `leftUnmirrored` or `mirrored`, and after
 * `mirrored` exactly one of `recorded` and `lost`. Each call keeps both equations of {@link Counters}. The
 * books are themselves the fate that the queue is given: a request's own object would stay alive, bodies
 * included, until the recorder has answered.
 */
export class Books implements ExchangeFate {
  #seen = 0
  #pending = 0
  #mirrored = 0
  #inFlight = 0
  #match = 0
  #divergent = 0
  readonly #unmirrored: Partial<Record<UnmirroredReason, number>> = {}
  readonly #incomparable: Partial<Record<IncomparableReason, number>> = {}
  readonly #lost: Partial<Record<LostReason, number>> = {}
  #hasControl = false
  #repeated = 0
  #repeatsAnswered = 0
  #repeatsFailed = 0
  readonly #skippedRepeats: Partial<Record<ControlSkipReason, number>> = {}

  /** A request's head arrived. */
  saw(): void {
    this.#seen++
    this.#pending++
  }

  /** No copy will leave. */
  leftUnmirrored(reason: UnmirroredReason): void {
    this.#pending--
    add(this.#unmirrored, reason)
  }

  /** The copy is attempted. */
  mirrored(): void {
    this.#pending--
    this.#mirrored++
    this.#inFlight++
  }

  /** The row of a mirrored request can be read. */
  recorded({ outcome, reason }: RecordedOutcome): void {
    this.#inFlight--
    if (outcome === 'match') this.#match++
    else if (outcome === 'divergent') this.#divergent++
    else add(this.#incomparable, (reason ?? 'comparer-failed') as IncomparableReason)
  }

  /** A mirrored request will never become a row. */
  lost(reason: LostReason): void {
    this.#inFlight--
    add(this.#lost, reason)
  }

  /** From now on the books of the control legs are part of every reading. */
  openControl(): void {
    this.#hasControl = true
  }

  /** A mirrored request is repeated to control. */
  repeated(): void {
    this.#repeated++
  }

  /** A repeat is done. */
  repeatEnded(answered: boolean): void {
    if (answered) this.#repeatsAnswered++
    else this.#repeatsFailed++
  }

  /** A mirrored request is not repeated. */
  skippedRepeat(reason: ControlSkipReason): void {
    add(this.#skippedRepeats, reason)
  }

  /** One reading, a copy. */
  read(): Counters {
    return {
      seen: this.#seen,
      pending: this.#pending,
      mirrored: this.#mirrored,
      unmirrored: { ...this.#unmirrored },
      inFlight: this.#inFlight,
      match: this.#match,
      divergent: this.#divergent,
      incomparable: { ...this.#incomparable },
      lost: { ...this.#lost },
      ...(this.#hasControl && {
        control: {
          sent: this.#repeated,
          ok: this.#repeatsAnswered,
          failed: this.#repeatsFailed,
          skipped: { ...this.#skippedRepeats },
        },
      }),
    }
  }
}

function add<K extends string>(column: Partial<Record<K, number>>, reason: K): void {
  column[reason] = (column[reason] ?? 0) + 1
}
