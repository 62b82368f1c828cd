/**
 * What control says, kept by place from the run's first exchange on: a difference that control showed before
 * shadow did is as good a reason to call it noise as one that it showed later.
 */

import type { Statement } from 'better-sqlite3'
import type { Source } from '../../core/exchange.ts'
import type { Difference, DifferenceKind, Judgement } from '../../core/judgement.ts'
import type { ControlView } from '../../core/divergence-report.ts'
import type { Database } from './database.ts'

/** Places of one endpoint and run; beyond them only those that shadow shows too are counted. */
const MAX_PLACES = 1000

/** One place in the transaction that is open. */
interface Gathered {
  readonly source: Source
  readonly endpointId: number
  readonly kind: DifferenceKind
  readonly location: string
  differed: number
  shared: number
}

/** What control differed in, of one writer. */
export class ControlTable {
  readonly #add: Statement<[number, number, number, DifferenceKind, string, number, Source]>
  readonly #insert: Statement<[number, DifferenceKind, string, number, Source, number, number]>
  readonly #count: Statement<[number, number, Source], number>
  readonly #isShown: Statement<[number, DifferenceKind, string]>
  readonly #gathered = new Map<string, Gathered>()

  constructor(db: Database) {
    this.#add = db.prepare(
      `UPDATE control_differences SET differed = differed + ?, shared = shared + ?
       WHERE endpoint_id = ? AND kind = ? AND location = ? AND run_id = ? AND source = ?`,
    )
    this.#insert = db.prepare(
      `INSERT INTO control_differences (endpoint_id, kind, location, run_id, source, differed, shared)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#count = db
      .prepare<[number, number, Source], number>(
        `SELECT count(*) FROM control_differences
         WHERE endpoint_id = ? AND run_id = ? AND source = ?`,
      )
      .pluck()
    this.#isShown = db.prepare(
      'SELECT 1 FROM divergences WHERE endpoint_id = ? AND kind = ? AND location = ?',
    )
  }

  /** Forgets what a transaction that failed had gathered. */
  begin(): void {
    this.#gathered.clear()
  }

  /** Gathers one exchange; `sign` is -1 to take it back. */
  add(source: Source, endpointId: number, judgement: Judgement, sign: 1 | -1): void {
    const { control, differences } = judgement
    if (control === undefined || control.differences.length === 0) return
    const shown = new Set(differences.map(placeOf))
    for (const difference of control.differences) {
      const place = placeOf(difference)
      const key = `${source} ${endpointId} ${place}`
      let gathered = this.#gathered.get(key)
      if (gathered === undefined) {
        const { kind, pattern: location } = difference
        gathered = { source, endpointId, kind, location, differed: 0, shared: 0 }
        this.#gathered.set(key, gathered)
      }
      gathered.differed += sign
      if (difference.beyond !== true && shown.has(place)) gathered.shared += sign
    }
  }

  /** Writes what was gathered to this run; tells `overflow` what there was no room for. */
  flush(
    runId: number,
    overflow: (endpointId: number, source: Source, exchanges: number) => void,
  ): void {
    for (const {
      source,
      endpointId,
      kind,
      location,
      differed,
      shared,
    } of this.#gathered.values()) {
      if (differed === 0 && shared === 0) continue
      const place = [endpointId, kind, location] as const
      if (this.#add.run(differed, shared, ...place, runId, source).changes > 0) continue
      if (differed > 0 && this.#hasRoom(runId, source, ...place)) {
        this.#insert.run(...place, runId, source, differed, shared)
      } else overflow(endpointId, source, differed)
    }
    this.begin()
  }

  #hasRoom(
    runId: number,
    source: Source,
    endpointId: number,
    kind: DifferenceKind,
    location: string,
  ): boolean {
    if ((this.#count.get(endpointId, runId, source) ?? 0) < MAX_PLACES) return true
    return this.#isShown.get(endpointId, kind, location) !== undefined
  }
}

function placeOf({ kind, pattern }: Pick<Difference, 'kind' | 'pattern'>): string {
  return `${kind} ${pattern}`
}

/** Counts of control and of shadow at one place, as SQL adds them up; null where there is nothing to add. */
export interface ControlCounts {
  /** Exchanges of the endpoint that control measured. */
  readonly measured: number | null
  /** Of these, the ones in which shadow differed. */
  readonly shown: number | null
  readonly differed: number | null
  /** Of `differed`, the ones in which shadow differed too. */
  readonly shared: number | null
}

/** What control says, absent when it never measured. */
export function controlView(counts: ControlCounts): ControlView | undefined {
  const measured = counts.measured ?? 0
  if (measured <= 0) return undefined
  const differed = counts.differed ?? 0
  const shared = counts.shared ?? 0
  // A divergence that was forgotten begins again, while control's counts go on.
  const shadowOnly = Math.max(0, (counts.shown ?? 0) - shared)
  return { measured, differed, shadowOnly, controlOnly: Math.max(0, differed - shared) }
}
