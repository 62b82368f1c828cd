/**
 * A key for arrays whose elements meet the wrong partners. Where an element stands elsewhere in shadow and changed too,
 * it is compared with another one, and what should be one difference becomes many. The differences themselves tell:
 * a member that names its element has, at all the places where it differs, the same values on both sides.
 */

import { divergenceId } from './divergence.ts'
import type { DivergenceRow, RuleSuggestion } from './divergence-report.ts'
import { matchesEndpoint } from './glob.ts'
import { IDENTITY_NAMES } from './identity.ts'
import { holdsPlaceholder } from './placeholder-form.ts'
import { compileBodyRules } from './rule-node.ts'
import type { Rule } from './rule.ts'
import { timeOf } from './value-class.ts'

/** One difference of a member's value. */
export interface MemberExample {
  /** Which exchange shows it. */
  readonly exchange: number | string
  /** With array indexes. */
  readonly location: string
  readonly primaryValue?: string
  readonly shadowValue?: string
}

/** A member of an array's elements, with examples of its values where they differ. */
export interface ArrayMember {
  /** As it is written in the objects, not as a pointer has it. */
  readonly name: string
  readonly examples: readonly MemberExample[]
}

/** Fewer may be chance. */
const MIN_ARRAYS = 3
const MIN_SHARED = 3
/** So many values that stand elsewhere are no chance in a single array either. */
const MANY_SHARED = 20
/** Longer texts describe, they do not name. */
const MAX_NAME_LENGTH = 64

/** Whether a divergence may come from elements that met the wrong partners. */
export function mayMisalign({
  kind,
  location,
  class: known,
  state,
}: Pick<DivergenceRow, 'kind' | 'location' | 'class' | 'state'>): boolean {
  if (known !== 'divergence' || state !== 'open') return false
  return kind !== 'order' && kind !== 'failure' && arraysAround(location).length > 0
}

/** The arrays in whose elements a place of a body is, the innermost first, each with `*` for indexes. */
export function arraysAround(location: string): readonly string[] {
  if (!location.startsWith('body:')) return []
  const arrays: string[] = []
  for (let at = location.lastIndexOf('/*/'); at >= 0; at = location.lastIndexOf('/*/', at - 1)) {
    arrays.push(location.slice(0, at))
  }
  return arrays
}

/** The name that a place directly in an array's elements has; undefined for every other place. */
export function memberOf(array: string, location: string): string | undefined {
  const prefix = `${array}/*/`
  if (!location.startsWith(prefix)) return undefined
  const segment = location.slice(prefix.length)
  if (segment === '' || segment.includes('/')) return undefined
  return segment.replaceAll('~1', '/').replaceAll('~0', '~')
}

/** Whether one of the rules says already by what the elements of an array belong together. */
export function hasKey(rules: readonly Rule[], endpoint: string, array: string): boolean {
  const [method = ''] = endpoint.split(' ')
  const keys = rules.filter(
    (rule) =>
      rule.kind === 'key' &&
      rule.methods?.includes(method) !== false &&
      (rule.endpoint === undefined || matchesEndpoint(rule.endpoint, endpoint)),
  )
  let node = compileBodyRules(keys)
  for (const segment of array.split('/').slice(1)) {
    node = node?.child(segment === '*' ? 0 : segment.replaceAll('~1', '/').replaceAll('~0', '~'))
  }
  return node?.key !== undefined
}

/** How likely a name is that of a naming member; smaller is likelier. */
export function rankOfName(name: string): number {
  const known = IDENTITY_NAMES.indexOf(name)
  if (known >= 0) return known
  return NAMING.test(name) ? IDENTITY_NAMES.length : IDENTITY_NAMES.length + 1
}

const NAMING =
  /^(?:ids?|isbn|ean|gtin|upc|asin|iban|vin|ref|reference|handle|username|email|serial)$|(?:[a-z0-9](?:Id|ID|Key|Code|Uuid|UUID|Guid|Sku|SKU|Slug|Number|No|Ref)|[_-](?:id|key|code|uuid|guid|sku|slug|number|no|ref))$/

/** Whether more examples of a member are worth reading: in these one value at least stands elsewhere in shadow. */
export function mayName(member: ArrayMember): boolean {
  return readArrays(member)?.some(({ shared }) => shared.size > 0) ?? false
}

/** The rule that lets the elements of an array find each other; undefined when no member names them well enough. */
export function suggestKey(
  endpoint: string,
  array: string,
  members: readonly ArrayMember[],
): RuleSuggestion | undefined {
  const found = members
    .flatMap((member) => {
      const evidence = evidenceOf(member)
      return evidence === undefined ? [] : [{ name: member.name, ...evidence }]
    })
    .sort((a, b) => rankOfName(a.name) - rankOfName(b.name) || b.shared - a.shared)
  const [best] = found
  if (best === undefined) return undefined
  const { name, shared, places, arrays } = best
  return {
    rule: {
      // One id for the array, whichever of its divergences brings the suggestion.
      id: `key-${divergenceId(endpoint, 'order', array).slice(0, 8)}`,
      endpoint,
      kind: 'key',
      at: [array],
      by: name,
    },
    evidence: `in the ${arrays === 1 ? 'newest example' : `${arrays} newest examples`} elements are compared with others than their own: of ${places} values of "${name}" that differ by place, ${shared} stand elsewhere in shadow, each once`,
  }
}

/** What the differences in one array show of a member. */
interface ArrayReading {
  readonly places: number
  readonly shared: ReadonlySet<string>
}

function evidenceOf(member: ArrayMember) {
  const arrays = readArrays(member)?.filter(({ places }) => places > 1) ?? []
  const places = arrays.reduce((sum, array) => sum + array.places, 0)
  const shared = arrays.reduce((sum, array) => sum + array.shared.size, 0)
  const different = new Set(arrays.flatMap((array) => [...array.shared])).size
  const isEnough = arrays.length >= MIN_ARRAYS ? different >= MIN_SHARED : different >= MANY_SHARED
  return isEnough && shared * 2 >= places ? { places, shared, arrays: arrays.length } : undefined
}

/** Each array of the examples; undefined when the member names nothing in one of them. */
function readArrays({ name, examples }: ArrayMember): readonly ArrayReading[] | undefined {
  const needsText = rankOfName(name) > IDENTITY_NAMES.length
  const byArray = new Map<string, { primary: Set<string>; shadow: Set<string> }>()
  for (const { exchange, location, primaryValue, shadowValue } of examples) {
    const primary = nameOf(primaryValue, needsText)
    const shadow = nameOf(shadowValue, needsText)
    if (primary === undefined || shadow === undefined) return undefined
    const array = `${exchange} ${location.slice(0, location.lastIndexOf('/', location.lastIndexOf('/') - 1))}`
    const values = byArray.get(array) ?? { primary: new Set(), shadow: new Set() }
    byArray.set(array, values)
    // Twice the same: it is no name.
    if (values.primary.has(primary) || values.shadow.has(shadow)) return undefined
    values.primary.add(primary)
    values.shadow.add(shadow)
  }
  return [...byArray.values()].map(({ primary, shadow }) => ({
    places: primary.size,
    shared: new Set([...primary].filter((value) => shadow.has(value))),
  }))
}

/** A value that may name something, as JSON text. */
function nameOf(text: string | undefined, needsText: boolean): string | undefined {
  if (text === undefined || text.length > MAX_NAME_LENGTH || holdsPlaceholder(text))
    return undefined
  const isText = text.startsWith('"')
  if (!isText) return !needsText && /^-?\d/.test(text) ? text : undefined
  // Times are different in every element too, and change.
  return timeOf(text.slice(1, -1)) === undefined ? text : undefined
}
