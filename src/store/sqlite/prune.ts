/**
 * Retention: the oldest exchanges go, in steps so small that writing waits for none of them. Aggregates
 * stay, and so do the newest examples of each divergence, however old they are. Space goes back to the
 * file system. Beside it rollups are made coarser: minutes go, and days are added up.
 */

import { setImmediate } from 'node:timers/promises'
import { messageOf } from '../../core/errors.ts'
import type { Clock } from '../../core/ports.ts'
import { rowsOf, type Database } from './database.ts'
import { DayFolder } from './fold-days.ts'
import { KEYS_PER_MS, NEWEST } from './keys.ts'
import { MinutePruner } from './prune-minutes.ts'
import { removeExchanges } from './remove.ts'

/** What is kept; a limit that is absent does not bind. */
export interface Retention {
  /** Exchanges older than this go; milliseconds. */
  readonly ageMs?: number
  /** While the database takes more than this, the oldest exchanges go. */
  readonly bytes?: number
}

/** Pruning that goes on beside the writing. */
export interface Pruning {
  /** From now on this retention holds. */
  keep(retention: Retention): void
  /** Prunes until the retention is met; resolves with how many exchanges went. */
  run(): Promise<number>
  stop(): void
}

/** When there is nothing to prune, it is looked again after this, … */
const IDLE_MS = 1000
/** … and after this when the database is too large and nothing can go: looking means to walk over what is kept. */
const STUCK_MS = 10_000

/** Starts to prune a database by itself; without a retention no exchange ever goes. */
export function startPruning(
  db: Database,
  {
    retention,
    clock,
    warn = () => undefined,
  }: {
    readonly retention: Retention | undefined
    readonly clock: Clock
    readonly warn?: ((message: string) => void) | undefined
  },
): Pruning {
  const pruner = new Pruner(db, retention ?? {})
  const minutes = new MinutePruner(db)
  const days = new DayFolder(db)
  let timer = setTimeout(tick, IDLE_MS).unref()
  let failures = 0
  let wasStuck = false

  function tick(): void {
    const start = performance.now()
    let pause = IDLE_MS
    try {
      // As long as there is more to do, writing gets at least half of the time.
      const { isDone, excess } = step()
      if (!isDone) pause = Math.ceil(performance.now() - start)
      else if (excess !== undefined) pause = STUCK_MS
      if (isDone) tellExcess(excess)
      failures = 0
    } catch (error) {
      // Said once: it is tried again every second.
      if (failures++ === 0) warn(`${db.name}: pruning failed: ${messageOf(error)}`)
    }
    timer = setTimeout(tick, pause).unref()
  }

  /** Said once for as long as it lasts. */
  function tellExcess(excess: number | undefined): void {
    if (excess !== undefined && !wasStuck) {
      warn(
        `${db.name}: totals and the newest examples of divergences take ${Math.ceil(excess / MB)} MB more than the ` +
          'retention allows, so nothing else is kept; allow more with retention.size',
      )
    }
    wasStuck = excess !== undefined
  }

  function step(): PruneStep {
    const { isDone, ...pruned } = pruner.step(clock.now())
    const rollups = [days.step(), minutes.step()]
    return { ...pruned, isDone: isDone && !rollups.includes(false) }
  }

  return {
    keep: (changed) => {
      pruner.retention = changed
    },
    run: async () => {
      let total = 0
      for (;;) {
        const { removed, isDone } = step()
        total += removed
        if (isDone) return total
        await setImmediate()
      }
    },
    stop: () => {
      clearTimeout(timer)
    },
  }
}

/** What a step did: whether there is more to do at once. */
interface PruneStep {
  readonly removed: number
  readonly isDone: boolean
  /** Bytes beyond the limit at the end of a round in which nothing could go. */
  readonly excess?: number
}

const MB = 1024 * 1024

/** Exchanges looked at in one step: a few milliseconds. */
const STEP_ROWS = 250
/** What an exchange takes, before any was removed, and at least. */
const LARGE_ROW = 256 * 1024
const SMALLEST_ROW = 256
/** Examples of a divergence that outlive the limits. */
const KEPT_EXAMPLES = 5
/** Free pages that are left for what comes next: at least so many, and at least one of so many. */
const SPARE_PAGES = 256
const SPARE_SHARE = 20
/** Pages given back in one step. */
const VACUUM_PAGES = 256

/** Prunes one database, from the oldest exchange on, again and again. */
class Pruner {
  retention: Retention
  readonly #db: Database
  /** Up to here everything was looked at in this round; what is left there are examples. */
  #from = 0
  /** Exchanges that went in this round. */
  #removed = 0
  /** What one exchange took, as the last step found it. */
  #bytesOfRow = LARGE_ROW
  /** Pages were cut off, and the file is still as long as it was before the log is brought into it. */
  #hasCut = false

  constructor(db: Database, retention: Retention) {
    this.#db = db
    this.retention = retention
  }

  /** Does one step. */
  step(now: number): PruneStep {
    const { ageMs, bytes = Infinity } = this.retention
    const used = this.#usedBytes()
    // Not more than what is over: the last rows of a step may be large ones.
    const step =
      used > bytes
        ? { before: NEWEST, limit: Math.ceil((used - bytes) / this.#bytesOfRow) }
        : { before: ageMs === undefined ? 0 : (now - ageMs) * KEYS_PER_MS, limit: STEP_ROWS }
    const rows = rowsOf<{ key: number; differences: number }>(
      this.#db,
      'SELECT key, differences FROM exchanges WHERE key > ? AND key < ? ORDER BY key LIMIT ?',
      [this.#from, step.before, Math.min(step.limit, STEP_ROWS)],
    )
    const last = rows.at(-1)
    if (last === undefined) {
      const isStuck = used > bytes && this.#removed === 0
      this.#from = 0
      this.#removed = 0
      return { removed: 0, isDone: !this.#giveBack(), ...(isStuck && { excess: used - bytes }) }
    }
    this.#from = last.key
    const keys = rows
      .filter(({ key, differences }) => differences === 0 || !this.#isExample(key))
      .map(({ key }) => key)
    if (keys.length > 0) {
      this.#db.transaction(() => {
        removeExchanges(this.#db, keys)
      })()
      this.#bytesOfRow = Math.max(SMALLEST_ROW, (used - this.#usedBytes()) / keys.length)
    }
    this.#removed += keys.length
    return { removed: keys.length, isDone: false }
  }

  #usedBytes(): number {
    return (this.#pragma('page_count') - this.#pragma('freelist_count')) * this.#pragma('page_size')
  }

  /** Whether one of its divergences has too few newer exchanges to show. */
  #isExample(key: number): boolean {
    const [row] = rowsOf<{ kept: number }>(
      this.#db,
      `SELECT 1 AS kept FROM differences d WHERE d.exchange_key = ? AND (
         SELECT count(*) FROM (
           SELECT DISTINCT x.exchange_key FROM differences x
           WHERE x.divergence_key = d.divergence_key AND x.exchange_key > d.exchange_key
           LIMIT ${KEPT_EXAMPLES})) < ${KEPT_EXAMPLES}
       LIMIT 1`,
      [key],
    )
    return row !== undefined
  }

  /** Cuts free pages off the file's end; tells whether there are more. */
  #giveBack(): boolean {
    const spare = Math.max(SPARE_PAGES, this.#pragma('page_count') / SPARE_SHARE)
    const free = this.#pragma('freelist_count') - spare
    if (free <= 0) {
      if (this.#hasCut) this.#hasCut = !this.#checkpoint()
      return false
    }
    this.#hasCut = true
    this.#db.pragma(`incremental_vacuum(${Math.min(Math.ceil(free), VACUUM_PAGES)})`)
    return free > VACUUM_PAGES
  }

  /** Tells whether all of the log is in the file; a reader may be in the way of the rest for a moment. */
  #checkpoint(): boolean {
    const [state] = this.#db.pragma('wal_checkpoint(PASSIVE)') as readonly {
      readonly log: number
      readonly checkpointed: number
    }[]
    return state !== undefined && state.log === state.checkpointed
  }

  #pragma(name: string): number {
    return this.#db.pragma(name, { simple: true }) as number
  }
}
