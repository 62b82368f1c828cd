/** Rules as they come over the API: in the configuration's words, or as they are listed. */

import { parseRule } from '../core/parse-rule.ts'
import type { Rule } from '../core/rule.ts'
import { ruleDocument } from '../core/rule-document.ts'
import { InvalidInput } from './errors.ts'

/** Reads a rule; `id` fills or must equal the one of the path. Author and time are not the sender's to say. */
export function readRule(body: Readonly<Record<string, unknown>>, id?: string): Rule {
  const given = Object.fromEntries(
    Object.entries(body).filter(([key]) => key !== 'author' && key !== 'time'),
  )
  if (id !== undefined && given.id !== undefined && given.id !== id) {
    throw new InvalidInput([
      { parameter: 'id', expected: `the id of the path, ${id}`, found: JSON.stringify(given.id) },
    ])
  }
  const { rule, problems } = parseRule({ ...written(given), ...(id !== undefined && { id }) })
  if (rule !== undefined) return rule
  throw new InvalidInput(
    problems.map(({ key, message }) => {
      const [, expected = message, found] = /^expected (.*?)(?:, got (.*))?$/s.exec(message) ?? []
      return {
        parameter: key === '' ? 'rule' : key,
        expected,
        ...(found !== undefined && { found }),
      }
    }),
  )
}

/** A listed rule in the configuration's words; anything else is what `parseRule` has to judge. */
function written(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (typeof given.kind !== 'string') return given
  const { kind, at, names } = given
  const isListed = (list: unknown) =>
    Array.isArray(list) && list.every((each) => typeof each === 'string')
  if (!STATEMENTS.includes(kind) || !isListed(kind === 'only-headers' ? names : at)) return given
  return ruleDocument(given as unknown as Rule)
}

const STATEMENTS = [
  'ignore',
  'unordered',
  'key',
  'tolerate',
  'class',
  'rewrite',
  'null-is-missing',
  'open',
  'only-headers',
]
