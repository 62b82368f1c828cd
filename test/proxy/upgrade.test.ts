import { expect, test } from 'vitest'
import { ok, startFixture } from '../support/proxy-fixture.ts'
import { rawHeader } from '../support/raw-message.ts'
import { closedPort } from '../support/raw-upstream.ts'
import { settled } from '../support/settled.ts'
import { until } from '../support/until.ts'

const HANDSHAKE = [
  'GET /chat HTTP/1.1',
  'Host: a',
  'Connection: keep-alive, Upgrade',
  'Upgrade: WebSocket',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
]
const SWITCH =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n'

test('a WebSocket is tunnelled to primary, both ways, and not mirrored', async () => {
  let fromClient = ''
  const { client, primary, shadow, proxy, queue } = await startFixture({
    primary: {
      onHead: (_head, socket) => {
        socket.removeAllListeners('data')
        socket.on('data', (chunk: Buffer) => {
          fromClient += chunk.toString('latin1')
          socket.write(`echo ${chunk.toString('latin1')}`, 'latin1')
        })
        socket.write(`${SWITCH}hello`)
      },
    },
  })
  const one = client().request(...HANDSHAKE, 'x-request-id: i')
  const answer = await one.answer()
  expect(answer.startLine).toBe('HTTP/1.1 101 Switching Protocols')
  expect(answer.headers).toEqual(
    ['Upgrade', 'websocket', 'Connection', 'Upgrade', 'Sec-WebSocket-Accept', 'x'].concat([
      'x-request-id',
      'i',
    ]),
  )
  await until(() => one.text.endsWith('hello'))
  one.send('\x81\x02\xff\xfe')
  await until(() => one.text.endsWith('echo \x81\x02\xff\xfe'))
  expect(fromClient).toBe('\x81\x02\xff\xfe')
  const exchange = await queue.exchange('i')
  expect(exchange.unmirrored).toBe('upgrade')
  expect(exchange.primary?.kind === 'response' && exchange.primary.status).toBe(101)
  expect(shadow.requests.length).toBe(0)
  expect(proxy.counters()).toMatchObject({ seen: 1, pending: 0, unmirrored: { upgrade: 1 } })
  one.destroy()
  await until(() => primary.sockets.size === 0)
})

test('primary closing a tunnel closes it for the client, after the last bytes', async () => {
  const { client } = await startFixture({
    primary: { onHead: (_head, socket) => socket.end(`${SWITCH}last words`) },
  })
  const one = client().request(...HANDSHAKE)
  await one.untilClosed()
  expect(one.text).toMatch(/last words$/)
})

test('a primary that does not switch answers the client as usual', async () => {
  const { client } = await startFixture({
    primary:
      'HTTP/1.1 426 Not so\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n',
  })
  const one = client().request(...HANDSHAKE)
  const answer = await one.answer()
  expect(answer.startLine).toBe('HTTP/1.1 426 Not so')
  expect(rawHeader(answer, 'x')).toBe('y')
  expect(answer.body.toString()).toBe('no')
  await one.untilClosed()
})

test('a dead primary refuses a WebSocket with 502', async () => {
  const port = await closedPort()
  const { client, proxy } = await startFixture({
    primary: ok('unused'),
    primarySettings: { url: `http://127.0.0.1:${port}` },
  })
  const answer = await client()
    .request(...HANDSHAKE)
    .answer()
  expect(answer.startLine).toBe('HTTP/1.1 502 Bad Gateway')
  expect(proxy.counters().unmirrored).toEqual({ upgrade: 1 })
})

test('a primary that does not answer a WebSocket in time refuses it with 504', async () => {
  const { client } = await startFixture({
    primary: { onRequest: () => undefined },
    primarySettings: { timeoutMs: 50 },
  })
  const answer = await client()
    .request(...HANDSHAKE)
    .answer()
  expect(answer.startLine).toBe('HTTP/1.1 504 Gateway Timeout')
})

test('a client that leaves before primary switched cancels it', async () => {
  const { client, primary, proxy } = await startFixture({
    primary: { onRequest: () => undefined },
  })
  const one = client().request(...HANDSHAKE)
  await until(() => primary.requests.length === 1)
  one.destroy()
  await until(() => primary.sockets.size === 0)
  expect(proxy.counters().unmirrored).toEqual({ upgrade: 1 })
})

test('a WebSocket request that must be refused is refused', async () => {
  const { client, primary } = await startFixture({ primary: ok('unused') })
  const answer = await client()
    .request(...HANDSHAKE, 'Host: b')
    .answer()
  expect(answer.startLine).toBe('HTTP/1.1 400 Bad Request')
  expect(primary.requests.length).toBe(0)
})

test('a WebSocket that was sent behind another request is opened after that one’s answer', async () => {
  let release: () => void = () => undefined
  const { client, primary } = await startFixture({
    primary: {
      onRequest: (request, socket) => {
        if (request.startLine.startsWith('GET /chat')) socket.write(SWITCH)
        else release = () => socket.write(ok('first'))
      },
    },
  })
  const one = client().send(`GET / HTTP/1.1\r\nHost: a\r\n\r\n${HANDSHAKE.join('\r\n')}\r\n\r\n`)
  await until(() => primary.requests.length > 0)
  expect(await settled(() => primary.requests.length)).toBe(1)
  release()
  expect((await one.answer()).body.toString()).toBe('first')
  expect((await one.answer()).startLine).toBe('HTTP/1.1 101 Switching Protocols')
})

test('another upgrade is ignored, and only its own lines go', async () => {
  const { client, primary } = await startFixture({ primary: ok('plain') })
  const one = client().request(
    'GET / HTTP/1.1',
    'Host: a',
    'Connection: Upgrade, X-Mine',
    'Upgrade: h2c',
    'X: kept',
    'X-Mine: gone',
  )
  expect((await one.answer()).body.toString()).toBe('plain')
  expect((await one.request('GET / HTTP/1.1', 'Host: a').answer()).body.toString()).toBe('plain')
  const [first] = primary.requests
  expect(rawHeader(first ?? { headers: [] }, 'x')).toBe('kept')
  expect(rawHeader(first ?? { headers: [] }, 'x-mine')).toBeUndefined()
  expect(rawHeader(first ?? { headers: [] }, 'upgrade')).toBeUndefined()
})

test('another upgrade that was sent behind another request is answered after it', async () => {
  let release: () => void = () => undefined
  const { client, primary } = await startFixture({
    primary: {
      onRequest: (request, socket) => {
        const path = request.startLine.split(' ')[1] ?? ''
        if (path === '/1') release = () => socket.write(ok('/1'.repeat(1_000_000)))
        else socket.write(ok(path))
      },
    },
  })
  const one = client().send(
    'GET /1 HTTP/1.1\r\nHost: a\r\n\r\n' +
      'GET /2 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n' +
      'GET /3 HTTP/1.1\r\nHost: a\r\n\r\n',
  )
  await until(() => primary.requests.length === 1)
  release()
  expect((await one.answer()).body.length).toBe(2_000_000)
  expect((await one.answer()).body.toString()).toBe('/2')
  expect((await one.answer()).body.toString()).toBe('/3')
})

test('a 101 that does not say to what primary switches is no answer', async () => {
  const { client, queue } = await startFixture({
    primary: {
      onHead: (_head, socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
    },
  })
  const one = client().request(...HANDSHAKE, 'x-request-id: i')
  expect((await one.answer()).startLine).toBe('HTTP/1.1 502 Bad Gateway')
  await one.untilClosed()
  expect((await queue.exchange('i')).primary).toMatchObject({ kind: 'failure', reason: 'protocol' })
})

test('a failed upgrade on a connection that was used before is answered too', async () => {
  const { client, primary } = await startFixture({ primary: ok('ok') })
  const one = client().request('GET / HTTP/1.1', 'Host: a')
  expect((await one.answer()).startLine).toBe('HTTP/1.1 200 OK')
  await primary.close()
  one.request(...HANDSHAKE)
  expect((await one.answer()).startLine).toBe('HTTP/1.1 502 Bad Gateway')
})
