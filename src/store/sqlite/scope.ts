/** Which totals a question is about: those of some runs, or of one source. */

import type { Filter } from '../../core/lists.ts'
import type { Database } from './database.ts'
import { findRuns } from './runs.ts'

/** Makes conditions on `run_id` and `source` of a table by its alias, each after ` AND`; empty for all. */
export type Scope = (alias: string) => string

const SOURCES: readonly string[] = ['live', 'replay', 'import']

/** The scope of a filter. */
export function scopeOf(db: Database, { run, source }: Pick<Filter, 'run' | 'source'>): Scope {
  const runs = findRuns(db, run)
  return (alias) => {
    const inRuns = runs === undefined ? '' : ` AND ${alias}.run_id IN (${runs.ids.join(', ')})`
    if (source === undefined) return inRuns
    // The text goes into the statement, so only known ones do.
    return SOURCES.includes(source) ? `${inRuns} AND ${alias}.source = '${source}'` : ' AND FALSE'
  }
}

/** Everything. */
export const everywhere: Scope = () => ''
