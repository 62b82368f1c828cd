import { expect, test } from 'vitest'

import { parseRules } from '../../src/core/parse-rule.ts'
import { listRuleRows } from '../../src/core/rule-rows.ts'

test('a rule that hid nothing for a thousand exchanges is idle, unless it only says how to compare', async () => {
  const { rules } = parseRules([
    { id: 'ignore', ignore: 'body:/a' },
    { id: 'busy', ignore: 'body:/b' },
    { id: 'key', key: 'body:', by: 'id' },
    { id: 'open', open: 'body:/s' },
  ])
  const rows = await listRuleRows({
    file: rules,
    disabled: [],
    console: [],
    hits: [{ id: 'busy', hidden: 7, exchanges: 7, lastHit: 5_000 }],
    comparedSince: (time) => Promise.resolve(time === 0 ? 1_000 : 3),
  })
  const own = rows.filter(({ origin }) => origin === 'file')
  expect(own.map(({ id, idle }) => [id, idle])).toEqual([
    ['ignore', true],
    ['busy', false],
    ['key', false],
    ['open', false],
  ])
})
