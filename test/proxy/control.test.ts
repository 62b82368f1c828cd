import { expect, test } from 'vitest'
import { isSampled } from '../../src/proxy/sample.ts'
import { createWireTransport } from '../../src/proxy/wire/wire-transport.ts'
import { addsUp, ok, startFixture, type Fixture } from '../support/proxy-fixture.ts'
import { rawHeader, type RawMessage } from '../support/raw-message.ts'
import { closedPort, type UpstreamScript } from '../support/raw-upstream.ts'
import { until } from '../support/until.ts'

const HANGS: UpstreamScript = { onRequest: () => undefined }

function idOf(message: RawMessage): string {
  return rawHeader(message, 'x-request-id') ?? ''
}

/** Sends requests one after the other and waits for their exchanges. */
async function sendAll({ client, queue }: Fixture, ids: readonly string[]): Promise<void> {
  const one = client()
  for (const id of ids) {
    const answered = one.request('GET / HTTP/1.1', 'Host: a', `x-request-id: ${id}`).answer()
    expect((await answered).body.toString()).toBe('v1')
  }
  await until(() => queue.exchanges.length === ids.length, 'all exchanges')
}

const ids = (count: number) => Array.from({ length: count }, (_, i) => `id-${i}`)

test('the control gets primary’s copy with the client’s own Host and its mark', async () => {
  const { client, primary, control, queue } = await startFixture({
    primary: ok('v1'),
    control: ok('again'),
  })
  await client()
    .send(
      'PUT //x/../y?z HTTP/1.1\r\nX-A: 1\r\nHOST: shop.example:80\r\ntraceparent: 00-a-b-01\r\n' +
        'X-Shadow: spoof\r\nContent-Length: 4\r\n\r\nbody',
    )
    .answer()
  const exchange = await queue.exchange()
  const [original, repeat] = [primary.requests[0], control.requests[0]]
  expect(repeat?.startLine).toBe('PUT //x/../y?z HTTP/1.1')
  expect(repeat?.body.toString()).toBe('body')
  const expected = [...(original?.headers ?? [])]
  expected.splice(expected.indexOf('X-Shadow'), 2)
  const sorted = (headers: readonly string[] = []) => [...headers].sort()
  expect(sorted(repeat?.headers)).toEqual(sorted([...expected, 'x-shadow', 'control']))
  expect(exchange.control).toMatchObject({ kind: 'response', status: 200, body: { length: 5 } })
  expect(exchange.shadow).toMatchObject({ kind: 'response', body: { length: 6 } })
})

test('primary itself is asked again for safe methods only', async () => {
  const { client, primary, queue, proxy } = await startFixture({
    primary: ok('v1'),
    controlSettings: {},
  })
  const one = client()
  await one.request('GET / HTTP/1.1', 'Host: a').answer()
  await one.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi').answer()
  await until(() => queue.exchanges.length === 2)
  expect(primary.requests.map(({ startLine }) => startLine)).toEqual([
    'GET / HTTP/1.1',
    'GET / HTTP/1.1',
    'POST / HTTP/1.1',
  ])
  expect(queue.exchanges.map(({ control }) => control !== undefined)).toEqual([true, false])
  expect(proxy.counters().control).toEqual({
    sent: 1,
    ok: 1,
    failed: 0,
    skipped: { 'unsafe-method': 1 },
  })
})

test.each([
  ['primary’s edits', {}, '/v1/x', 'p'],
  ['its own edits', { headers: { set: [['X-Who', 'c']], remove: [] } }, '/x', 'c'],
  ['its own path', { rewritePrefix: { from: '/', to: '/v3' } }, '/v3/x', 'client'],
] as const)('a repeat has %s', async (_what, own, path, who) => {
  const { client, control, queue } = await startFixture({
    primary: ok('v1'),
    primarySettings: {
      headers: { set: [['X-Who', 'p']], remove: [] },
      rewritePrefix: { from: '/', to: '/v1' },
    },
    control: ok('v1'),
    controlSettings: own,
  })
  await client().request('GET /x HTTP/1.1', 'Host: a', 'X-Who: client').answer()
  await queue.exchange()
  const [repeat] = control.requests
  expect(repeat?.startLine).toBe(`GET ${path} HTTP/1.1`)
  expect(rawHeader(repeat ?? { headers: [] }, 'x-who')).toBe(who)
})

test('which requests are repeated follows from their ids', async () => {
  const all = ids(60)
  const expected = all.filter((id) => isSampled(id, 30, 'control'))
  for (let i = 0; i < 2; i++) {
    const fixture = await startFixture({
      primary: ok('v1'),
      control: ok('v1'),
      controlSettings: { percent: 30 },
    })
    await sendAll(fixture, all)
    expect(fixture.control.requests.map(idOf)).toEqual(expected)
    const { control } = fixture.proxy.counters()
    const skipped = { 'not-sampled': all.length - expected.length }
    expect(control).toEqual({ sent: expected.length, ok: expected.length, failed: 0, skipped })
  }
})

test('which requests are repeated says nothing about which are mirrored', () => {
  const mirrored = Array.from({ length: 20_000 }, (_, i) => `id-${i}`).filter((id) =>
    isSampled(id, 10),
  )
  for (const decision of ['control', 'control-first', 'delay', 'abort'] as const) {
    const share = mirrored.filter((id) => isSampled(id, 50, decision)).length / mirrored.length
    expect(Math.abs(share - 0.5)).toBeLessThan(0.05)
  }
})

test('what is not mirrored is not repeated', async () => {
  const { client, control, proxy } = await startFixture({
    primary: ok('v1'),
    control: ok('v1'),
    shadowSettings: { percent: 0 },
  })
  await client().request('GET / HTTP/1.1', 'Host: a').answer()
  expect(control.opened()).toBe(0)
  expect(proxy.counters()).toMatchObject({
    unmirrored: { 'not-sampled': 1 },
    control: { sent: 0, skipped: {} },
  })
})

test('without a control the books say nothing of one', async () => {
  const { proxy } = await startFixture({ primary: ok('v1') })
  expect(proxy.counters()).not.toHaveProperty('control')
})

test('the repeat leaves before the copy as often as after it', async () => {
  const sent: string[] = []
  const fixture = await startFixture({
    primary: ok('v1'),
    control: ok('v1'),
    options: {
      createTransport: (options) => {
        const transport = createWireTransport(options)
        const send = transport.send.bind(transport)
        return Object.assign(transport, {
          send: (...[request, handler]: Parameters<typeof send>) => {
            const mark = request.headers.indexOf('x-shadow')
            if (mark !== -1) sent.push(request.headers[mark + 1] ?? '')
            return send(request, handler)
          },
        })
      },
    },
  })
  await sendAll(fixture, ids(40))
  const pairs = ids(40).map((_, i) => sent.slice(2 * i, 2 * i + 2).join())
  expect(new Set(pairs)).toEqual(new Set(['shadow,control', 'control,shadow']))
  expect(pairs).toEqual(
    ids(40).map((id) => (isSampled(id, 50, 'control-first') ? 'control,shadow' : 'shadow,control')),
  )
})

test('a repeat that finds no place is not made, and the copy leaves all the same', async () => {
  const { client, shadow, control, proxy } = await startFixture({
    primary: ok('v1'),
    control: HANGS,
    controlSettings: { maxInFlight: 2 },
  })
  const one = client()
  for (let i = 0; i < 5; i++) await one.request('GET / HTTP/1.1', 'Host: a').answer()
  await until(() => shadow.requests.length === 5)
  expect(control.requests).toHaveLength(2)
  const counters = proxy.counters()
  expect(counters.control).toEqual({ sent: 2, ok: 0, failed: 0, skipped: { busy: 3 } })
  expect(addsUp(counters)).toBe(true)
})

test('repeats of one caller do not overtake each other where order counts', async () => {
  const { client, shadow, control, proxy } = await startFixture({
    primary: ok('v1'),
    control: HANGS,
    shadowSettings: { order: { kind: 'header', name: 'user' } },
  })
  const one = client()
  for (const user of ['ann', 'ann', 'bob']) {
    await one.request('GET / HTTP/1.1', 'Host: a', `User: ${user}`).answer()
  }
  await until(() => shadow.requests.length === 3)
  expect(control.requests).toHaveLength(2)
  expect(proxy.counters().control).toMatchObject({ sent: 2, skipped: { busy: 1 } })
})

const SICK: readonly (readonly [string, UpstreamScript, object])[] = [
  ['hangs', HANGS, { kind: 'failure', reason: 'timeout' }],
  [
    'never reads',
    { raw: true, onConnection: (socket) => socket.pause() },
    { kind: 'failure', reason: 'timeout' },
  ],
  ['resets', { onRequest: (_r, s) => s.resetAndDestroy() }, { kind: 'failure', reason: 'reset' }],
  [
    'answers garbage',
    { onRequest: (_r, s) => s.write('\x00\xff garbage\r\n\r\n', 'latin1') },
    { kind: 'failure', reason: 'protocol' },
  ],
  [
    'hangs in the middle of its body',
    { onRequest: (_r, s) => s.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab') },
    { kind: 'response', body: { incomplete: 'timeout', length: 2 } },
  ],
  [
    'floods',
    {
      onRequest: (_r, s) => {
        const piece = 'f'.repeat(65_536)
        s.write('HTTP/1.1 200 OK\r\n\r\n')
        const more = () => {
          while (!s.destroyed && s.write(piece));
        }
        s.on('drain', more)
        more()
      },
    },
    { kind: 'response', body: { incomplete: 'too-long' } },
  ],
]

test.each(SICK)(
  'the client and the shadow are unaffected by a control that %s',
  async (_what, control, expected) => {
    const { client, queue, proxy } = await startFixture({
      primary: ok('v1'),
      control,
      controlSettings: { timeoutMs: 300, idleMs: 300 },
    })
    const one = client()
    for (const id of ids(4)) {
      const answered = one.request('GET / HTTP/1.1', 'Host: a', `x-request-id: ${id}`).answer()
      expect((await answered).body.toString()).toBe('v1')
    }
    await until(() => queue.exchanges.length === 4, 'all exchanges')
    for (const exchange of queue.exchanges) {
      expect(exchange.control).toMatchObject(expected)
      expect(exchange.shadow).toMatchObject({ kind: 'response', status: 200 })
    }
    const counters = proxy.counters()
    expect(counters).toMatchObject({ seen: 4, mirrored: 4, inFlight: 0 })
    expect(counters.control).toEqual({ sent: 4, ok: 0, failed: 4, skipped: {} })
    expect(addsUp(counters)).toBe(true)
    expect(proxy.breaker()).toEqual({ default: 'closed' })
  },
)

test('a control that nobody listens for is a failure of its own', async () => {
  const { client, queue, proxy } = await startFixture({
    primary: ok('v1'),
    controlSettings: { url: `http://127.0.0.1:${await closedPort()}`, isPrimary: false },
  })
  await client().request('GET / HTTP/1.1', 'Host: a').answer()
  expect((await queue.exchange()).control).toMatchObject({ kind: 'failure', reason: 'refused' })
  expect(proxy.counters().control).toEqual({ sent: 1, ok: 0, failed: 1, skipped: {} })
})

test('a stop records what control did not answer without it', async () => {
  const { client, shadow, control, queue, proxy } = await startFixture({
    primary: ok('v1'),
    control: HANGS,
  })
  await client().request('GET / HTTP/1.1', 'Host: a').answer()
  await until(() => shadow.requests.length === 1 && control.requests.length === 1)
  await proxy.close(200)
  const exchange = await queue.exchange()
  expect(exchange.shadow).toMatchObject({ kind: 'response' })
  expect(exchange).not.toHaveProperty('control')
  const counters = proxy.counters()
  expect(counters).toMatchObject({ mirrored: 1, match: 1, lost: {} })
  expect(counters.control).toEqual({ sent: 1, ok: 0, failed: 1, skipped: {} })
})

test('copies that leave while the proxy stops are not repeated', async () => {
  const { client, primary, shadow, control, queue, proxy } = await startFixture({
    primary: {
      onRequest: (_r, socket) => {
        void proxyCloses.then(() => socket.write(ok('v1')))
      },
    },
    control: ok('v1'),
  })
  let closes = () => {}
  const proxyCloses = new Promise<void>((resolve) => (closes = resolve))
  const answer = client().send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo').send('')
  await until(() => primary.sockets.size === 1)
  const closed = proxy.close(5_000)
  answer.send('dy')
  closes()
  await answer.answer()
  await closed
  await queue.exchange()
  expect(shadow.requests).toHaveLength(1)
  expect(control.requests).toHaveLength(0)
  expect(proxy.counters().control).toMatchObject({ sent: 0, skipped: { shutdown: 1 } })
})
