/**
 * Rules that would fit what is seen where no control measured: values that vary by themselves on both sides, and
 * orders that nobody keeps. A suggestion is shown with its evidence and never in force by itself, and where the
 * two sides differ in a steady way (a fixed distance between times, an order that only shadow lost) there is none.
 */

import { holdsPlaceholder } from './placeholder-form.ts'
import type { DivergenceRow, RuleSuggestion } from './divergence-report.ts'
import { type ValueClass, isSameClass, timeOf } from './value-class.ts'

/** The two values of one example, as JSON text. */
export interface ExampleValues {
  readonly primaryValue?: string
  readonly shadowValue?: string
}

/** What a suggestion is made from. */
export type SuggestionBasis = Pick<
  DivergenceRow,
  'id' | 'endpoint' | 'kind' | 'location' | 'severity' | 'class' | 'state' | 'control'
>

/** Fewer different examples may be chance. */
const MIN_EXAMPLES = 3

/** Classes of values that vary by themselves, the strictest first, and what one of them is called. */
const VARYING: readonly (readonly [ValueClass, string])[] = [
  ['uuid', 'UUIDs'],
  ['ulid', 'ULIDs'],
  ['jwt', 'JWTs'],
  ['timestamp', 'times'],
  ['hex', 'hexadecimal tokens'],
  ['base64', 'random tokens'],
]

/** Whether examples are worth reading: a look at the row and at its newest values alone. */
export function maySuggest(divergence: SuggestionBasis, newest: ExampleValues): boolean {
  if (!isOpen(divergence)) return false
  if (divergence.kind === 'order') return true
  return divergence.kind === 'value' && classOf(pairsOf([newest])) !== undefined
}

/** The rule that fits all of the examples; undefined when none does, or too few speak for it. */
export function suggestRule(
  divergence: SuggestionBasis,
  examples: readonly ExampleValues[],
): RuleSuggestion | undefined {
  if (!isOpen(divergence)) return undefined
  const pairs = pairsOf(examples)
  if (pairs.length < examples.length) return undefined
  if (divergence.kind === 'order') return suggestUnordered(divergence, pairs)
  return divergence.kind === 'value' ? suggestClass(divergence, pairs) : undefined
}

/** What breaks callers is never noise, and what control measured has its own evidence. */
function isOpen({ severity, class: known, state, control }: SuggestionBasis): boolean {
  const isMeasured = control !== undefined && control.measured > 0
  return severity !== 'breaking' && known === 'divergence' && state === 'open' && !isMeasured
}

function suggestClass(
  { id, endpoint, location }: SuggestionBasis,
  pairs: readonly Pair[],
): RuleSuggestion | undefined {
  const found = classOf(pairs)
  if (found === undefined) return undefined
  const [as, called] = found
  const primaries = new Set(pairs.map(({ primary }) => JSON.stringify(primary)))
  const shadows = new Set(pairs.map(({ shadow }) => JSON.stringify(shadow)))
  if (primaries.size < MIN_EXAMPLES || shadows.size < MIN_EXAMPLES) return undefined
  if (as === 'timestamp' && isSteadyDistance(pairs)) return undefined
  return {
    rule: { ...idOf(as, id), endpoint, kind: 'class', at: [location], as },
    evidence: `in all of the ${pairs.length} newest examples both values are ${called}: ${primaries.size} different ones of primary, ${shadows.size} of shadow`,
  }
}

function suggestUnordered(
  { id, endpoint, location }: SuggestionBasis,
  pairs: readonly Pair[],
): RuleSuggestion | undefined {
  const different = new Set(pairs.map((pair) => JSON.stringify(pair)))
  if (different.size < MIN_EXAMPLES) return undefined
  const orders = pairs.map(({ primary }) => ordersOf(primary))
  const kept = [...(orders[0]?.keys() ?? [])].filter((by) => orders.every((each) => each.has(by)))
  const isLost = (by: string) =>
    pairs.some(({ shadow }, at) => ordersOf(shadow).get(by) !== orders[at]?.get(by))
  // An order that primary always keeps and shadow does not is what an order is for.
  if (kept.some(isLost)) return undefined
  const without = orders.filter((each) => each.size === 0).length
  return {
    rule: { ...idOf('unordered', id), endpoint, kind: 'unordered', at: [location] },
    evidence: `in all of the ${pairs.length} newest examples the same elements stand in another order, and primary's own order ${without > 0 ? `follows from no value in ${without} of them` : 'follows from another value each time'}`,
  }
}

function idOf(what: string, divergence: string): { readonly id: string } {
  return { id: `${what}-${divergence.slice(0, 8)}` }
}

interface Pair {
  readonly primary: Value
  readonly shadow: Value
}

type Value = string | number | readonly unknown[]

/** The examples of which both values are there and whole. */
function pairsOf(examples: readonly ExampleValues[]): readonly Pair[] {
  return examples.flatMap(({ primaryValue, shadowValue }) => {
    const primary = valueOf(primaryValue)
    const shadow = valueOf(shadowValue)
    return primary === undefined || shadow === undefined ? [] : [{ primary, shadow }]
  })
}

function valueOf(text: string | undefined): Value | undefined {
  if (text === undefined || holdsPlaceholder(text)) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // A status is no JSON text in every case.
    return undefined
  }
  const isValue = typeof value === 'string' || typeof value === 'number' || Array.isArray(value)
  return isValue ? (value as Value) : undefined
}

/** The strictest class that fits all of the pairs. */
function classOf(pairs: readonly Pair[]): readonly [ValueClass, string] | undefined {
  if (pairs.length === 0) return undefined
  return VARYING.find(([valueClass]) =>
    pairs.every(
      ({ primary, shadow }) =>
        !Array.isArray(primary) &&
        !Array.isArray(shadow) &&
        isSameClass(primary as string | number, shadow as string | number, valueClass) &&
        isRandom(primary as string | number, valueClass) &&
        isRandom(shadow as string | number, valueClass),
    ),
  )
}

/** Words are base64 too, and short numbers hexadecimal: a token is long, and of several kinds of characters. */
function isRandom(value: string | number, valueClass: ValueClass): boolean {
  if (valueClass === 'hex') return String(value).length >= 16 && /\d/.test(String(value))
  if (valueClass === 'jwt') return String(value).length >= 30
  if (valueClass !== 'base64') return true
  return (
    String(value).length >= 12 && [/\d/, /[a-z]/, /[A-Z]/].every((kind) => kind.test(String(value)))
  )
}

/** Another time zone, or a wrong one, is always as far away; two clocks that were read differ by chance and little. */
function isSteadyDistance(pairs: readonly Pair[]): boolean {
  const distances = pairs.map(({ primary, shadow }) => epochOf(shadow) - epochOf(primary))
  if (distances.some(Number.isNaN)) return true
  const least = distances.reduce((a, b) => Math.min(a, b))
  const most = distances.reduce((a, b) => Math.max(a, b))
  return most - least < 2_000 && Math.min(Math.abs(least), Math.abs(most)) > 30_000
}

/** Milliseconds since 1970. */
function epochOf(value: Value): number {
  if (typeof value === 'string') {
    const time = timeOf(value)
    if (time !== undefined) return time
  }
  const epoch = Number(value)
  const digits = String(Math.trunc(epoch)).length
  return digits === 10 ? epoch * 1000 : digits === 16 ? epoch / 1000 : epoch
}

/** The orders that a list is in, `up` or `down`: by its values (under the empty name), or by members of its objects. */
function ordersOf(value: Value): ReadonlyMap<string, string> {
  const orders = new Map<string, string>()
  if (!Array.isArray(value)) return orders
  // A list that was cut says so in a last text of its own.
  const list = value as readonly unknown[]
  const objects = list.filter(isObject)
  if (objects.length === 0) addOrder(list, '', orders)
  if (objects.length < 2) return orders
  for (const name of Object.keys(objects[0] ?? {})) {
    addOrder(
      objects.map((each) => (Object.hasOwn(each, name) ? each[name] : undefined)),
      name,
      orders,
    )
  }
  return orders
}

function addOrder(values: readonly unknown[], name: string, orders: Map<string, string>): void {
  const pairs = values.slice(1).map((each, index) => [values[index], each] as const)
  // What is the same in all of them puts nothing in order.
  if (pairs.every(([a, b]) => a === b)) return
  if (pairs.every(inOrder)) orders.set(name, 'up')
  if (pairs.every(([a, b]) => inOrder([b, a]))) orders.set(name, 'down')
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function inOrder([a, b]: readonly [unknown, unknown]): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a <= b
  return typeof a === 'string' && typeof b === 'string' && a <= b
}
