import { expect, test } from 'vitest'
import { addsUp, ok, startFixture } from '../support/proxy-fixture.ts'
import { rawHeader } from '../support/raw-message.ts'
import { settled } from '../support/settled.ts'
import { until } from '../support/until.ts'

/** A primary whose answer to `/1` waits for the test. */
async function startHeld() {
  let release: () => void = () => undefined
  const fixture = await startFixture({
    primary: {
      onRequest: (request, socket) => {
        const path = request.startLine.split(' ')[1] ?? ''
        if (path === '/1') release = () => socket.write(ok('first'))
        else socket.write(ok(path))
      },
    },
  })
  return {
    ...fixture,
    release: () => {
      release()
    },
  }
}

const FIRST = 'GET /1 HTTP/1.1\r\nHost: a\r\n\r\n'

test('a refused request waits for the answer before it, and nothing behind it is served', async () => {
  const { client, primary, shadow, proxy, release } = await startHeld()
  const one = client().send(
    `${FIRST}GET /2 HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n` +
      'POST /3 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n' +
      'GET /4 HTTP/1.1\r\nHost: a\r\n\r\n',
  )
  await until(() => primary.requests.length === 1)
  expect(one.text).toBe('')
  release()
  expect((await one.answer()).body.toString()).toBe('first')
  const refusal = await one.answer()
  expect(refusal.startLine).toBe('HTTP/1.1 400 Bad Request')
  expect(rawHeader(refusal, 'connection')).toBe('close')
  await one.untilClosed()
  expect(one.text.slice(one.text.lastIndexOf('HTTP/1.1'))).toContain('400')
  expect(await settled(() => primary.requests.length + shadow.requests.length)).toBe(2)
  await until(() => proxy.counters().match === 1)
  expect(proxy.counters()).toMatchObject({ pending: 0, mirrored: 1 })
  expect(addsUp(proxy.counters())).toBe(true)
})

test.each([
  ['a request', 'POST /3 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n'],
  [
    'a WebSocket',
    'GET /3 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  ],
  ['CONNECT', 'CONNECT a:3 HTTP/1.1\r\nHost: a:3\r\n\r\n'],
  ['another upgrade', 'GET /3 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'],
])('%s in what follows an uncertain end of a request is not served', async (_what, hidden) => {
  const { client, primary } = await startFixture({ primary: ok('ok') })
  for (const uncertain of [
    'POST /x HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
    'POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
  ]) {
    const one = client().send(uncertain + hidden)
    expect((await one.answer()).startLine).toMatch(/ (400|501) /)
    await one.untilClosed()
    expect(await settled(() => primary.requests.length)).toBe(0)
    expect(one.text.match(/HTTP\/1\.1 /g)?.length).toBe(1)
  }
})

test('what follows a request that asked for the close is not served', async () => {
  const { client, primary } = await startFixture({ primary: ok('ok') })
  const one = client().send(
    'GET /1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n' +
      'POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n',
  )
  expect((await one.answer()).body.toString()).toBe('ok')
  await one.untilClosed()
  expect(await settled(() => primary.requests.length)).toBe(1)
})

test('garbage behind a request with a body is answered after that request', async () => {
  const { client, proxy, queue } = await startFixture({ primary: ok('ok') })
  const one = client().send(
    'POST / HTTP/1.1\r\nHost: a\r\nx-request-id: i\r\nContent-Length: 4\r\n\r\nbodyFROB / HTTP/1.1\r\n\r\n',
  )
  expect((await one.answer()).body.toString()).toBe('ok')
  expect((await one.answer()).startLine).toBe('HTTP/1.1 501 Not Implemented')
  await one.untilClosed()
  expect((await queue.exchange('i')).shadow?.kind).toBe('response')
  expect(proxy.counters()).toMatchObject({ seen: 2, unmirrored: { 'bad-request': 1 } })
})

test('a malformed body of a request that waits for its turn is refused in its turn', async () => {
  const { client, primary, shadow, proxy, release } = await startHeld()
  const one = client().send(
    `${FIRST}POST /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n`,
  )
  await until(() => primary.requests.length === 1)
  await until(() => proxy.counters().unmirrored['bad-request'] === 1)
  release()
  expect((await one.answer()).body.toString()).toBe('first')
  expect((await one.answer()).startLine).toBe('HTTP/1.1 400 Bad Request')
  await one.untilClosed()
  expect(await settled(() => primary.opened())).toBe(1)
  expect(shadow.requests.length).toBe(1)
  await until(() => proxy.counters().match === 1)
  expect(proxy.counters()).toMatchObject({ seen: 2, pending: 0, unmirrored: { 'bad-request': 1 } })
})
