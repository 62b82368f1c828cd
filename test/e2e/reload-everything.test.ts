/** What a reload takes over of the configuration, key by key, while a request is under way all the time. */

import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Agent, get } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type TLSSocket } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CLIENT, SERVER } from '../support/certificates.ts'
import { ConsoleApi } from '../support/shadowdiff.ts'
import { startProgram, type Program } from '../support/program.ts'

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

/** Answers at once, but for `/held`, which it answers when told. */
const held: ServerResponse[] = []
const upstream = createServer((request, response) => {
  if (request.url === '/held') held.push(response)
  else response.end('{}')
})

let folder: string
let file: string
let service: Program
let proxy: string
let console: string
let api: ConsoleApi
beforeEach(async () => {
  upstream.listen(0, '127.0.0.1')
  await once(upstream, 'listening')
  folder = await mkdtemp(join(tmpdir(), 'shadowdiff-reload-'))
  file = join(folder, 'shadowdiff.yaml')
})
afterEach(async () => {
  await service.stop()
  upstream.closeAllConnections()
  upstream.close()
  held.length = 0
  await rm(folder, { recursive: true, force: true })
})

/** Writes the file: what every test needs, and these lines. */
function configure(...lines: string[]): void {
  const { port } = upstream.address() as AddressInfo
  const common = [
    `primary: http://127.0.0.1:${port}`,
    // Another name for the same, so that nothing differs.
    `shadow: http://localhost:${port}`,
    `shadowHost: preserve`,
  ]
  writeFileSync(file, [...common, ...lines, ''].join('\n'))
}

/** Starts the program on the file. */
async function start(...lines: string[]): Promise<void> {
  configure(...(lines.length > 0 ? lines : listeners()))
  service = await startProgram({
    command: process.execPath,
    args: [MAIN, 'run', '--config', file],
    ready: /^proxy\s+(\S+)[^]*^console\s+(\S+)[^]*^records/m,
    cwd: folder,
  })
  proxy = service.match[1] ?? ''
  console = service.match[2] ?? ''
  api = new ConsoleApi(console)
}

/** Where it listens and records, with more keys of the console. */
function listeners(more = ''): string[] {
  return [
    'listen: 127.0.0.1:0',
    `console: { listen: 127.0.0.1:0${more} }`,
    `store: ${join(folder, 'e2e.db')}`,
  ]
}

/** Sends SIGHUP while a request is held, and waits for the sentence; the request must be answered after it. */
async function reload(expected = /read again and is in force/): Promise<string> {
  const under = proxy.startsWith('https') ? undefined : fetch(`${proxy}/held`)
  if (under !== undefined) await expect.poll(() => held.length).toBeGreaterThan(0)
  const from = service.output().length
  process.kill(service.pid, 'SIGHUP')
  await expect.poll(() => service.output().slice(from), { timeout: 10_000 }).toMatch(expected)
  // The shadow's copy leaves when primary's request is complete, which is before its answer: both are held.
  const answering = setInterval(() => {
    for (const response of held.splice(0)) response.end('{}')
  }, 10)
  try {
    if (under !== undefined) expect((await under).status).toBe(200)
    await api.settled().catch(() => undefined)
  } finally {
    clearInterval(answering)
  }
  return service.output().slice(from)
}

async function send(path: string): Promise<void> {
  expect((await fetch(`${proxy}${path}`)).status).toBe(200)
  await api.settled()
}

const pathsOf = async () => (await api.exchanges()).map(({ path }) => path)

test('retention', async () => {
  await start()
  for (const path of ['/1', '/2', '/3']) await send(path)
  expect(await pathsOf()).toHaveLength(3)
  configure(...listeners(), 'retention: { age: 1s }')
  expect(await reload()).not.toContain('only a restart')
  await expect.poll(pathsOf, { timeout: 15_000 }).toEqual([])
  configure(...listeners())
  await reload()
  await send('/kept')
  expect(await pathsOf()).toContain('/kept')
}, 60_000)

test('record.matches', async () => {
  await start()
  await send('/row')
  configure(...listeners(), 'record: { matches: none }')
  expect(await reload()).not.toContain('only a restart')
  const before = (await api.status()).counters.match
  await send('/no-row')
  expect((await api.status()).counters.match).toBe(before + 1)
  expect(await pathsOf()).not.toContain('/no-row')
  expect(await pathsOf()).toContain('/row')
}, 60_000)

test('endpoints', async () => {
  await start()
  await send('/files/one')
  configure(...listeners(), "endpoints: { patterns: ['GET /files/{name}'] }")
  expect(await reload()).not.toContain('only a restart')
  await send('/files/two')
  const rows = await api.exchanges()
  expect(rows.find(({ path }) => path === '/files/two')?.endpoint).toBe('GET /files/{name}')
}, 60_000)

test('users, by signal and by the console, which knows the old tokens no more', async () => {
  const status = async (token?: string) =>
    fetch(`${console}/api/v1/exchanges`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    }).then((response) => response.status)
  await start()
  expect(await status()).toBe(200)
  const ann = (token: string) => `, users: [{ name: ann, role: operator, token: ${token} }]`
  configure(...listeners(ann('first-token-of-ann')))
  expect(await reload()).not.toContain('only a restart')
  await expect.poll(() => status()).toBe(401)
  expect(await status('first-token-of-ann')).toBe(200)

  configure(...listeners(ann('other-token-of-ann')))
  const answer = await fetch(`${console}/api/v1/reload`, {
    method: 'POST',
    headers: { authorization: 'Bearer first-token-of-ann' },
  })
  expect({ status: answer.status, body: await answer.json() }).toEqual({
    status: 200,
    body: { needRestart: [] },
  })
  await expect.poll(() => status('first-token-of-ann')).toBe(401)
  expect(await status('other-token-of-ann')).toBe(200)
}, 60_000)

test('the listener’s certificate, while an older connection goes on', async () => {
  const write = ({ cert, key }: { readonly cert: string; readonly key: string }) => {
    writeFileSync(join(folder, 'cert.pem'), cert)
    writeFileSync(join(folder, 'key.pem'), key)
  }
  const tls = 'tls: { cert: cert.pem, key: key.pem }'
  write(SERVER)
  await start(...listeners(), tls)
  expect(proxy).toMatch(/^https:/)
  const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false })
  const ask = async (): Promise<{ status: number | undefined; socket: unknown }> => {
    const request = get(`${proxy}/x`, { agent })
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    const { socket } = response
    response.resume()
    await once(response, 'end')
    return { status: response.statusCode, socket }
  }
  const shown = async (): Promise<string> => {
    const { hostname, port } = new URL(proxy)
    const socket: TLSSocket = connect({
      host: hostname,
      port: Number(port),
      rejectUnauthorized: false,
    })
    await once(socket, 'secureConnect')
    const { fingerprint256 } = socket.getPeerCertificate()
    socket.destroy()
    return fingerprint256
  }
  const first = await ask()
  const before = await shown()
  write(CLIENT)
  expect(await reload()).not.toContain('only a restart')
  expect(await shown()).not.toBe(before)
  const second = await ask()
  expect(second).toEqual({ status: 200, socket: first.socket })
  agent.destroy()

  // A key that does not fit changes nothing.
  writeFileSync(join(folder, 'key.pem'), SERVER.key)
  await reload(/not changed:[^]*tls\.key: this key does not belong to the certificate/)
  configure(...listeners())
  expect(await reload()).toMatch(/only a restart changes: tls$/m)
  expect(await shown()).not.toBe(before)
}, 60_000)

test('what is bound at the start is named, by signal and by the console, and stays as it was', async () => {
  await start(...listeners(), 'health: 127.0.0.1:0', 'run: first')
  configure(
    ...['listen: 127.0.0.1:1', 'console: { listen: 127.0.0.1:2 }', 'health: 127.0.0.1:3'],
    ...['store: other.db', 'run: second', 'workers: 2', 'percent: 0'],
  )
  const keys = ['listen', 'workers', 'health', 'store', 'run', 'console.listen']
  expect(await reload()).toMatch(new RegExp(`only a restart changes: ${keys.join(', ')}$`, 'm'))
  const answer = await api.change('POST', 'reload')
  expect(answer).toEqual({ status: 200, body: { needRestart: keys } })
  const before = (await api.status()).counters.unmirrored['not-sampled'] ?? 0
  await send('/x')
  const status = await api.status()
  expect(status.run).toBe('first')
  expect(status.store).toBe(join(folder, 'e2e.db'))
  expect(status.counters.unmirrored['not-sampled']).toBe(before + 1)
}, 60_000)
