import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import type { RouteSettings } from '../../src/core/settings.ts'
import { startProxy } from '../../src/proxy/server.ts'
import { CA, CLIENT, OTHER_CA, SERVER } from '../support/certificates.ts'
import { MemoryQueue } from '../support/memory-queue.ts'
import { ok, proxySettings, startFixture } from '../support/proxy-fixture.ts'
import { until } from '../support/until.ts'

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'listeners-'))
  onTestFinished(() => {
    rmSync(path, { recursive: true })
  })
  return path
}

/** Sends bytes over any socket and collects what comes until the other side ends. */
async function exchange(socket: net.Socket, bytes: string, half = false): Promise<string> {
  let text = ''
  let isOver = false
  onTestFinished(() => {
    socket.destroy()
  })
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
  socket.on('end', () => (isOver = true))
  socket.on('close', () => (isOver = true))
  socket.on('error', () => (isOver = true))
  if (half) socket.end(bytes)
  else socket.write(bytes)
  await until(() => isOver, `the end of ${text}`)
  return text
}

const SWITCH = 'HTTP/1.1 101 S\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello'
const GET = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'

function secure(port: number, options: tls.ConnectionOptions = {}): tls.TLSSocket {
  return tls.connect({ port, host: '127.0.0.1', servername: 'localhost', ca: CA, ...options })
}

test('the listener speaks HTTP/1.1 over TLS, and forwards as ever', async () => {
  const { proxy, primary, shadow } = await startFixture({
    primary: ok('ok'),
    settings: { tls: SERVER, forwarded: 'append' },
  })
  const socket = secure(proxy.address.port, { ALPNProtocols: ['h2', 'http/1.1'] })
  expect(await exchange(socket, GET)).toMatch(/^HTTP\/1.1 200 OK[^]*ok$/)
  expect(socket.alpnProtocol).toBe('http/1.1')
  expect(primary.requests[0]?.headers).toContain('https')
  await until(() => shadow.requests.length === 1)
})

test('a client may close its half of a TLS connection and still read the answer', async () => {
  const { proxy } = await startFixture({
    primary: {
      onRequest: (_request, socket) =>
        setImmediate(() => {
          socket.write(ok('late'))
        }),
    },
    settings: { tls: SERVER },
  })
  const socket = secure(proxy.address.port, { allowHalfOpen: true } as tls.ConnectionOptions)
  expect(await exchange(socket, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', true)).toMatch(/late$/)
})

test('requests that are pipelined, malformed or upgrades are treated over TLS as without', async () => {
  const { proxy } = await startFixture({
    primary: {
      onRequest: (request, socket) => {
        if (request.startLine.includes('/chat')) socket.end(SWITCH)
        else socket.write(ok(request.startLine))
      },
    },
    settings: { tls: SERVER },
  })
  const { port } = proxy.address
  const get = (path: string, ...lines: string[]) =>
    `${[`GET ${path} HTTP/1.1`, 'Host: a', ...lines].join('\r\n')}\r\n\r\n`
  const pipelined = await exchange(secure(port), get('/1') + get('/2', 'Connection: close'))
  expect(pipelined).toMatch(/GET \/1 [^]*GET \/2 /)
  expect(await exchange(secure(port), 'GET / HTTP/1.1\r\nHost : a\r\n\r\n')).toMatch(
    /^HTTP\/1.1 400 /,
  )
  const upgrade = ['Connection: Upgrade', 'Upgrade: websocket']
  expect(await exchange(secure(port), get('/chat', ...upgrade))).toMatch(
    /^HTTP\/1.1 101 [^]*hello$/,
  )
  const other = get('/x', 'Connection: Upgrade, close', 'Upgrade: foo')
  expect(await exchange(secure(port), other)).toMatch(/^HTTP\/1.1 200 [^]*GET \/x /)
})

test('who speaks no TLS, or nothing but HTTP/2, is cut off and is no request', async () => {
  const { proxy } = await startFixture({ primary: ok('ok'), settings: { tls: SERVER } })
  const { port } = proxy.address
  expect(await exchange(net.connect(port, '127.0.0.1'), GET)).not.toContain('200 OK')
  expect(await exchange(secure(port, { ALPNProtocols: ['h2'] }), GET)).toBe('')
  expect(proxy.counters().seen).toBe(0)
})

test('a handshake that never ends does not hold up a stop', async () => {
  const { proxy } = await startFixture({ primary: ok('ok'), settings: { tls: SERVER } })
  const silent = net.connect(proxy.address.port, '127.0.0.1')
  let isClosed = false
  silent.on('close', () => (isClosed = true))
  await new Promise((resolve) => silent.once('connect', resolve))
  await proxy.close(1000)
  await until(() => isClosed, 'the silent connection to be cut')
})

test('a certificate that is none is refused at the start, in words', async () => {
  const settings = {
    ...proxySettings('http://127.0.0.1:1', undefined),
    tls: { cert: 'x', key: 'y' },
  }
  await expect(startProxy({ settings, queue: new MemoryQueue(), instance: 'x' })).rejects.toThrow(
    'the certificate and key of the listener cannot be used',
  )
})

/** A proxy with primary and shadow at this URL, and what primary's leg is given. */
async function startTo(primary: Partial<RouteSettings['primary']> & { readonly url: string }) {
  const queue = new MemoryQueue()
  const settings = proxySettings(primary.url, primary.url, {
    primarySettings: primary,
    shadowSettings: primary,
  })
  const proxy = await startProxy({ settings, queue, instance: 'x' })
  onTestFinished(() => proxy.close(0))
  const get = (bytes = GET) => exchange(net.connect(proxy.address.port, '127.0.0.1'), bytes)
  return { proxy, queue, get }
}

async function startTls(options: tls.TlsOptions = {}) {
  const names: (string | false | null)[] = []
  const subjects: unknown[] = []
  const server = createHttpsServer({ ...SERVER, ...options }, (req, res) => {
    if (!(req.socket instanceof tls.TLSSocket)) throw new Error('not over TLS')
    names.push(req.socket.servername)
    subjects.push({ ...req.socket.getPeerCertificate().subject })
    res.end('secret')
  })
  server.on('upgrade', (_req, socket: net.Socket) => {
    socket.end(SWITCH)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as net.AddressInfo
  return { port, url: `https://127.0.0.1:${port}`, names, subjects }
}

const UPGRADE = GET.replace('Connection: close', 'Connection: Upgrade\r\nUpgrade: websocket')

test('primary, shadow and tunnels are spoken to over TLS, with the name and client certificate given', async () => {
  const upstream = await startTls({ ca: CA, requestCert: true, rejectUnauthorized: true })
  const { get, queue } = await startTo({
    url: upstream.url,
    tls: { ca: CA, ...CLIENT, serverName: 'v1.example', verify: true },
  })
  expect(await get()).toMatch(/^HTTP\/1.1 200 OK[^]*secret/)
  await until(() => queue.exchanges.length === 1)
  expect(queue.exchanges[0]?.shadow?.kind).toBe('response')
  expect(upstream.names).toEqual(['v1.example', 'v1.example'])
  expect(upstream.subjects).toEqual([{ CN: 'proxy' }, { CN: 'proxy' }])
  expect(await get(UPGRADE)).toMatch(/^HTTP\/1.1 101 [^]*hello$/)
})

test.each([
  ['signed by nobody who is trusted', { ca: OTHER_CA, verify: true }],
  ['not of the trusted authorities of the system', undefined],
  ['for another name', { ca: CA, serverName: 'v2.example', verify: true }],
])('an upstream whose certificate is %s is a TLS failure', async (_why, settings) => {
  const upstream = await startTls()
  const { get, queue } = await startTo({
    url: upstream.url,
    ...(settings === undefined ? {} : { tls: settings }),
  })
  expect(await get()).toMatch(/^HTTP\/1.1 502 Bad Gateway/)
  await until(() => queue.exchanges.length === 1)
  const [one] = queue.exchanges
  expect([one?.primary, one?.shadow]).toMatchObject([{ reason: 'tls' }, { reason: 'tls' }])
  expect(await get(UPGRADE)).toMatch(/^HTTP\/1.1 502 Bad Gateway/)
  expect(upstream.names).toEqual([])
})

test('an upstream that asks in vain for a client certificate is a TLS failure', async () => {
  const upstream = await startTls({ ca: CA, requestCert: true, rejectUnauthorized: true })
  const { get, queue } = await startTo({ url: upstream.url, tls: { ca: CA, verify: true } })
  expect(await get()).toMatch(/^HTTP\/1.1 502 Bad Gateway/)
  await until(() => queue.exchanges.length === 1)
  expect(queue.exchanges[0]?.primary).toMatchObject({ kind: 'failure', reason: 'tls' })
})

test('a certificate is not looked at only where verifying is switched off by name', async () => {
  const upstream = await startTls()
  const { get } = await startTo({ url: upstream.url, tls: { verify: false } })
  expect(await get()).toMatch(/^HTTP\/1.1 200 OK/)
  expect(await get(UPGRADE)).toMatch(/^HTTP\/1.1 101 /)
})

test('TLS material of an upstream that is none is refused at the start, with nothing left open', async () => {
  const open = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
  const before = open()
  const settings = proxySettings('https://v1.example', 'https://v2.example', {
    shadowSettings: { tls: { ca: 'no certificate', verify: true } },
  })
  await expect(startProxy({ settings, queue: new MemoryQueue(), instance: 'x' })).rejects.toThrow(
    'the TLS settings of https://v2.example cannot be used',
  )
  expect(open()).toBe(before)
})

test('primary, shadow and tunnels are reached over Unix sockets', async () => {
  const path = join(folder(), 'v1.sock')
  const server = createHttpServer((req, res) => res.end(`${req.headers.host ?? ''} over a file`))
  server.on('upgrade', (_req, socket) => socket.end(SWITCH))
  await new Promise<void>((resolve) => server.listen(path, resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { get, queue } = await startTo({ url: 'http://v1.example', socketPath: path })
  expect(await get()).toMatch(/a over a file/)
  await until(() => queue.exchanges.length === 1)
  expect(queue.exchanges[0]?.shadow?.kind).toBe('response')
  expect(await get(UPGRADE)).toMatch(/^HTTP\/1.1 101 [^]*hello$/)
})

test('the proxy listens on a Unix socket, whose file is gone after a stop', async () => {
  const path = join(folder(), 'proxy.sock')
  const { proxy, primary } = await startFixture({
    primary: ok('ok'),
    settings: { listenSocket: path, forwarded: 'append' },
  })
  expect(proxy.socketPath).toBe(path)
  expect(await exchange(net.connect(path), GET)).toMatch(/^HTTP\/1.1 200 OK[^]*ok$/)
  expect(primary.requests[0]?.headers).toContain('unknown')
  await proxy.close(1000)
  expect(existsSync(path)).toBe(false)
})

test('a socket file that a dead process left is replaced; a live one, and other files, are refused', async () => {
  const path = join(folder(), 'proxy.sock')
  const orphan = new net.Server()
  await new Promise<void>((resolve) => orphan.listen(path, resolve))
  // Node removes the file at a close: moved away and back, it is what a killed process leaves behind.
  renameSync(path, `${path}.kept`)
  await new Promise((resolve) => orphan.close(resolve))
  renameSync(`${path}.kept`, path)
  const { proxy } = await startFixture({ primary: ok('ok'), settings: { listenSocket: path } })
  expect(await exchange(net.connect(path), GET)).toMatch(/ok$/)

  const again = (listenSocket: string) =>
    startProxy({
      settings: { ...proxySettings('http://127.0.0.1:1', undefined), listenSocket },
      queue: new MemoryQueue(),
      instance: 'x',
    })
  await expect(again(path)).rejects.toThrow('another program listens on it')
  expect(await exchange(net.connect(path), GET)).toMatch(/ok$/)
  const file = join(folder(), 'notes')
  writeFileSync(file, 'mine')
  await expect(again(file)).rejects.toThrow('there is a file that is no socket')
  await expect(again(join(folder(), 'no', 'folder.sock'))).rejects.toThrow(
    'its folder does not exist, or',
  )
  expect(existsSync(file)).toBe(true)
  await proxy.close(0)
})

test('IPv6 addresses are listened on and led to, in every spelling', async ({ skip }) => {
  const server = createHttpServer((req, res) => res.end(req.headers.host))
  const listening = await new Promise<boolean>((resolve) => {
    server.once('error', () => {
      resolve(false)
    })
    server.listen(0, '::1', () => {
      resolve(true)
    })
  })
  if (!listening) skip('this machine has no IPv6')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as net.AddressInfo
  for (const host of ['::1', '[::1]']) {
    const queue = new MemoryQueue()
    const url = `http://[::1]:${port}`
    const proxy = await startProxy({
      settings: { ...proxySettings(url, url), listen: { host, port: 0 }, forwarded: 'append' },
      queue,
      instance: 'x',
    })
    onTestFinished(() => proxy.close(0))
    const bytes = GET.replace('Host: a', 'Host: [::1]:8080')
    const answer = await exchange(net.connect(proxy.address.port, '::1'), bytes)
    expect(answer).toMatch(/\[::1\]:8080/)
    await until(() => queue.exchanges.length === 1)
    expect(queue.exchanges[0]?.shadow).toMatchObject({ kind: 'response' })
    expect(queue.exchanges[0]?.shadow?.sentHeaders).toContain('[::1]-shadow:8080')
    expect(queue.exchanges[0]?.primary?.sentHeaders).toContain('::1')
  }
})
