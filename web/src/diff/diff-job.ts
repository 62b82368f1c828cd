/** What the page and its diff worker say to each other. */

import type { BodyView, ExchangeDetail } from '../../../src/core/exchange-report.ts'
import type { Rows } from './row.ts'
import type { PackedRows } from './row-list.ts'

/** What a diff is made from. */
export interface DiffJob {
  readonly primary: BodyView
  readonly shadow: BodyView
  readonly detail: Pick<
    ExchangeDetail,
    'differences' | 'differencesTotal' | 'suppressed' | 'outcome'
  >
}

/** Rows come in parts, so that taking them never holds up the page; the end says what is known of all. */
export type DiffAnswer =
  | { readonly kind: 'part'; readonly part: PackedRows }
  | ({ readonly kind: 'end' } & Pick<Rows, 'stops' | 'remarks'>)
  | { readonly kind: 'failed'; readonly message: string }
