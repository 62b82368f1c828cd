/** Places that control showed in exchanges that are forgotten: their names may be what must not stay. */

import type { Source } from '../../core/exchange.ts'
import { execute, rowsOf, type Database } from './database.ts'
import { unpackControl } from './details.ts'

interface SqlMeasured {
  readonly endpoint_id: number
  readonly run_id: number
  readonly source: Source
  readonly control_differences: string
}

interface Place {
  readonly key: readonly [
    endpointId: number,
    kind: string,
    location: string,
    runId: number,
    source: Source,
  ]
  exchanges: number
}

/** Counts them while exchanges go, and removes those that no other exchange has shown. */
export class ControlPlaces {
  readonly #db: Database
  readonly #places = new Map<string, Place>()

  constructor(db: Database) {
    this.#db = db
  }

  /** Counts the places of exchanges that are about to go. */
  add(exchangeKeys: readonly number[]): void {
    const rows = rowsOf<SqlMeasured>(
      this.#db,
      `SELECT coalesce(n.heir_id, n.id) AS endpoint_id, e.run_id, e.source, d.control_differences
       FROM json_each(?) k CROSS JOIN exchanges e ON e.key = k.value
       CROSS JOIN details d ON d.exchange_key = e.key
       CROSS JOIN endpoints n ON n.id = e.endpoint_id
       WHERE d.control_differences IS NOT NULL`,
      [JSON.stringify(exchangeKeys)],
    )
    for (const row of rows) {
      const control = unpackControl(row.control_differences)
      for (const { kind, pattern } of control?.differences ?? []) {
        const key = [row.endpoint_id, kind, pattern, row.run_id, row.source] as const
        const text = key.join(' ')
        const known = this.#places.get(text)
        if (known === undefined) this.#places.set(text, { key, exchanges: 1 })
        else known.exchanges++
      }
    }
  }

  /** Removes the places whose every exchange is gone. */
  forget(): void {
    this.#db
      .transaction(() => {
        for (const { key, exchanges } of this.#places.values()) {
          execute(
            this.#db,
            `DELETE FROM control_differences WHERE endpoint_id = ? AND kind = ? AND location = ?
               AND run_id = ? AND source = ? AND differed <= ?`,
            [...key, exchanges],
          )
        }
      })
      .immediate()
  }
}
