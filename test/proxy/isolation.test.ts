import { expect, test } from 'vitest'
import { addsUp, ok, startFixture } from '../support/proxy-fixture.ts'
import { closedPort, type UpstreamScript } from '../support/raw-upstream.ts'
import { until } from '../support/until.ts'

/** Sends as much as the other side takes, for ever. */
function flood(socket: import('node:net').Socket, head: string, piece: string): void {
  socket.write(head, 'latin1')
  const more = () => {
    while (!socket.destroyed && socket.write(piece, 'latin1'));
  }
  socket.on('drain', more)
  more()
}

const KB64 = 'f'.repeat(65_536)

/** What a shadow may do to us, and what the exchange says of it. */
const SICK: readonly (readonly [string, UpstreamScript, object])[] = [
  ['never answers', { onRequest: () => undefined }, { kind: 'failure', reason: 'timeout' }],
  [
    'never reads',
    { raw: true, onConnection: (socket) => socket.pause() },
    { kind: 'failure', reason: 'timeout' },
  ],
  [
    'hangs in the middle of its head',
    { onRequest: (_r, s) => s.write('HTTP/1.1 200 OK\r\nX') },
    { kind: 'failure', reason: 'timeout' },
  ],
  [
    'hangs after its head',
    { onRequest: (_r, s) => s.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n') },
    { kind: 'response', body: { incomplete: 'timeout' } },
  ],
  [
    'hangs in the middle of its body',
    { onRequest: (_r, s) => s.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab') },
    { kind: 'response', body: { incomplete: 'timeout', length: 2 } },
  ],
  [
    'closes without an answer',
    { onRequest: (_r, s) => s.end() },
    { kind: 'failure', reason: 'reset' },
  ],
  ['resets', { onRequest: (_r, s) => s.resetAndDestroy() }, { kind: 'failure', reason: 'reset' }],
  [
    'resets when connected',
    { onConnection: (s) => s.resetAndDestroy() },
    { kind: 'failure', reason: 'reset' },
  ],
  [
    'resets in the middle of its body',
    {
      onRequest: (_r, s) =>
        s.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab', () => s.resetAndDestroy()),
    },
    { kind: 'response', body: { incomplete: 'reset' } },
  ],
  [
    'answers garbage',
    { onRequest: (_r, s) => s.write('\x00\xff garbage\r\n\r\n', 'latin1') },
    { kind: 'failure', reason: 'protocol' },
  ],
  [
    'greets with garbage',
    { onConnection: (s) => s.write('220 smtp ready\r\n') },
    { kind: 'failure', reason: 'protocol' },
  ],
  [
    'answers with endless headers',
    {
      onRequest: (_r, s) => {
        flood(s, 'HTTP/1.1 200 OK\r\n', 'X-Y: zzzzzzzzzzzzzzzzzzzzzzzzz\r\n'.repeat(500))
      },
    },
    { kind: 'failure', reason: 'protocol' },
  ],
  [
    'answers with an endless body',
    {
      onRequest: (_r, s) => {
        flood(s, 'HTTP/1.1 200 OK\r\n\r\n', KB64)
      },
    },
    { kind: 'response', body: { incomplete: 'too-long' } },
  ],
  [
    'answers with an endless body in chunks',
    {
      onRequest: (_r, s) => {
        flood(s, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', `10000\r\n${KB64}\r\n`)
      },
    },
    { kind: 'response', body: { incomplete: 'too-long' } },
  ],
  [
    'answers with a body of many small chunks',
    {
      onRequest: (_r, s) => {
        flood(s, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '1\r\nx\r\n'.repeat(1000))
      },
    },
    { kind: 'response', body: { incomplete: 'too-long' } },
  ],
  [
    'answers with endless informational heads',
    {
      onRequest: (_r, s) => {
        flood(s, '', 'HTTP/1.1 103 Hint\r\n\r\n'.repeat(100))
      },
    },
    { kind: 'failure', reason: 'protocol' },
  ],
  [
    'switches protocols unasked',
    {
      onRequest: (_r, s) =>
        s.write('HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
    },
    { kind: 'failure', reason: 'protocol' },
  ],
  [
    'answers before it was asked, then closes',
    { onConnection: (s) => s.end(ok('early')) },
    expect.anything() as object,
  ],
]

test.each(SICK)(
  'a shadow that %s neither delays nor changes the answer, and the exchange says what it did',
  async (_what, shadow, observation) => {
    const { client, proxy, queue, primary } = await startFixture({
      primary: {
        onRequest: (request, socket) => socket.write(ok(request.body.toString() + '!', 'X: y')),
      },
      shadow,
      // Long enough for a busy machine to read what floods it.
      shadowSettings: { timeoutMs: 1000, idleMs: 1000 },
      settings: { record: { maxBodyBytes: 10_000 } },
    })
    const one = client()
    for (let i = 1; i <= 3; i++) {
      const answer = await one
        .send(
          `POST /${i} HTTP/1.1\r\nHost: a\r\nx-request-id: i${i}\r\nContent-Length: 4\r\n\r\nping`,
        )
        .answer()
      expect(answer.startLine).toBe('HTTP/1.1 200 OK')
      expect(answer.headers).toEqual(['X', 'y', 'Content-Length', '5', 'x-request-id', `i${i}`])
      expect(answer.body.toString()).toBe('ping!')
      expect(addsUp(proxy.counters())).toBe(true)
    }
    expect(primary.opened()).toBe(1)
    for (let i = 1; i <= 3; i++) {
      const exchange = await queue.exchange(`i${i}`)
      expect(exchange.shadow).toMatchObject(observation)
      expect(exchange.primary).toMatchObject({ kind: 'response', status: 200 })
    }
    await until(() => proxy.counters().inFlight === 0)
    expect(proxy.counters()).toMatchObject({ seen: 3, mirrored: 3, match: 3, pending: 0 })
  },
)

test('a shadow that refuses connections changes nothing but the exchange', async () => {
  const port = await closedPort()
  const { client, queue } = await startFixture({
    primary: ok('fine'),
    shadowSettings: { url: `http://127.0.0.1:${port}` },
  })
  const answer = await client().request('GET / HTTP/1.1', 'Host: a').answer()
  expect(answer.body.toString()).toBe('fine')
  const { shadow } = await queue.exchange()
  expect(shadow).toMatchObject({ kind: 'failure', reason: 'refused' })
})

test('a shadow whose name is unknown changes nothing but the exchange', async () => {
  const { client, queue } = await startFixture({
    primary: ok('fine'),
    shadowSettings: { url: 'http://no-such-host.invalid' },
  })
  expect((await client().request('GET / HTTP/1.1', 'Host: a').answer()).body.toString()).toBe(
    'fine',
  )
  const { shadow } = await queue.exchange()
  expect(shadow).toMatchObject({ kind: 'failure', reason: 'unreachable' })
})

test('a shadow that drips one byte at a time is cut, though it never falls silent', async () => {
  const { client, queue, shadow } = await startFixture({
    primary: ok('fine'),
    shadow: {
      onRequest: (_request, socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n')
        const drip = setInterval(() => socket.write('.'), 20)
        socket.on('close', () => {
          clearInterval(drip)
        })
      },
    },
    shadowSettings: { timeoutMs: 300, idleMs: 300 },
  })
  await client().request('GET / HTTP/1.1', 'Host: a').answer()
  const exchange = await queue.exchange()
  expect(exchange.shadow).toMatchObject({ kind: 'response', body: { incomplete: 'timeout' } })
  await until(() => shadow.sockets.size === 0)
})

test('the queue that takes nothing off changes nothing for clients', async () => {
  const { client, proxy, queue } = await startFixture({ primary: ok('fine') })
  queue.holds = true
  queue.connected = false
  const one = client()
  for (let i = 0; i < 10; i++) {
    expect((await one.request('GET / HTTP/1.1', 'Host: a').answer()).body.toString()).toBe('fine')
  }
  await until(() => queue.exchanges.length === 10)
  expect(proxy.counters()).toMatchObject({ mirrored: 10, inFlight: 10 })
  queue.fates.forEach((fate, i) => {
    if (i % 2 === 0) fate.lost('recorder-down')
    else fate.recorded({ outcome: 'incomparable', reason: 'truncated' })
    expect(addsUp(proxy.counters())).toBe(true)
  })
  expect(proxy.counters()).toMatchObject({
    inFlight: 0,
    lost: { 'recorder-down': 5 },
    incomparable: { truncated: 5 },
  })
})
