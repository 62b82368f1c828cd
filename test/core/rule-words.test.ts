import { expect, test } from 'vitest'
import { parseRule } from '../../src/core/parse-rule.ts'
import { ruleDocument } from '../../src/core/rule-document.ts'
import { describeRule } from '../../src/core/rule-words.ts'

test.each([
  [
    { ignore: 'body:/generatedAt', endpoint: 'GET /items/**' },
    'nothing counts at body:/generatedAt, of GET /items/**',
  ],
  [{ unordered: ['body:/a', 'body:/b'] }, 'the order does not count at body:/a and body:/b'],
  [{ key: 'body:/items', by: 'id' }, 'elements belong together by their "id" at body:/items'],
  [
    { tolerate: 'body:/score', relative: '1%', absolute: 2 },
    'values may differ by 2 or 1 % at body:/score',
  ],
  [
    { tolerate: 'body:/at', within: '2s', method: ['get', 'POST'] },
    'values may differ by 2 seconds at body:/at, for GET, POST',
  ],
  [
    { class: 'body:/u', as: 'timestamp', status: '4xx' },
    'values may differ and must stay of the class timestamp at body:/u, where primary answers 4xx',
  ],
  [
    { rewrite: 'body:/url', pattern: '^a', with: '' },
    '"^a" becomes "" before comparing at body:/url',
  ],
  [{ nullIsMissing: 'body:/x' }, 'a null equals an absent member at body:/x'],
  [
    { open: 'body:/token' },
    'texts that hold JSON or a JWT are compared by what they hold at body:/token',
  ],
  [{ onlyHeaders: ['Content-Type'] }, 'only these response headers count: content-type'],
])(
  '%j is read, written and read again as the same rule, and said in words',
  (written, sentence) => {
    const { rule } = parseRule({
      id: 'r',
      note: 'n',
      author: 'ann',
      time: '2026-01-05T12:00:00Z',
      ...written,
    })
    if (rule === undefined) throw new Error('not a rule')
    expect(parseRule(ruleDocument(rule)).rule).toEqual(rule)
    expect(describeRule(rule)).toBe(sentence)
  },
)
