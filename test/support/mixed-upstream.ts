/**
 * An upstream whose answers are a pure function of the request, of many shapes: so a client knows every
 * byte that it must get, and a second version differs where it is known to.
 */

import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { RawRequest } from './http-client.ts'

/** What the upstream answers, without `Date` and hop-by-hop headers. */
export interface MixedAnswer {
  readonly status: number
  readonly reason: string
  readonly headers: readonly string[]
  readonly body: Buffer
  /** Sent in pieces without a length. */
  readonly chunked: boolean
}

/** A running upstream. */
export interface MixedUpstream {
  readonly url: string
  /** The `x-request-id` of every request that arrived. */
  readonly requestIds: readonly string[]
  /** How many connections are open. */
  connections(): Promise<number>
  close(): Promise<void>
}

type Shape = (number: number, target: string, body: Buffer, version: 1 | 2) => Partial<MixedAnswer>

const JSON_TYPE = ['Content-Type', 'application/json']

/** By the first segment of the path. The last one is the one that version 2 answers differently. */
const SHAPES: Readonly<Record<string, Shape>> = {
  small: (n) => ({ headers: JSON_TYPE, body: json({ id: n, name: `thing ${n}` }) }),
  large: (n) => ({ headers: JSON_TYPE, body: json(many(n, 3000)), chunked: true }),
  zipped: (n) => ({
    headers: [...JSON_TYPE, 'Content-Encoding', 'gzip', 'Vary', 'Accept-Encoding'],
    body: gzipSync(json(many(n, 50))),
  }),
  brotli: (n) => ({
    headers: ['content-type', 'text/plain', 'content-encoding', 'br'],
    body: brotliCompressSync(`line ${n}\n`.repeat(40)),
    chunked: true,
  }),
  echo: (_, target, body) => ({
    headers: JSON_TYPE,
    body: json({ target, length: body.length, sha256: hash(body) }),
  }),
  binary: (n) => ({
    headers: [
      'Content-Type',
      'application/octet-stream',
      'X-ODD-Case',
      'Kept',
      'x-odd-case',
      'two',
    ],
    body: createHash('shake256', { outputLength: 20_000 }).update(String(n)).digest(),
  }),
  nothing: () => ({ status: 204, reason: 'Nothing To Say' }),
  missing: (n) => ({ status: 404, headers: JSON_TYPE, body: json({ error: `no ${n}` }) }),
  broken: (n) => ({ status: 500, reason: 'Oh No', body: Buffer.from(`boom ${n}`) }),
  moved: (n) => ({ status: 302, headers: ['Location', `/small/${n}`] }),
  known: (n) => ({ status: 304, headers: ['ETag', `"${n}"`] }),
  cookies: (n) => ({
    headers: ['Set-Cookie', `a=${n}; Path=/`, 'Set-Cookie', 'b=2; HttpOnly', ...JSON_TYPE],
    body: json([]),
  }),
  changed: (n, _target, _body, version) => ({
    headers: JSON_TYPE,
    body: json({ id: n, price: version === 1 ? 10 : 11 }),
  }),
}

/** The n-th request of the mix: every shape in turn, some with bodies, each its own `x-request-id`. */
export function mixedRequest(n: number): RawRequest & { readonly requestId: string } {
  const names = Object.keys(SHAPES)
  const shape = names[n % names.length] ?? 'small'
  const requestId = `mix-${n}`
  const headers = { 'x-request-id': requestId, 'X-Client-Case': 'Kept' }
  if (shape === 'echo') {
    const body = Buffer.alloc((n * 37) % 30_000, `body ${n} `)
    return {
      method: n % 2 === 0 ? 'POST' : 'PUT',
      path: `/echo/${n}?a=%2F&b=`,
      body,
      headers,
      requestId,
    }
  }
  const method = shape === 'small' && n % 3 === 0 ? 'HEAD' : n % 29 === 0 ? 'DELETE' : 'GET'
  return { method, path: `/${shape}/${n}?q=${'x'.repeat(n % 200)}`, headers, requestId }
}

/** Whether version 2 answers this request differently. */
export function isChanged({ path }: RawRequest): boolean {
  return path.startsWith('/changed/')
}

/** What this version answers to it. */
export function mixedAnswer(
  { method = 'GET', path, body = '' }: RawRequest,
  version: 1 | 2,
): MixedAnswer {
  const [, shape = '', rest = ''] = path.split('/')
  const number = Number.parseInt(rest, 10)
  const answer = SHAPES[shape]?.(number, path, Buffer.from(body), version)
  const { status = 200, reason = 'OK', headers = [], chunked = false } = answer ?? {}
  const whole = answer?.body ?? Buffer.alloc(0)
  const unsized = chunked || status === 204 || status === 304
  return {
    status,
    reason,
    headers: unsized ? headers : [...headers, 'Content-Length', String(whole.length)],
    body: method === 'HEAD' ? Buffer.alloc(0) : whole,
    chunked,
  }
}

/** Starts one version; `delayMs` is how long it thinks about a request. */
export async function startMixedUpstream(
  version: 1 | 2,
  { delayMs = () => 0 }: { readonly delayMs?: (path: string) => number } = {},
): Promise<MixedUpstream> {
  const requestIds: string[] = []
  const server = createServer((request, response) => {
    const { method = 'GET', url: path = '/' } = request
    requestIds.push(String(request.headers['x-request-id']))
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('error', () => response.destroy())
    request.on('end', () => {
      const { status, reason, headers, body } = mixedAnswer(
        { method, path, body: Buffer.concat(chunks) },
        version,
      )
      const answer = () => {
        response.writeHead(status, reason, [...headers])
        for (let at = 0; at < body.length; at += 16_384)
          response.write(body.subarray(at, at + 16_384))
        response.end()
      }
      const wait = delayMs(path)
      if (wait === 0) answer()
      else setTimeout(answer, wait)
    })
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requestIds,
    connections: () =>
      new Promise((resolve) => {
        server.getConnections((_error, count) => {
          resolve(count)
        })
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}

function many(seed: number, count: number): unknown {
  return Array.from({ length: count }, (_, i) => ({ i, value: (seed * 31 + i * 7) % 997 }))
}

function hash(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex')
}
