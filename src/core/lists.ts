/** What the lists of people have in common: pages, and the filters that pick what stands in them. */

import type { DivergenceClass, DivergenceState } from './divergence-report.ts'
import type { Source } from './exchange.ts'
import type { DifferenceKind, Outcome, Severity } from './judgement.ts'

/** One page of a list; `next` is absent at the end. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next?: string
}

/** Where to go on, and how many rows to give. */
export interface PageRequest {
  readonly cursor?: string | undefined
  readonly limit: number
}

/** The filters of lists and exports; each list uses those that make sense for it. */
export interface Filter {
  readonly run?: string | undefined
  readonly route?: string | undefined
  readonly endpoint?: string | undefined
  readonly method?: string | undefined
  readonly outcome?: Outcome | undefined
  readonly kind?: DifferenceKind | undefined
  readonly severity?: Severity | undefined
  /** Of divergences. */
  readonly class?: DivergenceClass | undefined
  /** Of divergences. */
  readonly state?: DivergenceState | undefined
  /** Primary's or shadow's status. */
  readonly status?: number | undefined
  readonly requestId?: string | undefined
  /** A part of path, endpoint, location or request id, whichever the list has. */
  readonly q?: string | undefined
  readonly divergence?: string | undefined
  readonly source?: Source | undefined
  /** Epoch milliseconds, inclusive. */
  readonly since?: number | undefined
  /** Epoch milliseconds, exclusive. */
  readonly until?: number | undefined
}
