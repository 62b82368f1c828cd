/** Keys that would fit arrays, looked for in the newest differences of their elements' members. */

import type { RuleSuggestion } from '../../core/divergence-report.ts'
import type { Rule } from '../../core/rule.ts'
import {
  type ArrayMember,
  type MemberExample,
  arraysAround,
  hasKey,
  mayName,
  memberOf,
  rankOfName,
  suggestKey,
} from '../../core/suggest-key.ts'
import { rowsOf, type Database } from './database.ts'

/** Finds the key for the arrays around a place of an endpoint. */
export type KeyFinder = (place: {
  readonly endpointId: number
  readonly endpoint: string
  readonly location: string
}) => RuleSuggestion | undefined

/** Members of an element that are looked at, the likeliest names first. */
const MAX_MEMBERS = 24
/** Differences of a member that are read, and those that are read to see whether more are worth it. */
const MAX_EXAMPLES = 300
const FIRST_EXAMPLES = 24

/** Looks at each array once; an array that one of the rules gives a key to is not looked at. */
export function createKeyFinder(db: Database, rules: () => readonly Rule[]): KeyFinder {
  const known = new Map<string, RuleSuggestion | undefined>()
  const find = (endpointId: number, endpoint: string, array: string) => {
    const id = `${endpointId} ${array}`
    if (!known.has(id)) {
      const suggestion = suggestKey(endpoint, array, membersOf(db, endpointId, array))
      const isKeyed = suggestion !== undefined && hasKey(rules(), endpoint, array)
      known.set(id, isKeyed ? undefined : suggestion)
    }
    return known.get(id)
  }
  return ({ endpointId, endpoint, location }) => {
    for (const array of arraysAround(location)) {
      const found = find(endpointId, endpoint, array)
      if (found !== undefined) return found
    }
    return undefined
  }
}

/** The members of an array's elements of which a value stands elsewhere in shadow. */
function membersOf(db: Database, endpointId: number, array: string): readonly ArrayMember[] {
  const below = `${array}/*/`
  return rowsOf<{ key: number; location: string }>(
    db,
    `SELECT key, location FROM divergences WHERE endpoint_id = ? AND kind = 'value'
       AND substr(location, 1, length(?)) = ? AND instr(substr(location, length(?) + 1), '/') = 0`,
    [endpointId, below, below, below],
  )
    .flatMap(({ key, location }) => {
      const name = memberOf(array, location)
      return name === undefined ? [] : [{ key, name }]
    })
    .sort((a, b) => rankOfName(a.name) - rankOfName(b.name))
    .slice(0, MAX_MEMBERS)
    .flatMap(({ key, name }) =>
      mayName({ name, examples: examplesOf(db, key, FIRST_EXAMPLES) })
        ? [{ name, examples: examplesOf(db, key, MAX_EXAMPLES) }]
        : [],
    )
}

function examplesOf(db: Database, key: number, limit: number): readonly MemberExample[] {
  return rowsOf<{
    readonly exchange: number
    readonly location: string | null
    readonly primary_value: string | null
    readonly shadow_value: string | null
  }>(
    db,
    `SELECT exchange_key AS exchange, location, primary_value, shadow_value FROM differences
     WHERE divergence_key = ? ORDER BY exchange_key DESC LIMIT ?`,
    [key, limit],
  ).map(({ exchange, location, primary_value: primary, shadow_value: shadow }) => ({
    exchange,
    location: location ?? '',
    ...(primary !== null && { primaryValue: primary }),
    ...(shadow !== null && { shadowValue: shadow }),
  }))
}
