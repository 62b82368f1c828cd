import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { onTestFinished, expect, test } from 'vitest'

import { parseDocument } from 'htmlparser2'
import type { JudgedExchange } from '../../src/core/ports.ts'
import { openWriter } from '../../src/store/sqlite/writer.ts'
import { temporaryFolder } from '../support/console.ts'
import { differenceOf, FIXTURE_START, judgedOf } from '../support/exchange-fixtures.ts'

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the built program's gate to its end. */
async function gate(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, ['dist/main.js', 'gate', ...args], {
    env: { ...process.env, SHADOWDIFF_TOKEN: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}

/** A database of one run with these exchanges. */
async function recorded(
  exchanges: readonly JudgedExchange[],
  name = 'checkout-2.3',
): Promise<string> {
  const path = join(await temporaryFolder(), 'a.db')
  const writer = await openWriter({ path })
  await writer.openRun({ name, primaryVersion: '2.2', shadowVersion: '2.3' })
  await writer.save(exchanges)
  await writer.close()
  return path
}

const matching = (count: number) =>
  Array.from({ length: count }, (_, index) => judgedOf({ startedAt: FIXTURE_START + index }))

const missingPrice = (index: number) =>
  judgedOf(
    { startedAt: FIXTURE_START + 10_000 + index },
    {
      differences: [
        differenceOf({ kind: 'missing', severity: 'breaking', location: 'body:/price' }),
      ],
    },
  )

const LENIENT = ['--min-requests', '50', '--max-divergence', '50%'] as const

test('enough matching requests pass with exit code 0 and the bound in words', async () => {
  const { code, stdout } = await gate(['--db', await recorded(matching(400)), ...LENIENT])
  expect(stdout).toMatch(/^PASS: at most [\d.]+ % of requests differ/)
  expect(code).toBe(0)
})

test('a breaking difference in two exchanges fails with exit code 1 and names its place', async () => {
  const path = await recorded([...matching(400), missingPrice(1), missingPrice(2)])
  const { code, stdout } = await gate(['--db', path, ...LENIENT])
  expect(stdout).toMatch(/^FAIL: .*body:\/price/)
  expect(code).toBe(1)
})

test('too few requests are inconclusive with exit code 3 and say how many are needed', async () => {
  const { code, stdout } = await gate(['--db', await recorded(matching(10))])
  expect(stdout).toMatch(/^INCONCLUSIVE: /)
  expect(stdout).toMatch(/needed +[\d,]+ more requests/)
  expect(code).toBe(3)
})

test('every format tells the same verdict', async () => {
  const path = await recorded(matching(400))
  const [json, markdown, junit] = await Promise.all(
    ['json', 'markdown', 'junit'].map((format) =>
      gate(['--db', path, ...LENIENT, '--format', format]),
    ),
  )
  expect(JSON.parse(json?.stdout ?? '')).toMatchObject({ verdict: 'pass', samples: 400 })
  expect(markdown?.stdout).toMatch(/^## shadowdiff: PASS/)
  const [root] = parseDocument(junit?.stdout ?? '', { xmlMode: true }).children.filter(
    (node) => 'name' in node && node.name === 'testsuites',
  )
  expect(root).toMatchObject({ attribs: { failures: '0' } })
})

test('a run is judged by its name', async () => {
  const path = await recorded(matching(10), 'other')
  const { code, stderr } = await gate(['--db', path, '--run', 'checkout-2.3'])
  expect(stderr).toContain('no run is called "checkout-2.3"')
  expect(code).toBe(2)
})

test('limits come from the configuration file, and flags win over it', async () => {
  const path = await recorded(matching(400))
  const config = join(await temporaryFolder(), 'shadowdiff.yaml')
  await writeFile(config, 'verdict: { minRequests: 100, maxDivergence: 50% }\n')
  expect((await gate(['--db', path, '--config', config])).code).toBe(0)
  expect((await gate(['--db', path, '--config', config, '--min-requests', '500'])).code).toBe(3)
})

test.each([
  [[], 'give --console URL of a running service, or --db FILE'],
  [['--console', 'ftp://x'], 'expected an address such as http://127.0.0.1:8081'],
  [['--db', 'a.db', '--max-divergence', 'much'], 'expected a share such as 0.1% or 0.001'],
  [['--db', 'a.db', '--wait', 'long'], 'expected a duration such as 500ms, 15s or 5m'],
  [['--db', '/nowhere/a.db'], '/nowhere/a.db'],
])('wrong usage is told with exit code 2: %j', async (args, words) => {
  const { code, stderr, stdout } = await gate(args)
  expect(stderr).toContain(words)
  expect(stderr).not.toMatch(/\n\s+at /)
  expect(stdout).toBe('')
  expect(code).toBe(2)
})

/** A console that answers these documents one after the other, the last one for ever. */
async function consoleAnswering(answers: readonly { status: number; body: unknown }[]) {
  const seen: { url: string; authorization: string | undefined }[] = []
  const server = createServer((request, response) => {
    const answer = answers[Math.min(seen.length, answers.length - 1)]
    seen.push({ url: request.url ?? '', authorization: request.headers.authorization })
    response.statusCode = answer?.status ?? 500
    response.end(JSON.stringify(answer?.body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

const reading = (
  verdict: 'pass' | 'fail' | 'inconclusive',
  settled = verdict !== 'inconclusive',
) => ({
  status: 200,
  body: {
    ...{ verdict, settled, reason: `it is ${verdict}`, run: 'r', rulesVersion: 'v', samples: 10 },
    ...{
      divergent: 0,
      divergenceRateUpper: 0.3,
      confidence: 0.95,
      uncompared: 0,
      uncomparedRate: 0,
    },
    ...{ regressions: [], endpoints: [], reasons: [], whatWouldChangeIt: [] },
  },
})

test('a console is asked with the run, the limits and the token', async () => {
  const { url, seen } = await consoleAnswering([reading('pass')])
  const args = ['--console', `${url}/behind/a/prefix`, '--run', 'a b', '--max-divergence', '0.1%']
  const { code } = await gate(args, { SHADOWDIFF_TOKEN: 'a token of the gate' })
  expect(code).toBe(0)
  expect(seen).toEqual([
    {
      url: '/behind/a/prefix/api/v1/verdict?run=a+b&maxDivergence=0.001',
      authorization: 'Bearer a token of the gate',
    },
  ])
})

test('waiting ends as soon as the verdict is settled', async () => {
  const { url, seen } = await consoleAnswering([
    reading('inconclusive'),
    { status: 503, body: { detail: 'the recorder is being started again' } },
    reading('fail'),
  ])
  const { code, stdout } = await gate(['--console', url, '--wait', '60s'])
  expect(stdout).toMatch(/^FAIL: it is fail/)
  expect(code).toBe(1)
  expect(seen).toHaveLength(3)
})

test('waiting ends when the run has ended without a verdict', async () => {
  const { url } = await consoleAnswering([reading('inconclusive', true)])
  expect((await gate(['--console', url, '--wait', '60s'])).code).toBe(3)
})

test('when the time is over the newest reading counts', async () => {
  const { url } = await consoleAnswering([reading('inconclusive')])
  const { code, stdout } = await gate(['--console', url, '--wait', '10ms'])
  expect(stdout).toMatch(/^INCONCLUSIVE/)
  expect(code).toBe(3)
})

test('a refused token says what to do', async () => {
  const { url } = await consoleAnswering([
    { status: 401, body: { detail: 'The token is not known' } },
  ])
  const { code, stderr } = await gate(['--console', url, '--wait', '60s'])
  expect(stderr).toContain('The token is not known; set SHADOWDIFF_TOKEN')
  expect(code).toBe(2)
})

test.each([
  { status: 200, body: 'hello' },
  { status: 404, body: 'Not Found' },
  { status: 404, body: '{"error":"no such product"}' },
  { status: 302, body: '' },
])('something else that listens there is told from shadowdiff: %j', async (answer) => {
  const { url } = await consoleAnswering([answer])
  const { code, stderr } = await gate(['--console', url])
  expect(stderr).toContain('gave no verdict; is --console the address of shadowdiff?')
  expect(code).toBe(2)
})

test('a configuration beside a console is refused: the console judges by its own', async () => {
  const { code, stderr } = await gate([
    '--console',
    'http://127.0.0.1:1',
    '--config',
    'limits.yaml',
  ])
  expect(stderr).toContain("'--config <file>' cannot be used with option '--console <url>'")
  expect(code).toBe(2)
})

test('a console that cannot be reached is no fail of the run', async () => {
  const { code, stderr } = await gate(['--console', 'http://127.0.0.1:1'])
  expect(stderr).toContain('cannot be asked (ECONNREFUSED)')
  expect(code).toBe(4)
})
