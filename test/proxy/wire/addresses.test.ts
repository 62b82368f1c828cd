/** What only the wire transport offers: TLS settings and Unix sockets. */

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { OutgoingRequest, TransportOptions } from '../../../src/proxy/leg.ts'
import { addressOf } from '../../../src/proxy/upstream-address.ts'
import { createWireTransport } from '../../../src/proxy/wire/wire-transport.ts'
import { until } from '../../support/until.ts'
import { LegRecorder } from '../leg-recorder.ts'

const hasOpenssl = spawnSync('openssl', ['version']).status === 0

const GET: OutgoingRequest = {
  method: 'GET',
  target: '/',
  headers: ['Host', 'upstream'],
  framing: { kind: 'none' },
  timeoutMs: 10_000,
  idleMs: 10_000,
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'wire-'))
  onTestFinished(() => {
    rmSync(path, { recursive: true })
  })
  return path
}

/** A key and a certificate for `localhost`, signed by itself. */
function makeCertificate(): { key: string; cert: string } {
  const path = folder()
  const [key, cert] = [join(path, 'key.pem'), join(path, 'cert.pem')]
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'],
      ...['-keyout', key, '-out', cert],
    ],
    { stdio: 'ignore' },
  )
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
}

async function listen(server: Server, where: number | string): Promise<void> {
  server.listen(where)
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => {
    server.close()
  })
}

function open(options: Partial<TransportOptions> & { url: string }) {
  const transport = createWireTransport({
    ...{ maxConnections: 2, maxIdleConnections: 2, keepAliveMs: 10_000 },
    ...options,
  })
  onTestFinished(async () => {
    transport.destroy()
    await until(() => transport.connections === 0, 'all connections to close')
  })
  return {
    transport,
    get: () => new LegRecorder(transport, GET).end().over(),
    post: async (body: Buffer) => {
      const one = new LegRecorder(transport, {
        ...GET,
        method: 'POST',
        framing: { kind: 'chunked' },
      })
      one.write(body)
      return one.end().over()
    },
  }
}

function echo(request: http.IncomingMessage, response: http.ServerResponse): void {
  request.pipe(response)
}

test.each([
  ['http://a', { host: 'a', port: 80, isSecure: false }],
  ['http://a:81/x', { host: 'a', port: 81, isSecure: false }],
  ['https://a', { host: 'a', port: 443, isSecure: true }],
  ['https://[::1]:8443', { host: '::1', port: 8443, isSecure: true }],
])('%s is an address', (url, address) => {
  expect(addressOf(url)).toEqual(address)
})

test('a Unix socket is an upstream, one that is missing is unreachable', async () => {
  const path = join(folder(), 'upstream.sock')
  await listen(http.createServer(echo), path)
  const { get, post } = open({ url: 'http://localhost', socketPath: path })
  expect((await get()).head?.status).toBe(200)
  expect((await post(Buffer.from('hello'))).body).toBe('hello')
  const missing = open({ url: 'http://localhost', socketPath: `${path}x` })
  expect((await missing.get()).failure?.reason).toBe('unreachable')
})

test('TLS: a certificate is verified, by the CA that is given', async ({ skip }) => {
  if (!hasOpenssl) skip('there is no openssl here to make a certificate with')
  const { key, cert } = makeCertificate()
  const server = https.createServer({ key, cert }, echo)
  await listen(server, 0)
  const url = `https://localhost:${(server.address() as AddressInfo).port}`
  expect((await open({ url }).get()).failure?.reason).toBe('tls')
  const { get, post, transport } = open({ url, tls: { ca: cert, verify: true } })
  expect((await get()).head?.status).toBe(200)
  const large = Buffer.alloc(3_000_000, 'x')
  const [first, second] = await Promise.all([post(large), post(large)])
  expect(first.length).toBe(large.length)
  expect(second.length).toBe(large.length)
  expect(transport.connections).toBe(2)
  const wrongName = open({ url, tls: { ca: cert, serverName: 'other', verify: true } })
  expect((await wrongName.get()).failure?.reason).toBe('tls')
  const unverified = open({ url, tls: { verify: false } })
  expect((await unverified.get()).head?.status).toBe(200)
  server.closeAllConnections()
})

test('TLS: an answer that is not read holds the upstream back', async ({ skip }) => {
  if (!hasOpenssl) skip('there is no openssl here to make a certificate with')
  const { key, cert } = makeCertificate()
  const total = 64 * 1024 * 1024
  const server = https.createServer({ key, cert }, (_request, response) => {
    response.writeHead(200, { 'content-length': total })
    response.end(Buffer.alloc(total))
  })
  await listen(server, 0)
  const url = `https://localhost:${(server.address() as AddressInfo).port}`
  const { transport } = open({ url, tls: { ca: cert, verify: true } })
  const one = new LegRecorder(transport, GET)
  one.on['data'] = () => {
    one.pause()
  }
  one.end()
  await until(() => one.calls.includes('data'), 'bytes')
  for (let turn = 0; turn < 200; turn += 1) await new Promise(setImmediate)
  expect(one.length).toBeLessThan(1024 * 1024)
  one.resume()
  await one.over()
  expect(one.length).toBe(total)
  server.closeAllConnections()
})

test('nothing keeps the process: neither timers nor sockets stay behind', async () => {
  const handles = () =>
    process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout' || kind.includes('TCP'))
  const before = handles().length
  const server = http.createServer(echo)
  await listen(server, 0)
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { get, transport } = open({ url })
  await get()
  transport.close()
  await until(() => transport.connections === 0, 'all connections to close')
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await until(() => handles().length <= before, 'handles to close')
})
