/**
 * A process that does long work on a store until it is killed: waits for a line on stdin, opens the store named
 * by its first argument, does the chore named by its second one, and prints how many turns the work has given to
 * others so far. With a fourth argument it stops itself after so many.
 */

import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { openWriter } from '../../src/store/sqlite/writer.ts'

const [, , path = '', chore = '', subject = '', stopAfter = 'Infinity'] = process.argv
await once(process.stdin, 'data')
const writer = await openWriter({
  path,
  ...(chore === 'prune' && { retention: { ageMs: 1 } }),
})
process.stdout.write('0\n')
const work = { prune, merge, backup }[chore]
if (work === undefined) throw new Error(`no such chore: ${chore}`)
const done = work()
for (let turns = 1; (await Promise.race([done, setImmediate('turn')])) === 'turn'; turns++) {
  process.stdout.write(`${turns}\n`)
  if (turns >= Number(stopAfter)) process.kill(process.pid, 'SIGSTOP')
}
await done
await writer.close()
process.exit()

async function prune(): Promise<void> {
  await writer.prune()
}

async function merge(): Promise<void> {
  const names = Array.from({ length: Number(subject) }, (_, n) => `GET /shops/${n}`)
  await writer.mergeEndpoints('GET /shops/{id}', names)
}

async function backup(): Promise<void> {
  await writer.backup(subject)
}
