/**
 * A process that judges what it stored again until it is killed: waits for a line on stdin, opens the store
 * named by its first argument with so many exchanges, and prints how many were judged again.
 */

import { once } from 'node:events'
import { createComparer } from '../../src/core/compare.ts'
import type { Judging } from '../../src/core/ports.ts'
import { openWriter } from '../../src/store/sqlite/writer.ts'
import { exchangeOf, FIXTURE_START, responseOf } from './exchange-fixtures.ts'

const [, , path = '', count = '1'] = process.argv
await once(process.stdin, 'data')
const writer = await openWriter({ path })
await writer.openRun({ name: 'checkout-2.3', primaryVersion: 'v1', shadowVersion: 'v2' })
const judgingOf = (under: Pick<Judging, 'comparer' | 'rulesVersion'>): Judging => ({
  ...under,
  redact: (judged) => judged,
})
const today = createComparer()
await writer.save(
  Array.from({ length: Number(count) }, (_, n) =>
    today.judge(
      exchangeOf({
        startedAt: FIXTURE_START + n,
        primary: responseOf('{"price":1}'),
        shadow: responseOf(`{"price":${2 + (n % 5)}}`),
      }),
    ),
  ),
)
process.stdout.write('0\n')
const comparer = createComparer({ rules: [{ id: 'price', kind: 'ignore', at: ['body:/price'] }] })
const { id } = await writer.startRecompare({}, judgingOf({ comparer, rulesVersion: 'new' }), {
  name: 'ann',
  role: 'operator',
})
setInterval(() => {
  void writer.findJob(id).then((job) => process.stdout.write(`${job?.done ?? 0}\n`))
}, 1)
