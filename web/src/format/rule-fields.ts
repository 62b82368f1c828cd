/** A rule as the fields of a form, and back. The service says what is wrong with what is written there. */

import type { Rule, RuleStatement } from '../../../src/core/rule.ts'
import type { ValueClass } from '../../../src/core/value-class.ts'
import type { RulePreset } from '../state/rule-drawer.ts'

/** The statements by their names in rules. */
export type RuleKind = RuleStatement['kind']

/** What is written in the form; lists have one entry on each line, or are parted by commas. */
export interface RuleFields {
  readonly id: string
  readonly kind: RuleKind
  readonly at: string
  readonly by: string
  readonly absolute: string
  /** In percent. */
  readonly percent: string
  /** In seconds. */
  readonly seconds: string
  readonly as: ValueClass
  readonly pattern: string
  readonly with: string
  /** Empty: every endpoint. */
  readonly endpoint: string
  readonly methods: string
  readonly statuses: string
  readonly note: string
}

/** Every kind with what it says, the most used first. */
export const ruleKinds: readonly { readonly kind: RuleKind; readonly text: string }[] = [
  { kind: 'ignore', text: 'Ignore: nothing there counts, nor below' },
  { kind: 'class', text: 'Keep the class: may differ, must stay what it is' },
  { kind: 'tolerate', text: 'Tolerate: numbers or times this close are equal' },
  { kind: 'unordered', text: 'Unordered: the order of the array does not count' },
  { kind: 'key', text: 'Key: elements belong together by a member' },
  { kind: 'rewrite', text: 'Rewrite: replace text on both sides before comparing' },
  { kind: 'null-is-missing', text: 'Null is missing: null equals absent' },
  { kind: 'open', text: 'Open: compare JSON or a JWT inside a string' },
  { kind: 'only-headers', text: 'Only these headers: no other response header counts' },
]

/** The fields of a preset; without an id it is named by {@link withName}. */
export function fieldsOf(preset: RulePreset): RuleFields {
  const has = (value: number | undefined, scale = 1) =>
    value === undefined ? '' : String(Number((value * scale).toPrecision(12)))
  return {
    id: preset.id ?? '',
    kind: preset.kind,
    at: preset.kind === 'only-headers' ? preset.names.join('\n') : preset.at.join('\n'),
    by: preset.kind === 'key' ? preset.by : 'id',
    absolute: preset.kind === 'tolerate' ? has(preset.absolute) : '',
    percent: preset.kind === 'tolerate' ? has(preset.relative, 100) : '',
    seconds: preset.kind === 'tolerate' ? has(preset.withinMs, 0.001) : '',
    as: preset.kind === 'class' ? preset.as : 'string',
    pattern: preset.kind === 'rewrite' ? preset.pattern : '',
    with: preset.kind === 'rewrite' ? preset.with : '',
    endpoint: preset.endpoint ?? '',
    methods: (preset.methods ?? []).join(', '),
    statuses: (preset.statuses ?? []).join(', '),
    note: preset.note ?? '',
  }
}

/** The rule that the fields say. */
export function ruleOf(fields: RuleFields): Rule {
  const { endpoint, note } = fields
  const methods = wordsOf(fields.methods).map((method) => method.toUpperCase())
  const statuses = wordsOf(fields.statuses)
  return {
    id: fields.id.trim(),
    ...(endpoint.trim() !== '' && { endpoint: endpoint.trim() }),
    ...(methods.length > 0 && { methods }),
    ...(statuses.length > 0 && { statuses }),
    ...(note.trim() !== '' && { note: note.trim() }),
    ...statementOf(fields),
  }
}

/** What must still be filled in before the service can be asked; undefined when nothing is. */
export function missingIn(fields: RuleFields): string | undefined {
  const { kind, absolute, percent, seconds } = fields
  if (listOf(fields.at).length === 0) return kind === 'only-headers' ? 'a header' : 'a location'
  if (kind === 'key' && fields.by.trim() === '') return 'the member that tells elements apart'
  if (kind === 'rewrite' && fields.pattern === '') return 'a pattern'
  if (kind !== 'tolerate') return undefined
  const numbers = [absolute, percent, seconds].filter((text) => text.trim() !== '')
  const isGood = (text: string) => Number(text) >= 0 && Number.isFinite(Number(text))
  return numbers.length > 0 && numbers.every(isGood) ? undefined : 'how close, as a number'
}

function statementOf(fields: RuleFields): RuleStatement {
  const { kind } = fields
  const at = listOf(fields.at)
  switch (kind) {
    case 'ignore':
    case 'unordered':
    case 'open':
    case 'null-is-missing':
      return { kind, at }
    case 'only-headers':
      return { kind, names: at }
    case 'key':
      return { kind, at, by: fields.by.trim() }
    case 'class':
      return { kind, at, as: fields.as }
    case 'rewrite':
      return { kind, at, pattern: fields.pattern, with: fields.with }
    case 'tolerate':
      return {
        kind,
        at,
        ...numberOf('absolute', fields.absolute, 1),
        ...numberOf('relative', fields.percent, 0.01),
        ...numberOf('withinMs', fields.seconds, 1000),
      }
  }
}

function numberOf(name: string, text: string, scale: number): Readonly<Record<string, number>> {
  return text.trim() === '' ? {} : { [name]: Number((Number(text) * scale).toPrecision(12)) }
}

/** A comma parts locations only before a blank: header names and paths may hold one. */
const listOf = (text: string) =>
  text
    .split(/\n|,\s/)
    .map((part) => part.trim().replace(/,$/, ''))
    .filter((part) => part !== '')

const wordsOf = (text: string) => text.split(/[\s,]+/).filter((word) => word !== '')

/** The fields with a name: made up from what they say, other than those that are taken, unless there is one. */
export function withName(fields: RuleFields, taken: readonly string[]): RuleFields {
  if (fields.id.trim() !== '') return fields
  const words = (listOf(fields.at)[0] ?? '')
    .replace(/^(body|header|trailer):/, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(-60)
    .toLowerCase()
  const name = [fields.kind, words].filter((part) => part !== '').join('-')
  for (let n = 1; ; n++) {
    const id = n === 1 ? name : `${name}-${String(n)}`
    if (!taken.includes(id)) return { ...fields, id }
  }
}
