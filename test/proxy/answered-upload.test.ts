import { beforeEach, expect, test } from 'vitest'
import { addsUp, noUploadAfterAnswer, ok, startFixture } from '../support/proxy-fixture.ts'
import { settled } from '../support/settled.ts'
import { until } from '../support/until.ts'

beforeEach(({ skip }) => {
  if (noUploadAfterAnswer !== undefined) skip(noUploadAfterAnswer)
})

/** Answers as soon as it knows what is asked, and reads the body after that. */
const early = {
  onHead: (head: string, socket: import('node:net').Socket) => {
    socket.write(ok(head.startsWith('GET') ? 'next' : 'early'))
  },
}

test.each([
  ['with a length', 'Content-Length: 8', 'half', 'half'],
  ['in chunks', 'Transfer-Encoding: chunked', '4\r\nhalf\r\n', '4\r\nhalf\r\n0\r\nT: 1\r\n\r\n'],
])('an upload %s goes on to a primary that answered before its end', async (_how, line, a, b) => {
  const { client, primary, shadow, proxy } = await startFixture({ primary: early })
  const one = client().request('POST /x HTTP/1.1', 'Host: a', line)
  one.send(a)
  expect((await one.answer()).body.toString()).toBe('early')
  one.send(b)
  await until(() => primary.requests.length === 1, 'the whole upload')
  await until(() => shadow.requests.length === 1, 'its copy')
  for (const { body } of [...primary.requests, ...shadow.requests]) {
    expect(body.toString()).toBe('halfhalf')
  }
  const next = await one.request('GET / HTTP/1.1', 'Host: a').answer()
  expect(next.body.toString()).toBe('next')
  await until(() => proxy.counters().inFlight === 0)
  expect(addsUp(proxy.counters())).toBe(true)
  await until(() => primary.sockets.size === 1, 'the connection of the upload to close')
})

test('a long upload to a primary that answered at once arrives whole, as fast as it is read and not faster', async () => {
  let read = 0
  let begun = false
  const { client, primary, proxy } = await startFixture({
    primary: {
      raw: true,
      onConnection: (socket) => {
        socket.on('data', (chunk: Buffer) => {
          read += chunk.length
          if (begun) return
          begun = true
          read -= chunk.indexOf('\r\n\r\n') + 4
          socket.write(ok('early'))
          socket.pause()
        })
      },
    },
  })
  const length = 40_000_000
  const one = client().request('POST /x HTTP/1.1', 'Host: a', `Content-Length: ${length}`)
  expect((await one.answer()).body.toString()).toBe('early')
  for (let sent = 0; sent < length; sent += 400_000) one.send(Buffer.alloc(400_000))
  await settled(() => one.socket.bytesWritten)
  expect(one.socket.writableLength).toBeGreaterThan(0)
  for (const socket of primary.sockets) socket.resume()
  await until(() => read === length, 'the whole upload')
  await until(() => proxy.counters().pending === 0)
  expect(proxy.counters().unmirrored).toEqual({ 'too-large': 1 })
})

test('a client that leaves in the middle of an upload that was answered leaves primary no whole request', async () => {
  const { client, primary, proxy } = await startFixture({ primary: early })
  const one = client().request('POST /x HTTP/1.1', 'Host: a', 'Content-Length: 8')
  one.send('half')
  expect((await one.answer()).body.toString()).toBe('early')
  one.destroy()
  await until(() => primary.sockets.size === 0, 'primary to see it')
  expect(primary.requests.length).toBe(0)
  await until(() => proxy.counters().pending === 0)
  expect(proxy.counters().unmirrored).toEqual({ 'client-aborted': 1 })
})

test.each(['closes', 'resets'])(
  'a primary that answers and %s in the middle of an upload stops nobody',
  async (how) => {
    const { client, primary } = await startFixture({ primary: early })
    const length = 8_000_000
    const one = client().request('POST /x HTTP/1.1', 'Host: a', `Content-Length: ${length}`)
    expect((await one.answer()).body.toString()).toBe('early')
    const [socket] = primary.sockets
    socket?.pause()
    for (let sent = 0; sent < length; sent += 100_000) one.send(Buffer.alloc(100_000))
    await settled(() => one.socket.bytesWritten)
    if (how === 'closes') socket?.destroy()
    else socket?.resetAndDestroy()
    const next = await one.request('GET / HTTP/1.1', 'Host: a').answer()
    expect(next.body.toString()).toBe('next')
  },
)

test('a primary that answered and takes nothing of the upload any more is left after its idle time', async () => {
  const { client, primary } = await startFixture({
    primary: early,
    primarySettings: { idleMs: 300 },
  })
  const length = 8_000_000
  const one = client().request('POST /x HTTP/1.1', 'Host: a', `Content-Length: ${length}`)
  expect((await one.answer()).body.toString()).toBe('early')
  const [socket] = primary.sockets
  socket?.pause()
  for (let sent = 0; sent < length; sent += 100_000) one.send(Buffer.alloc(100_000))
  const next = await one.request('GET / HTTP/1.1', 'Host: a').answer()
  expect(next.body.toString()).toBe('next')
})

test('a shadow that answers before it has read its copy gets the whole copy', async () => {
  const { client, shadow, queue, proxy } = await startFixture({
    primary: ok('done'),
    shadow: {
      onHead: (_head, socket) => {
        socket.write(ok('early'))
        socket.pause()
      },
    },
    shadowSettings: { maxRequestBodyBytes: 20_000_000 },
  })
  const length = 12_000_000
  const one = client().request(
    'POST / HTTP/1.1',
    'Host: a',
    'x-request-id: up',
    `Content-Length: ${length}`,
  )
  one.send(Buffer.alloc(length, 'x'))
  expect((await one.answer()).body.toString()).toBe('done')
  await until(() => shadow.sockets.size === 1, 'the copy')
  expect(await settled(() => proxy.counters().inFlight)).toBe(1)
  for (const socket of shadow.sockets) socket.resume()
  await until(() => shadow.requests[0]?.body.length === length, 'the whole copy')
  const { shadow: observed } = await queue.exchange('up')
  expect(observed).toMatchObject({ kind: 'response', status: 200 })
  await until(() => proxy.counters().inFlight === 0)
})

test('a shadow that answers and takes nothing of its copy any more has answered', async () => {
  const { client, queue, proxy } = await startFixture({
    primary: ok('done'),
    shadow: {
      onHead: (_head, socket) => {
        socket.write(ok('early'))
        socket.pause()
      },
    },
    shadowSettings: { maxRequestBodyBytes: 20_000_000, idleMs: 200, timeoutMs: 5_000 },
  })
  const length = 12_000_000
  const one = client().request(
    'POST / HTTP/1.1',
    'Host: a',
    'x-request-id: up',
    `Content-Length: ${length}`,
  )
  one.send(Buffer.alloc(length, 'x'))
  expect((await one.answer()).body.toString()).toBe('done')
  const { shadow: observed } = await queue.exchange('up')
  expect(observed).toMatchObject({ kind: 'response', status: 200 })
  await until(() => proxy.counters().inFlight === 0)
  expect(addsUp(proxy.counters())).toBe(true)
})

test('a shadow that refuses its copy in the middle and closes is not waited for', async () => {
  const { client, queue, shadow } = await startFixture({
    primary: ok('done'),
    shadow: {
      onHead: (_head, socket) => {
        socket.pause()
        socket.write('HTTP/1.1 413 No\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno')
      },
    },
    shadowSettings: { maxRequestBodyBytes: 20_000_000, idleMs: 600_000, timeoutMs: 600_000 },
  })
  const length = 12_000_000
  const one = client().request(
    'POST / HTTP/1.1',
    'Host: a',
    'x-request-id: up',
    `Content-Length: ${length}`,
  )
  one.send(Buffer.alloc(length, 'x'))
  expect((await one.answer()).body.toString()).toBe('done')
  const { shadow: observed } = await queue.exchange('up')
  expect(observed).toMatchObject({ kind: 'response', status: 413 })
  expect(shadow.requests.length).toBe(0)
})

test('an upload that was answered may go on for longer than the idle time, as long as it moves', async () => {
  const { client, primary } = await startFixture({
    primary: early,
    primarySettings: { idleMs: 400 },
  })
  const length = 40
  const one = client().request('POST /x HTTP/1.1', 'Host: a', `Content-Length: ${length}`)
  expect((await one.answer()).body.toString()).toBe('early')
  for (let sent = 0; sent < length; sent++) {
    one.send('x')
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  await until(() => primary.requests[0]?.body.length === length, 'the whole upload')
})
