import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseRule } from '../../src/core/parse-rule.ts'
import { ruleDocument } from '../../src/core/rule-document.ts'
import type { Rule, RuleBase } from '../../src/core/rule.ts'
import { VALUE_CLASSES } from '../../src/core/value-class.ts'

const at = fc.array(fc.constantFrom('status', 'header:etag', 'body:/a/*', 'body:'), {
  minLength: 1,
  maxLength: 3,
})
const share = fc.double({ min: 0, max: 10, noNaN: true })

const statement = fc.oneof(
  fc.record({ kind: fc.constantFrom('ignore', 'unordered', 'open', 'null-is-missing'), at }),
  fc.record({ kind: fc.constant('key'), at, by: fc.string() }),
  fc.record(
    { kind: fc.constant('tolerate'), at, absolute: share, relative: share, withinMs: share },
    { requiredKeys: ['kind', 'at', 'absolute'] },
  ),
  fc.record({ kind: fc.constant('class'), at, as: fc.constantFrom(...VALUE_CLASSES) }),
  fc.record({
    kind: fc.constant('rewrite'),
    at,
    pattern: fc.constantFrom('^a', '[0-9]+$'),
    with: fc.string(),
  }),
  fc.record({
    kind: fc.constant('only-headers'),
    names: fc.array(fc.constantFrom('etag', 'x-*'), { minLength: 1, maxLength: 2 }),
  }),
)

const base = fc.record(
  {
    id: fc.constantFrom('a', 'b-2'),
    endpoint: fc.constant('GET /items/**'),
    methods: fc.constant(['GET', 'PUT']),
    statuses: fc.constant(['404', '5xx']),
    note: fc.string(),
    author: fc.string(),
    time: fc.constant('2026-01-05T12:00:00.000Z'),
  },
  { requiredKeys: ['id'] },
) as fc.Arbitrary<RuleBase>

test('a rule read from its own document is the same rule', () => {
  fc.assert(
    fc.property(base, statement, (scope, says) => {
      const rule = { ...scope, ...says } as Rule
      const document: unknown = JSON.parse(JSON.stringify(ruleDocument(rule)))
      expect(parseRule(document)).toEqual({ rule, problems: [] })
    }),
  )
})
