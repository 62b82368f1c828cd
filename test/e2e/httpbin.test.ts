import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RawClient } from '../support/http-client.ts'
import type { RawAnswer, RawRequest } from '../support/http-client.ts'
import { lacksHttpbin, startHttpbin } from '../support/httpbin.ts'
import type { Httpbin } from '../support/httpbin.ts'
import { runShadowdiff } from '../support/shadowdiff.ts'
import type { RunningShadowdiff } from '../support/shadowdiff.ts'

const MULTIPART =
  '--frontier\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n' +
  '--frontier\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n' +
  'Content-Type: text/plain\r\n\r\nline one\nline two\n\r\n--frontier--\r\n'
const CURL = { Host: 'httpbin:8000', 'User-Agent': 'curl/7.69.1', Accept: '*/*' }
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' }
const JSON_TYPE = { 'Content-Type': 'application/json' }

/** A request, and the status that both instances answer. */
type Case = RawRequest & { readonly status?: number }

const CASES: readonly Case[] = [
  { path: '/' },
  { path: '/headers' },
  { path: '/headers', headers: { 'X-B3-TraceId': '1f', traceparent: '00-1f-2e-01', 'X-Own': 'a' } },
  { path: '/ip' },
  { path: '/user-agent' },
  { path: '/get?a=1&a=2&b=%20x' },
  { path: '/anything/some/path?x=y', headers: { Referer: 'http://httpbin:8000/from' } },
  { method: 'POST', path: '/post', body: '{"a":[1,2,{"b":null}]}', headers: JSON_TYPE },
  { method: 'POST', path: '/post', body: 'a=1&b=two+words', headers: FORM },
  {
    method: 'POST',
    path: '/post',
    body: MULTIPART,
    headers: { 'Content-Type': 'multipart/form-data; boundary=frontier' },
  },
  { method: 'POST', path: '/post', body: Buffer.from([0, 255, 128, 10]) },
  { method: 'POST', path: '/post', body: '' },
  { method: 'PUT', path: '/put', body: '"text"', headers: JSON_TYPE },
  { method: 'PATCH', path: '/patch', body: '[]', headers: JSON_TYPE },
  { method: 'DELETE', path: '/delete?id=7' },
  { method: 'OPTIONS', path: '/get' },
  ...[200, 201, 204, 400, 401, 402, 404, 406, 418, 429, 500, 503].map((status) => ({
    path: `/status/${status}`,
    status,
  })),
  { path: '/status/301', status: 301 },
  { path: '/gzip' },
  { path: '/gzip', headers: { 'Accept-Encoding': 'gzip' } },
  { path: '/deflate' },
  { path: '/brotli' },
  { path: '/stream/1' },
  { path: '/stream/20' },
  { path: '/redirect/1', status: 302 },
  { path: '/redirect/6', status: 302 },
  { path: '/absolute-redirect/3', status: 302 },
  { path: '/relative-redirect/3', status: 302 },
  { path: '/redirect-to?url=http://httpbin:8000/get&status_code=307', status: 307 },
  { path: '/redirect-to?url=%2Felsewhere', status: 302 },
  { path: '/cookies', headers: { Cookie: 'flavour=oat; size=2' } },
  { path: '/cookies/set?flavour=oat&size=2', status: 302 },
  { path: '/cookies/set/flavour/oat', status: 302 },
  { path: '/cookies/delete?flavour', status: 302 },
  { path: '/image/png' },
  { path: '/image/jpeg' },
  { path: '/image/svg' },
  { path: '/image', headers: { Accept: 'image/webp' } },
  { path: '/delay/1' },
  { path: '/bytes/1024?seed=7' },
  { path: '/stream-bytes/5000?seed=7&chunk_size=1000' },
  { path: '/range/2048' },
  { path: '/range/2048', headers: { Range: 'bytes=100-199' }, status: 206 },
  { path: '/drip?duration=0.2&numbytes=20&delay=0' },
  { path: '/etag/abc' },
  { path: '/etag/abc', headers: { 'If-None-Match': '"abc"' }, status: 304 },
  { path: '/etag/abc', headers: { 'If-Match': '"other"' }, status: 412 },
  {
    path: '/cache',
    headers: { 'If-Modified-Since': 'Sat, 01 Jan 2022 00:00:00 GMT' },
    status: 304,
  },
  { path: '/cache/60' },
  { method: 'HEAD', path: '/get' },
  { method: 'HEAD', path: '/image/png' },
  { method: 'HEAD', path: '/status/404', status: 404 },
  { path: '/html' },
  { path: '/xml' },
  { path: '/robots.txt' },
  { path: '/deny' },
  { path: '/encoding/utf8' },
  { path: '/response-headers?X-Custom=one&X-Custom=two&Cache-Control=no-store' },
  { path: '/basic-auth/ann/secret', status: 401 },
  {
    path: '/basic-auth/ann/secret',
    headers: { Authorization: `Basic ${Buffer.from('ann:secret').toString('base64')}` },
  },
  { path: '/hidden-basic-auth/ann/secret', status: 404 },
  { path: '/bearer', headers: { Authorization: 'Bearer abc' } },
  { path: '/base64/aGVsbG8gd29ybGQ=' },
  { path: '/links/3/0' },
  { path: '/forms/post' },
  { path: '/no-such-page', status: 404 },
  { method: 'PUT', path: '/get', status: 405 },
]

describe.skipIf(lacksHttpbin())('two instances of the real httpbin', () => {
  let instances: readonly [Httpbin, Httpbin]
  let service: RunningShadowdiff
  let client: RawClient
  beforeAll(async () => {
    instances = await Promise.all([startHttpbin(), startHttpbin()])
    service = await runShadowdiff({ primary: instances[0].url, shadow: instances[1].url })
    client = new RawClient(service.proxy)
  })
  afterAll(async () => {
    client.close()
    await service.remove()
    await Promise.all(instances.map((one) => one.stop()))
  })

  const send = (request: RawRequest): Promise<RawAnswer> =>
    client.send({ ...request, headers: { ...CURL, ...request.headers } })

  test('every endpoint answers through the proxy, and none diverges', async () => {
    const answered: string[] = []
    for (const { status = 200, ...request } of CASES) {
      const answer = await send(request)
      const line = `${request.method ?? 'GET'} ${request.path}`
      answered.push(line)
      expect({ line, status: answer.status }).toEqual({ line, status })
    }
    const { counters } = await service.api.settled()
    const divergences = await service.api.divergences()
    expect(
      divergences.map(({ endpoint, kind, location, primaryValue, shadowValue }) =>
        [endpoint, kind, location, primaryValue, shadowValue].join(' '),
      ),
    ).toEqual([])
    const others = (await service.api.exchanges()).filter(({ outcome }) => outcome !== 'match')
    expect(others.map(({ method, path, reason }) => `${method} ${path}: ${reason ?? ''}`)).toEqual(
      [],
    )
    expect(counters).toMatchObject({
      seen: CASES.length,
      mirrored: CASES.length,
      match: CASES.length,
      divergent: 0,
      incomparable: {},
      lost: {},
    })
  }, 120_000)

  test('the shadow was told apart by its Host, and what that echoes is suppressed by name', async () => {
    const [row] = await service.api.exchanges('q=/headers')
    const { shadow, suppressed } = await service.api.exchange(row?.id ?? '')
    const text = shadow?.kind === 'response' ? shadow.body.text : undefined
    expect(text).toContain('"httpbin-shadow:8000"')
    expect(text).toContain('"X-Shadow"')
    expect(suppressed.map(({ location }) => location)).toContain('body:/headers/Host')
    expect(suppressed.every(({ by }) => by !== '')).toBe(true)
  })

  test('what is truly random is the only divergence, and it is one', async () => {
    for (let i = 0; i < 3; i++) await send({ path: '/uuid' })
    await service.api.settled()
    const divergences = await service.api.divergences()
    expect(divergences).toMatchObject([
      {
        endpoint: 'GET /uuid',
        kind: 'value',
        location: 'body:/uuid',
        severity: 'changed',
        count: 3,
        exchanges: 3,
      },
    ])
  })

  test('a 304 and a HEAD have no body but the headers of one', async () => {
    const known = await send({ path: '/etag/abc', headers: { 'If-None-Match': '"abc"' } })
    expect(known.body).toHaveLength(0)
    const direct = new RawClient(instances[0].url)
    const [through, straight] = await Promise.all(
      [client, direct].map((one) => one.send({ method: 'HEAD', path: '/image/png' })),
    )
    direct.close()
    const length = (answer: RawAnswer | undefined) =>
      answer?.headers[answer.headers.findIndex((name) => /^content-length$/i.test(name)) + 1]
    expect(through?.body).toHaveLength(0)
    expect(length(through)).toBe(length(straight))
  })

  test('an echo of nothing but the Host is known as an echo too', async () => {
    await client.send({
      path: '/headers',
      headers: { Host: 'httpbin:8000', 'x-request-id': 'bare' },
    })
    await service.api.settled()
    const [row] = await service.api.exchanges('requestId=bare')
    const { outcome, differences } = await service.api.exchange(row?.id ?? '')
    expect({ outcome, differences }).toEqual({ outcome: 'match', differences: [] })
  })
})
