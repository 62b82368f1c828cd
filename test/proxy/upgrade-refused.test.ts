import { expect, test } from 'vitest'
import { addsUp, ok, startFixture } from '../support/proxy-fixture.ts'
import { rawHeader } from '../support/raw-message.ts'
import { closedPort } from '../support/raw-upstream.ts'
import { until } from '../support/until.ts'

const HANDSHAKE = [
  'GET /chat HTTP/1.1',
  'Host: a',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
]
const SWITCH =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'

test('informational answers before the switch reach the client', async () => {
  const { client } = await startFixture({
    primary: {
      onHead: (_head, socket) =>
        socket.write(
          'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n' + SWITCH,
        ),
    },
  })
  const one = client().request(...HANDSHAKE)
  expect((await one.answer()).startLine).toBe('HTTP/1.1 100 Continue')
  const hints = await one.answer()
  expect(hints.startLine).toBe('HTTP/1.1 103 Early Hints')
  expect(hints.headers).toEqual(['Link', '</a>'])
  expect((await one.answer()).startLine).toBe('HTTP/1.1 101 Switching Protocols')
})

test('informational answers without end are no answer to an upgrade', async () => {
  const { client, primary, proxy } = await startFixture({
    primary: {
      onHead: (_head, socket) => {
        const flood = () => {
          if (!socket.destroyed) socket.write('HTTP/1.1 103 Hint\r\n\r\n', flood)
        }
        flood()
      },
    },
  })
  const one = client().request(...HANDSHAKE)
  for (let i = 0; i < 64; i++) expect((await one.answer()).startLine).toBe('HTTP/1.1 103 Hint')
  expect((await one.answer()).startLine).toBe('HTTP/1.1 502 Bad Gateway')
  await until(() => primary.sockets.size === 0, 'primary’s connection to close')
  expect(addsUp(proxy.counters())).toBe(true)
})

test('a refused upgrade is answered as other requests are: hop-by-hop fields go, trailers stay', async () => {
  const { client } = await startFixture({
    primary:
      'HTTP/1.1 426 Not so\r\nConnection: X-Hop, close\r\nX-Hop: 1\r\nX: y\r\nTrailer: X-Sum\r\n' +
      'Transfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\nX-Sum: 2\r\nHost: b\r\n\r\n',
  })
  const one = client().request(...HANDSHAKE)
  const answer = await one.answer()
  expect(answer.startLine).toBe('HTTP/1.1 426 Not so')
  expect(rawHeader(answer, 'x-hop')).toBeUndefined()
  expect(rawHeader(answer, 'x')).toBe('y')
  expect(rawHeader(answer, 'connection')).toBe('close')
  expect(answer.body.toString()).toBe('no')
  expect(answer.trailers).toEqual(['X-Sum', '2'])
  await one.untilClosed()
})

test('a refused upgrade whose body is coded, breaks off or falls silent is no clean answer', async () => {
  const { client, primary } = await startFixture({
    primary: {
      onRequest: (request, socket) => {
        const head = 'HTTP/1.1 400 No\r\n'
        if (request.startLine.includes('/coded')) {
          socket.write(`${head}Transfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`)
        } else if (request.startLine.includes('/cut')) {
          socket.end(`${head}Content-Length: 9\r\n\r\nhalf`)
        } else socket.write(`${head}Content-Length: 9\r\n\r\nhalf`)
      },
    },
    primarySettings: { idleMs: 200 },
  })
  const [, ...lines] = HANDSHAKE
  const coded = client().request('GET /coded HTTP/1.1', ...lines)
  expect((await coded.answer()).startLine).toBe('HTTP/1.1 502 Bad Gateway')
  for (const path of ['/cut', '/silent']) {
    const one = client().request(`GET ${path} HTTP/1.1`, ...lines)
    await one.untilClosed()
    expect(one.text).toMatch(/half$/)
  }
  await until(() => primary.sockets.size === 0)
})

test.each([
  ['hangs', undefined],
  ['is down', closedPort],
] as const)(
  'a WebSocket is tunnelled while the shadow %s, and its breaker is open',
  async (_how, port) => {
    const { client, proxy, primary } = await startFixture({
      primary: {
        onHead: (head, socket) => {
          if (!head.includes('Upgrade: websocket')) return
          socket.removeAllListeners('data')
          socket.on('data', (chunk: Buffer) => socket.write(chunk))
          socket.write(SWITCH)
        },
        onRequest: (_request, socket) => socket.write(ok('ok')),
      },
      shadow: { onRequest: () => undefined },
      shadowSettings: {
        timeoutMs: 200,
        breaker: { consecutiveFailures: 1, openForMs: 60_000 },
        ...(port === undefined ? {} : { url: `http://127.0.0.1:${await port()}` }),
      },
    })
    const plain = client()
    await plain.request('GET / HTTP/1.1', 'Host: a').answer()
    await until(() => proxy.breaker().default === 'open')
    const one = client().request(...HANDSHAKE)
    expect((await one.answer()).startLine).toBe('HTTP/1.1 101 Switching Protocols')
    one.send('ping')
    await until(() => one.text.endsWith('ping'))
    expect((await plain.request('GET / HTTP/1.1', 'Host: a').answer()).body.toString()).toBe('ok')
    expect(proxy.counters()).toMatchObject({
      seen: 3,
      pending: 0,
      unmirrored: { upgrade: 1, 'breaker-open': 1 },
    })
    expect(addsUp(proxy.counters())).toBe(true)
    one.destroy()
    await until(() => primary.sockets.size <= 1)
  },
)

test('either side of a tunnel may close its sending half, and the other goes on', async () => {
  let fromClient = ''
  const { client } = await startFixture({
    primary: {
      onHead: (_head, socket) => {
        socket.removeAllListeners('data')
        socket.on('data', (chunk: Buffer) => (fromClient += chunk.toString()))
        socket.on('end', () => socket.end(`got ${fromClient}`))
        socket.write(SWITCH)
      },
    },
  })
  const one = client().request(...HANDSHAKE)
  await one.answer()
  one.send('all of it')
  one.socket.end()
  await one.untilClosed()
  expect(one.text).toMatch(/got all of it$/)
})
