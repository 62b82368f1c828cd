/** The store, the recorder and the console in trouble, with the whole program: two workers and control. */

import { execFileSync } from 'node:child_process'
import { Database } from '../../src/store/sqlite/binding.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Counters } from '../../src/core/counters.ts'
import { imbalanceOf, total } from '../support/books-balance.ts'
import { startMixedLoad, type MixedLoad } from '../support/mixed-load.ts'
import { startMixedUpstream, type MixedUpstream } from '../support/mixed-upstream.ts'
import { runShadowdiff, type RunningShadowdiff } from '../support/shadowdiff.ts'
import { expectConsistent } from '../support/store-consistency.ts'
import { watchBooks, type WatchedBooks } from '../support/watched-books.ts'

let upstreams: readonly [MixedUpstream, MixedUpstream, MixedUpstream]
let service: RunningShadowdiff
let load: MixedLoad
let books: WatchedBooks

beforeEach(async () => {
  upstreams = await Promise.all([
    startMixedUpstream(1),
    startMixedUpstream(2),
    startMixedUpstream(1),
  ])
  const [primary, shadow, control] = upstreams
  service = await runShadowdiff({
    ...{ primary: primary.url, shadow: shadow.url },
    args: ['--control', control.url, '--workers', '2'],
  })
  books = watchBooks(service.api)
  load = startMixedLoad(service.proxy, { concurrency: 4 })
  await answeredMore(50)
  await expect.poll(() => books.readings()).toBeGreaterThan(5)
}, 30_000)

afterEach(async () => {
  await load.stop()
  expect(await books.stop()).toEqual([])
  await service.remove()
  await Promise.all(upstreams.map((upstream) => upstream.close()))
}, 30_000)

/** Waits until this many more were answered. */
async function answeredMore(count: number): Promise<void> {
  const wanted = load.answered() + count
  await expect.poll(() => load.answered(), { timeout: 30_000 }).toBeGreaterThan(wanted)
}

async function counters(): Promise<Counters> {
  const { counters } = await service.api.status()
  expect(imbalanceOf(counters)).toBe('')
  return counters
}

function partPid(part: 'recorder' | 'console'): number {
  const pid = service.partPid(part)
  if (pid === undefined) throw new Error(`there is no ${part}`)
  return pid
}

/** Waits until the console says why nothing is kept. */
async function problemToBe(wanted: RegExp | undefined): Promise<void> {
  const problem = async () => (await service.api.status()).recorder.problem ?? ''
  await expect.poll(problem, { timeout: 30_000 }).toMatch(wanted ?? /^$/)
}

/** Stops the load; each answer was primary's, and what is not lost is in the database. */
async function expectKept(): Promise<Counters> {
  await load.stop()
  expect(load.wrong).toEqual([])
  const { counters } = await service.api.settled()
  expect(imbalanceOf(counters)).toBe('')
  expect(counters.seen).toBe(load.answered())
  const rows = await service.api.exchanges()
  expect(rows.length).toBeGreaterThanOrEqual(counters.mirrored - total(counters.lost))
  expect(rows.length).toBeLessThanOrEqual(counters.mirrored)
  await service.stop()
  expectConsistent(service.db)
  return counters
}

/** No file that the process writes grows beyond this from now on: to it the disk is full. */
function limitFiles(pid: number, bytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`])
}

test('a full disk: no client notices, the console says so, what is lost is counted, recording resumes', async () => {
  const recorder = partPid('recorder')
  limitFiles(recorder, 4096)
  await problemToBe(/recording goes on when/)
  await answeredMore(200)
  const during = await counters()
  expect(during.lost['store-failed']).toBeGreaterThan(0)
  limitFiles(recorder, 'unlimited')
  await problemToBe(undefined)
  const { match } = await counters()
  await expect.poll(async () => (await counters()).match).toBeGreaterThan(match)
  expect(partPid('recorder')).toBe(recorder)
  const after = await expectKept()
  expect(Object.keys(after.lost)).toEqual(['store-failed'])
}, 90_000)

test('a locked database: no client notices, the console says so, what is lost is counted, recording resumes', async () => {
  const other = new Database(service.db)
  other.exec('BEGIN IMMEDIATE')
  await problemToBe(/another program holds it/)
  await answeredMore(200)
  other.exec('ROLLBACK')
  other.close()
  await problemToBe(undefined)
  const after = await expectKept()
  expect(total(after.lost)).toBeGreaterThan(0)
}, 90_000)

test('a recorder that is stopped and goes on: no client notices, the console says so, what the queue held is kept', async () => {
  const recorder = partPid('recorder')
  process.kill(recorder, 'SIGSTOP')
  await problemToBe(/no answer/)
  await answeredMore(200)
  expect((await counters()).inFlight).toBeGreaterThan(0)
  process.kill(recorder, 'SIGCONT')
  await problemToBe(undefined)
  const after = await expectKept()
  // How long a fast client fills the queue is the machine's choice; nothing else may cost an exchange.
  expect(Object.keys(after.lost).filter((reason) => reason !== 'queue-full')).toEqual([])
}, 90_000)

test('a console that is stopped and goes on: no client notices, and everything is recorded meanwhile', async () => {
  const console = partPid('console')
  process.kill(console, 'SIGSTOP')
  await answeredMore(200)
  process.kill(console, 'SIGCONT')
  const after = await expectKept()
  expect(after.lost).toEqual({})
}, 90_000)
