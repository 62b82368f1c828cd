/**
 * A process that writes to a store until it is killed: waits for a line on stdin, opens the store named by
 * its argument, and prints how many exchanges it was told are kept.
 */

import { once } from 'node:events'
import { openWriter } from '../../src/store/sqlite/writer.ts'
import { differenceOf, judgedOf, responseOf } from './exchange-fixtures.ts'

const [, , path = '', batches = '1'] = process.argv
await once(process.stdin, 'data')
const writer = await openWriter({ path })
await writer.openRun({ name: 'run', primaryVersion: '1', shadowVersion: '2' })
process.stdout.write('0\n')
let kept = 0
for (let n = 0; n < Number(batches); n++) {
  const batch = Array.from({ length: 20 }, (_, i) =>
    judgedOf(
      { startedAt: Date.now(), primary: responseOf(`{"n":${n},"i":${i % 7}}`) },
      i % 3 === 0 ? { differences: [differenceOf({ location: `body:/n/${i}` })] } : {},
      `GET /items/${i % 5}`,
    ),
  )
  await writer.save(batch)
  kept += batch.length
  process.stdout.write(`${kept}\n`)
}
// Holds the lock until it is killed.
setInterval(() => undefined, 1000)
