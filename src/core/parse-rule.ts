/** Rules as they stand in the configuration or come over the API, read with every problem at once. */

import { compilePattern } from './pattern.ts'
import type { Rule, RuleBase, RuleStatement } from './rule.ts'
import { type RuleInput, type RuleProblem, readInput, showInput } from './rule-input.ts'
import { VALUE_CLASSES } from './value-class.ts'

/** Rules, or everything that is wrong with them. */
export type ParsedRule =
  | { readonly rule: Rule; readonly problems: readonly [] }
  | { readonly rule?: undefined; readonly problems: readonly RuleProblem[] }

/** Keys that make the statement; a rule has exactly one. */
const STATEMENTS = [
  'ignore',
  'unordered',
  'key',
  'tolerate',
  'class',
  'rewrite',
  'open',
  'nullIsMissing',
  'onlyHeaders',
] as const

type Statement = (typeof STATEMENTS)[number]

/** Keys that only go with one statement. */
const COMPANIONS: Readonly<Record<string, Statement>> = {
  by: 'key',
  absolute: 'tolerate',
  relative: 'tolerate',
  within: 'tolerate',
  as: 'class',
  pattern: 'rewrite',
  with: 'rewrite',
}

const SCOPE = ['id', 'endpoint', 'method', 'status', 'note', 'author', 'time']

/** Reads a rule as it stands in the configuration or in the API; reports all problems together. */
export function parseRule(input: unknown): ParsedRule {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return { problems: [{ key: '', message: `expected a rule, got ${showInput(input)}` }] }
  }
  const reading = readInput(input as Readonly<Record<string, unknown>>)
  const rule = readRule(reading)
  return rule === undefined || reading.problems.length > 0
    ? { problems: reading.problems }
    : { rule, problems: [] }
}

/** Reads a list of rules; the key of a problem begins with the rule's index. */
export function parseRules(inputs: readonly unknown[]): {
  readonly rules: readonly Rule[]
  readonly problems: readonly RuleProblem[]
} {
  const rules: Rule[] = []
  const problems: RuleProblem[] = []
  const seen = new Map<string, number>()
  inputs.forEach((input, index) => {
    const parsed = parseRule(input)
    for (const { key, message } of parsed.problems) {
      problems.push({ key: key === '' ? `${index}` : `${index}.${key}`, message })
    }
    if (parsed.rule === undefined) return
    const first = seen.get(parsed.rule.id)
    if (first === undefined) seen.set(parsed.rule.id, index)
    else
      problems.push({ key: `${index}.id`, message: `"${parsed.rule.id}" is rule ${first} already` })
    rules.push(parsed.rule)
  })
  return { rules, problems }
}

function readRule(input: RuleInput): Rule | undefined {
  const found = STATEMENTS.filter((name) => input.has(name))
  const [statement] = found
  if (statement === undefined || found.length > 1) {
    const got = found.length === 0 ? 'none' : found.join(' and ')
    input.problem('', `expected exactly one of ${STATEMENTS.join(', ')}, got ${got}`)
  }
  refuseUnknown(input, statement)
  const base = readBase(input)
  const body = statement && readStatement(input, statement)
  return body && { ...base, ...body }
}

function refuseUnknown(input: RuleInput, statement: Statement | undefined): void {
  for (const key of input.keys) {
    if (SCOPE.includes(key) || STATEMENTS.some((name) => name === key)) continue
    const owner = Object.hasOwn(COMPANIONS, key) ? COMPANIONS[key] : undefined
    if (owner === undefined) input.problem(key, 'unknown key')
    else if (statement !== undefined && owner !== statement) {
      input.problem(key, `goes with "${owner}" only`)
    }
  }
}

function readBase(input: RuleInput): RuleBase {
  const id = input.required('id')
  if (id !== '' && !/^[\w.:-]{1,100}$/.test(id)) {
    input.problem('id', `expected up to 100 letters, digits, ". : - _", got ${showInput(id)}`)
  } else if (id.startsWith('builtin:')) {
    input.problem(
      'id',
      `expected another beginning than "builtin:", which the program's own rules have, got ${showInput(id)}`,
    )
  }
  const statuses = input.list('status')
  for (const status of statuses ?? []) {
    if (!/^[1-5](?:\d\d|xx)$/.test(status)) {
      input.problem('status', `expected a status such as 404 or 4xx, got ${showInput(status)}`)
    }
  }
  const methods = input.list('method')
  const texts = ['endpoint', 'note', 'author', 'time'].flatMap((key) => {
    const text = input.text(key)
    return text === undefined ? [] : [[key, text] as const]
  })
  return {
    id,
    ...Object.fromEntries(texts),
    ...(methods !== undefined && { methods: methods.map((method) => method.toUpperCase()) }),
    ...(statuses !== undefined && { statuses }),
  }
}

function readStatement(input: RuleInput, statement: Statement): RuleStatement | undefined {
  if (statement === 'onlyHeaders') {
    const names = (input.list(statement) ?? []).map((name) => name.toLowerCase())
    return { kind: 'only-headers', names }
  }
  const at = readLocations(input, statement)
  switch (statement) {
    case 'ignore':
    case 'unordered':
    case 'open':
      return { kind: statement, at }
    case 'nullIsMissing':
      return { kind: 'null-is-missing', at }
    case 'key':
      return { kind: 'key', at, by: input.joined('by') }
    case 'tolerate':
      return { kind: 'tolerate', at, ...readTolerance(input) }
    case 'class':
      return readClass(input, at)
    case 'rewrite':
      return readRewrite(input, at)
  }
}

function readLocations(input: RuleInput, key: string): readonly string[] {
  const locations = input.list(key) ?? []
  for (const location of locations) {
    if (!/^(?:status$|(?:header|trailer):[^\s:]+$|body:(?:\/|$))/.test(location)) {
      const expected = '"status", "header:NAME", "trailer:NAME" or "body:/PATH"'
      input.problem(key, `expected ${expected}, got ${showInput(location)}`)
    }
  }
  return locations
}

function readTolerance(input: RuleInput) {
  const absolute = input.number('absolute', 'a number', /^()()$/, {})
  const relative = input.number('relative', 'a share such as 1% or 0.01', PERCENT, { '%': 0.01 })
  const withinMs = input.number('within', 'a duration such as 2s', DURATION, UNITS_MS)
  if (!['absolute', 'relative', 'within'].some((key) => input.has(key))) {
    input.problem('tolerate', 'expected "absolute", "relative" or "within" beside it, got none')
  }
  return {
    ...(absolute !== undefined && { absolute }),
    ...(relative !== undefined && { relative }),
    ...(withinMs !== undefined && { withinMs }),
  }
}

const PERCENT = /^(\d+(?:\.\d+)?) ?(%)$/
const DURATION = /^(\d+(?:\.\d+)?) ?(ms|s|m|h|d)$/
const UNITS_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function readClass(input: RuleInput, at: readonly string[]): RuleStatement | undefined {
  const name = input.required('as')
  const known = VALUE_CLASSES.find((each) => each === name)
  if (known !== undefined) return { kind: 'class', at, as: known }
  if (name !== '') {
    input.problem('as', `expected one of ${VALUE_CLASSES.join(', ')}, got ${showInput(name)}`)
  }
  return undefined
}

function readRewrite(input: RuleInput, at: readonly string[]): RuleStatement {
  const pattern = input.required('pattern')
  const compiled = compilePattern(pattern)
  if ('problem' in compiled) input.problem('pattern', compiled.problem)
  return { kind: 'rewrite', at, pattern, with: input.required('with') }
}
