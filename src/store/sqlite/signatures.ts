/**
 * Divergent exchanges by the set of divergences that they show. What people and control say of a divergence
 * changes later, so whether an exchange counts cannot be a counter of its own: it counts when one of its set
 * does, and that is asked when somebody reads.
 *
 * Independent noise makes many sets. Beyond a bound a set is kept without what is noise at that moment, which
 * leaves few; beyond that too, exchanges are counted in one set that always counts: nothing passes by it.
 */

import type { Statement } from 'better-sqlite3'
import type { Source } from '../../core/exchange.ts'
import { execute, rowsOf, type Database } from './database.ts'

/** Up to so many sets a run keeps them as they are, and up to so many it keeps more without their noise. */
export interface SignatureBounds {
  readonly whole: number
  readonly reduced: number
}

const BOUNDS: SignatureBounds = { whole: 10_000, reduced: 20_000 }
/** Larger sets are kept without noise at once. */
const MAX_MEMBERS = 200
/** A member that always counts: the only one of the set for all others, or what was forgotten. */
const UNKNOWN = '*'
/** The same, and it was breaking. */
const UNKNOWN_BREAKING = '!'

/** One set in the transaction that is open. */
interface Gathered {
  readonly source: Source
  readonly endpointId: number
  readonly isFailing: boolean
  readonly members: readonly number[]
  exchanges: number
}

/** Tells which divergences of a run do not count at this moment. */
export type UncountedOf = (source: Source) => ReadonlySet<number>

/** The sets of one writer. */
export class SignatureTable {
  readonly #add: Statement<[number, number, Source, number, number, string]>
  readonly #insert: Statement<[number, Source, number, number, string, number]>
  readonly #remove: Statement<[number, Source, number, number, string]>
  readonly #count: Statement<[number, Source], number>
  readonly #bounds: SignatureBounds
  readonly #gathered = new Map<string, Gathered>()
  /** Sets of the run by source, as far as this transaction had to know. */
  readonly #counts = new Map<Source, number>()

  constructor(db: Database, bounds = BOUNDS) {
    this.#bounds = bounds
    const place = 'run_id = ? AND source = ? AND endpoint_id = ? AND failing = ? AND members = ?'
    this.#add = db.prepare(`UPDATE run_signatures SET exchanges = exchanges + ? WHERE ${place}`)
    this.#insert = db.prepare(
      `INSERT INTO run_signatures (run_id, source, endpoint_id, failing, members, exchanges)
       VALUES (?, ?, ?, ?, ?, ?)`,
    )
    this.#remove = db.prepare(`DELETE FROM run_signatures WHERE ${place} AND exchanges <= 0`)
    this.#count = db
      .prepare<[number, Source], number>(
        'SELECT count(*) FROM run_signatures WHERE run_id = ? AND source = ?',
      )
      .pluck()
  }

  /** Forgets what a transaction that failed had gathered. */
  begin(): void {
    this.#gathered.clear()
    this.#counts.clear()
  }

  /** Gathers one exchange that shows these divergences; `sign` is -1 to take it back. */
  add(
    source: Source,
    endpointId: number,
    isFailing: boolean,
    divergences: readonly number[],
    sign: 1 | -1,
  ): void {
    const members = divergences.toSorted((a, b) => a - b)
    const key = `${source} ${endpointId} ${Number(isFailing)} ${members.join()}`
    const known = this.#gathered.get(key)
    if (known !== undefined) known.exchanges += sign
    else this.#gathered.set(key, { source, endpointId, isFailing, members, exchanges: sign })
  }

  /** Writes what was gathered to this run. */
  flush(runId: number, uncountedOf: UncountedOf): void {
    const { whole, reduced } = this.#bounds
    for (const gathered of this.#gathered.values()) {
      const { source, members, exchanges } = gathered
      if (exchanges === 0) continue
      if (members.length <= MAX_MEMBERS && this.#keep(runId, gathered, members.join(), whole)) {
        continue
      }
      const uncounted = uncountedOf(source)
      // Nothing is left of a set of noise: a set as good as any, which never counts.
      const counted = members.filter((key) => !uncounted.has(key))
      if (this.#keep(runId, gathered, counted.join(), reduced)) continue
      this.#keep(runId, gathered, UNKNOWN, Infinity)
    }
    this.begin()
  }

  /** Adds to a set that is there, or that there is room for; tells whether it did. */
  #keep(runId: number, gathered: Gathered, members: string, room: number): boolean {
    const { source, endpointId, isFailing, exchanges } = gathered
    const place = [runId, source, endpointId, Number(isFailing), members] as const
    if (this.#add.run(exchanges, ...place).changes > 0) {
      if (exchanges < 0) this.#remove.run(...place)
      return true
    }
    // What was kept in another set, because there was no room, is taken back from that one.
    if (exchanges < 0) return false
    const count = this.#counts.get(source) ?? this.#count.get(runId, source) ?? 0
    this.#counts.set(source, count)
    if (count >= room) return false
    this.#insert.run(...place, exchanges)
    this.#counts.set(source, count + 1)
    return true
  }
}

/** Whether an exchange with this set counts, by what is asked of each divergence. */
export function isCountedSet(members: string, counts: (key: number) => boolean): boolean {
  return membersOf(members).some(
    (one) => one === UNKNOWN || one === UNKNOWN_BREAKING || counts(Number(one)),
  )
}

/** Whether exchanges with this set count whatever is said of any divergence. */
export function isAlwaysCountedSet(members: string): boolean {
  return isCountedSet(members, () => false)
}

/** Whether exchanges with this set had a breaking difference that nobody can look at any more. */
export function isForgottenSet(members: string): boolean {
  return membersOf(members).includes(UNKNOWN_BREAKING)
}

function membersOf(members: string): readonly string[] {
  return members === '' ? [] : members.split(',')
}

/** A divergence that is about to go, and its key to another one. */
export interface Leaving {
  readonly key: number
  readonly isBreaking: boolean
  /** Whether it makes the exchanges of a run count at this moment. */
  readonly counts: (runId: number, source: Source) => boolean
}

/** Makes the sets that a divergence is in say for good what they say now. */
export function forgetMember(db: Database, leaving: Leaving): void {
  const rows = rowsOf<SqlSet>(
    db,
    "SELECT * FROM run_signatures WHERE ',' || members || ',' LIKE ?",
    [`%,${leaving.key},%`],
  )
  for (const row of rows) {
    const { run_id, source, endpoint_id, failing, members, exchanges } = row
    const place = [run_id, source, endpoint_id, failing] as const
    execute(
      db,
      `DELETE FROM run_signatures
       WHERE run_id = ? AND source = ? AND endpoint_id = ? AND failing = ? AND members = ?`,
      [...place, members],
    )
    execute(
      db,
      `INSERT INTO run_signatures (run_id, source, endpoint_id, failing, members, exchanges)
       VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET exchanges = exchanges + excluded.exchanges`,
      [...place, membersWithout(leaving, row), exchanges],
    )
  }
}

function membersWithout(
  { key, isBreaking, counts }: Leaving,
  { run_id, source, failing, members }: SqlSet,
): string {
  const others = membersOf(members).filter((one) => one !== String(key))
  if (!counts(run_id, source)) return others.join()
  // Failures are judged in pairs, which are counted by themselves.
  const left = isBreaking && failing === 0 ? UNKNOWN_BREAKING : UNKNOWN
  return [...new Set([...others, left])].join()
}

interface SqlSet {
  readonly run_id: number
  readonly source: Source
  readonly endpoint_id: number
  readonly failing: number
  readonly members: string
  readonly exchanges: number
}
