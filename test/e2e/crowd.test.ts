/** Many clients and slow ones against the whole program: two workers, control, books, handles, memory. */

import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { imbalanceOf } from '../support/books-balance.ts'
import { startMixedLoad } from '../support/mixed-load.ts'
import { startMixedUpstream, type MixedUpstream } from '../support/mixed-upstream.ts'
import { runShadowdiff, type RunningShadowdiff } from '../support/shadowdiff.ts'

let upstreams: readonly [MixedUpstream, MixedUpstream, MixedUpstream]
let service: RunningShadowdiff

beforeAll(async () => {
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
}, 30_000)

afterAll(async () => {
  await service.remove()
  await Promise.all(upstreams.map((upstream) => upstream.close()))
})

/** Handles that the proxies hold, apart from connections to upstreams, which they keep for reuse. */
async function handles(): Promise<number> {
  const kept = await Promise.all(upstreams.map((upstream) => upstream.connections()))
  const held = service.proxyPids().flatMap((pid) => readdirSync(`/proc/${pid}/fd`)).length
  return held - kept.reduce((sum, count) => sum + count, 0)
}

/** Sends the next requests of the mix; every answer must be primary's. */
async function expectAnswers(): Promise<void> {
  const before = (await service.api.settled()).counters
  const load = startMixedLoad(service.proxy, { from: before.seen, to: before.seen + 60 })
  await load.done
  expect(load.wrong).toEqual([])
  const { counters } = await service.api.settled()
  expect(imbalanceOf(counters)).toBe('')
  expect(counters.seen).toBe(before.seen + 60)
  expect(counters.lost).toEqual({})
}

/** A process of its own, because each process has a limit of handles. It says what it did. */
function startCrowd(
  script: string,
  ...args: readonly number[]
): { said(): string; child: ChildProcess } {
  const all = [Number(new URL(service.proxy).port), ...args].map(String)
  const child = spawn(process.execPath, ['-e', script, ...all])
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  let said = ''
  child.stdout.on('data', (text: Buffer) => (said += text.toString()))
  child.stderr.on('data', (text: Buffer) => (said += text.toString()))
  return { said: () => said, child }
}

/** Opens as many connections as it is told, 200 at once, and keeps them. */
const IDLERS = `
  const { connect } = require('node:net')
  const [port, count] = process.argv.slice(1).map(Number)
  let connected = 0, next = 0
  const open = () => {
    if (next++ >= count) return
    const socket = connect(port, '127.0.0.1', () => {
      if (++connected === count) console.log('connected')
      open()
    })
    socket.on('error', (error) => console.log(error.code))
    socket.resume()
  }
  for (let i = 0; i < 200; i++) open()
`

test('ten thousand idle connections: clients get primary’s bytes, and all handles come back', async () => {
  await expectAnswers()
  const before = await handles()
  const limit = Number(execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' })) || Infinity
  const count = Math.min(10_000, limit - 1000)
  if (count < 10_000) console.log(`only ${count} connections: the limit of handles is ${limit}`)
  const crowd = startCrowd(IDLERS, count)
  await expect.poll(() => crowd.said(), { timeout: 60_000 }).toBe('connected\n')
  await expect.poll(handles, { timeout: 20_000 }).toBeGreaterThanOrEqual(before + count)
  await expectAnswers()
  crowd.child.kill('SIGKILL')
  await expect.poll(handles, { timeout: 20_000 }).toBeLessThanOrEqual(before)
}, 120_000)

/** Connects so many times a second, each time for one answer, for so many seconds. */
const CONNECTERS = `
  const { connect } = require('node:net')
  const [port, rate, seconds] = process.argv.slice(1).map(Number)
  let started = 0, answered = 0, ended = 0
  const all = rate * seconds, begin = performance.now(), wrong = new Map()
  const one = () => {
    let text = ''
    const socket = connect(port, '127.0.0.1')
    socket.on('data', (chunk) => (text += chunk))
    socket.on('error', (error) => wrong.set(error.code, 1 + (wrong.get(error.code) ?? 0)))
    socket.on('close', () => {
      if (text.startsWith('HTTP/1.1 404 ') && text.endsWith('{"error":"no 7"}')) answered++
      if (++ended === all) console.log(JSON.stringify({ answered, wrong: [...wrong] }))
    })
    socket.write('GET /missing/7 HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n')
  }
  const timer = setInterval(() => {
    const due = Math.min(all, Math.floor(((performance.now() - begin) / 1000) * rate))
    while (started < due) { started++; one() }
    if (started === all) clearInterval(timer)
  }, 5)
`

test('two thousand connects a second: every one is answered and counted, and all handles come back', async () => {
  await expectAnswers()
  const before = await handles()
  const { seen } = (await service.api.settled()).counters
  const crowd = startCrowd(CONNECTERS, 2000, 3)
  const look = async () => {
    const { counters } = await service.api.status()
    expect(imbalanceOf(counters)).toBe('')
    return crowd.said()
  }
  await expect.poll(look, { timeout: 60_000 }).not.toBe('')
  expect(JSON.parse(crowd.said())).toEqual({ answered: 6000, wrong: [] })
  const { counters } = await service.api.settled()
  expect(imbalanceOf(counters)).toBe('')
  expect(counters.seen - seen).toBe(6000)
  await expect.poll(handles, { timeout: 20_000 }).toBeLessThanOrEqual(before)
}, 120_000)

test('clients that send a byte in a while, of heads and of bodies, hinder nobody, and what they leave is counted', async () => {
  await expectAnswers()
  const before = await handles()
  const { seen } = (await service.api.settled()).counters
  const { hostname, port } = new URL(service.proxy)
  const slow = Array.from({ length: 400 }, (_, i): Socket => {
    const socket = connect(Number(port), hostname)
    socket.on('error', () => undefined)
    socket.resume()
    socket.write(
      i % 2 === 0
        ? 'GET /small/1 HTTP/1.1\r\nHost: a\r\nX-Slow: '
        : 'POST /echo/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n',
    )
    return socket
  })
  const drip = setInterval(() => {
    for (const socket of slow) socket.write('.')
  }, 50)
  onTestFinished(() => {
    clearInterval(drip)
    for (const socket of slow) socket.destroy()
  })
  await expect
    .poll(async () => (await service.api.status()).counters.pending, { timeout: 20_000 })
    .toBe(200)
  const load = startMixedLoad(service.proxy, { to: 100, concurrency: 8 })
  await load.done
  expect(load.wrong).toEqual([])
  clearInterval(drip)
  for (const socket of slow) socket.destroy()
  const { counters } = await service.api.settled()
  expect(imbalanceOf(counters)).toBe('')
  expect(counters.seen - seen).toBe(300)
  expect(counters.unmirrored).toEqual({ 'client-aborted': 200 })
  await expect.poll(handles, { timeout: 20_000 }).toBeLessThanOrEqual(before)
}, 120_000)
