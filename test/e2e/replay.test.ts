/** Yesterday's traffic as a regression suite: version 1 recorded, replayed to version 2, judged. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'

import type { Verdict } from '../../src/core/verdict-reading.ts'
import { startShop, type Shop } from '../../src/demo/shop.ts'
import { startTraffic } from '../../src/demo/traffic.ts'
import { openReader } from '../../src/store/sqlite/reader.ts'
import { temporaryFolder } from '../support/console.ts'
import { until } from '../support/until.ts'
import { runShadowdiff, type Ended, type RunningShadowdiff } from '../support/shadowdiff.ts'

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

/** Runs a command beside this process, in which its upstreams live. */
async function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { code, signal, stdout, stderr }
}

let first: Shop
let second: Shop
let recorded: RunningShadowdiff
beforeAll(async () => {
  first = await startShop({ version: 1 })
  second = await startShop({ version: 2 })
  // Version 1 is its own shadow while there is no other version.
  recorded = await runShadowdiff({
    primary: first.url,
    shadow: first.url,
    args: ['--run', 'monday'],
  })
  const traffic = startTraffic({ url: recorded.proxy, ratePerSecond: 80, seed: 3 })
  await until(() => traffic.sent() > 300, 'three hundred requests', 60_000)
  await traffic.stop()
  await recorded.stop()
}, 90_000)
afterAll(async () => {
  await recorded.remove()
  await Promise.all([first.close(), second.close()])
})

const GATE = ['--min-requests', '50', '--format', 'json'] as const

test('what version 1 answered yesterday judges version 2 today', async () => {
  const db = join(await temporaryFolder(), 'replay.db')
  const replayed = await run(['replay', '--from', recorded.db, '--shadow', second.url, '--db', db])
  expect(replayed.stderr).toMatch(/ requests sent and compared in run "replay"/)
  expect(replayed.code).toBe(0)
  const judged = await run(['gate', '--db', db, ...GATE])
  const verdict = JSON.parse(judged.stdout) as Verdict
  expect(verdict.verdict).toBe('fail')
  expect(judged.code).toBe(1)
  expect(verdict.regressions.map(({ endpoint, location }) => `${endpoint} ${location}`)).toContain(
    'GET /products/{id} body:/imageUrl',
  )
})

test('the same version replayed to itself shows no regression', async () => {
  const db = join(await temporaryFolder(), 'replay.db')
  const args = ['replay', '--from', recorded.db, '--shadow', first.url, '--primary', first.url]
  expect((await run([...args, '--db', db])).code).toBe(0)
  const judged = await run(['gate', '--db', db, ...GATE])
  expect(JSON.parse(judged.stdout)).toMatchObject({ regressions: [] })
})

test('a recording that left its database as JSON lines says the same', async () => {
  const folder = await temporaryFolder()
  const lines = join(folder, 'monday.jsonl')
  const exported = ['export', '--db', recorded.db, '--what', 'exchanges', '--format', 'jsonl']
  expect((await run([...exported, '--output', lines])).code).toBe(0)
  const regressions = async (from: string, db: string) => {
    const replayed = await run(['replay', '--from', from, '--shadow', second.url, '--db', db])
    expect(replayed.code).toBe(0)
    const judged = await run(['gate', '--db', db, ...GATE])
    return (JSON.parse(judged.stdout) as Verdict).regressions.map(({ id }) => id).sort()
  }
  const ofLines = await regressions(lines, join(folder, 'lines.db'))
  expect(ofLines.length).toBeGreaterThan(0)
  expect(ofLines).toEqual(await regressions(recorded.db, join(folder, 'database.db')))
}, 90_000)

test('writes are counted and not sent unless that is asked for', async () => {
  const db = join(await temporaryFolder(), 'replay.db')
  const safe = await run(['replay', '--from', recorded.db, '--shadow', second.url, '--db', db])
  expect(safe.stderr).toMatch(/not sent: .*\d+ unsafe-method/)
  const reader = await openReader({ path: db })
  onTestFinished(() => reader.close())
  const methods = new Set<string>()
  for await (const { method } of reader.iterateExchanges({})) methods.add(method)
  expect([...methods].filter((method) => method !== 'GET' && method !== 'HEAD')).toEqual([])
})

/** An upstream that answers every request with what it was sent. */
async function startEcho() {
  const seen: { method: string | undefined; authorization: string | undefined }[] = []
  const server = createServer((request, response) => {
    const { method, headers } = request
    seen.push({ method, authorization: headers.authorization })
    response.end('ok')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

/** An archive of requests with this header. */
async function archive(count: number, authorization: string): Promise<string> {
  const entry = (index: number) => ({
    startedDateTime: new Date(Date.UTC(2026, 0, 31, 12) + index * 1000).toISOString(),
    time: 1,
    request: {
      ...{ method: 'GET', url: `http://shop.example/items/${index}`, bodySize: 0 },
      headers: [{ name: 'authorization', value: authorization }],
    },
    response: { status: 200, statusText: 'OK', headers: [], content: { size: 2, text: 'ok' } },
  })
  const path = join(await temporaryFolder(), 'a.har')
  const entries = Array.from({ length: count }, (_, index) => entry(index))
  await writeFile(path, JSON.stringify({ log: { version: '1.2', entries } }))
  return path
}

test('a secret is taken from the environment and never reaches the database', async () => {
  const { url, seen } = await startEcho()
  const db = join(await temporaryFolder(), 'replay.db')
  const from = await archive(3, 'redacted.string.17-32.9f86d081884c7d65.3fa1c2b4')
  const args = ['replay', '--from', from, '--shadow', url, '--db', db]
  const skipped = await run(args)
  expect(skipped.stderr).toContain('0 requests sent and compared')
  expect(skipped.stderr).toContain('not sent: 3 redacted')
  const filled = await run([...args, '--set', 'header:authorization=Bearer ${TOKEN}'], {
    TOKEN: 'planted-secret-of-the-replay',
  })
  expect(filled.code).toBe(0)
  expect(seen.map(({ authorization }) => authorization)).toEqual(
    Array.from({ length: 3 }, () => 'Bearer planted-secret-of-the-replay'),
  )
  expect((await readFile(db)).includes('planted-secret')).toBe(false)
})

test('a first Ctrl-C stops cleanly, and the part that was compared counts', async () => {
  const { url, seen } = await startEcho()
  const db = join(await temporaryFolder(), 'replay.db')
  const from = await archive(500, 'none')
  const child = spawn(
    process.execPath,
    [MAIN, 'replay', '--from', from, '--shadow', url, '--db', db, '--rate', '20'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  await expect.poll(() => seen.length, { timeout: 30_000 }).toBeGreaterThan(3)
  child.kill('SIGINT')
  const [code] = (await once(child, 'close')) as [number | null]
  expect(code).toBe(0)
  const compared = Number(/stopped: (\d+) requests sent and compared/.exec(stderr)?.[1])
  expect(compared).toBe(seen.length)
  const reader = await openReader({ path: db })
  onTestFinished(() => reader.close())
  expect(await reader.findRun('replay')).toMatchObject({ exchanges: compared })
})

test.each([
  [['--from', 'traffic.txt'], 'expected a file that ends in .db, .har or .jsonl'],
  [['--from', 'missing.har'], 'missing.har: no such file'],
  [['--from', 'a.har', '--rate', '0'], 'expected a number above 0'],
  [['--from', 'a.har', '--set', 'authorization=x'], '--set authorization: expected PLACE=VALUE'],
])('wrong usage is told with exit code 2: %j', async (args, words) => {
  const folder = await temporaryFolder()
  const { code, stderr } = await run([
    ...['replay', '--shadow', 'http://127.0.0.1:9', '--db', join(folder, 'a.db')],
    ...args,
  ])
  expect(stderr).toContain(words)
  expect(stderr).not.toMatch(/\n\s+at /)
  expect(code).toBe(2)
})
