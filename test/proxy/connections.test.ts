import { expect, test } from 'vitest'
import { addsUp, ok, startFixture } from '../support/proxy-fixture.ts'
import { settled } from '../support/settled.ts'
import { until } from '../support/until.ts'

test('a connection serves many requests, over as many of primary’s as are needed', async () => {
  const { client, primary, proxy } = await startFixture({ primary: ok('ok') })
  const one = client()
  for (let i = 0; i < 20; i++) await one.request('GET / HTTP/1.1', 'Host: a').answer()
  expect(primary.opened()).toBe(1)
  expect(proxy.counters().seen).toBe(20)
})

test('pipelined requests are answered in their order, whatever order primary answers in', async () => {
  const { client, primary } = await startFixture({
    primary: {
      onRequest: (request, socket) => {
        const path = request.startLine.split(' ')[1] ?? ''
        if (path !== '/1') socket.write(ok(path))
      },
    },
  })
  const one = client().send(
    ['/1', '/2', '/3'].map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''),
  )
  await until(() => primary.requests.length === 3)
  expect(one.text).toBe('')
  for (const socket of primary.sockets) socket.write(ok('/1'))
  const bodies = []
  for (let i = 0; i < 3; i++) bodies.push((await one.answer()).body.toString())
  expect(bodies).toEqual(['/1', '/2', '/3'])
})

test('a pipelined request that may change something waits for those before it', async () => {
  const { client, primary } = await startFixture({ primary: { onRequest: () => undefined } })
  const one = client().send(
    'GET /1 HTTP/1.1\r\nHost: a\r\n\r\n' +
      'POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody' +
      'GET /3 HTTP/1.1\r\nHost: a\r\n\r\n',
  )
  for (let i = 1; i <= 3; i++) {
    await until(() => primary.requests.length === i)
    expect(await settled(() => primary.requests.length)).toBe(i)
    for (const socket of primary.sockets) socket.write(ok(`answer ${i}`))
    expect((await one.answer()).body.toString()).toBe(`answer ${i}`)
  }
  expect(primary.requests[1]?.body.toString()).toBe('body')
})

test('a flood of pipelined requests waits in the client’s buffers, not in ours', async () => {
  let answering = false
  const { client, primary, proxy } = await startFixture({
    primary: {
      onRequest: (_request, socket) => {
        if (answering) socket.write(ok('x'))
      },
    },
    noShadow: true,
  })
  const padding = `X: ${'y'.repeat(200)}\r\n`
  const one = client().send(
    `POST / HTTP/1.1\r\nHost: a\r\n${padding}Content-Length: 0\r\n\r\n`.repeat(4000),
  )
  await until(() => primary.requests.length === 1)
  expect(await settled(() => proxy.counters().seen)).toBeLessThan(1000)
  answering = true
  for (const socket of primary.sockets) socket.write(ok('x'))
  await until(() => primary.requests.length === 4000, 'all requests', 25_000)
  // Counting the text each time would cost more than reading it.
  await until(() => one.text.length >= 4000 * ok('x').length, 'the last answer', 25_000)
  expect(one.text.split('HTTP/1.1 200 OK').length).toBe(4001)
  expect(addsUp(proxy.counters())).toBe(true)
})

test('large answers to pipelined requests come whole and in order', async () => {
  const { client } = await startFixture({
    primary: {
      onRequest: (request, socket) => {
        const path = request.startLine.split(' ')[1] ?? ''
        socket.write(ok(path.slice(1).repeat(2_000_000)))
      },
    },
  })
  const one = client().send(
    ['/a', '/b', '/c'].map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''),
  )
  for (const letter of ['a', 'b', 'c']) {
    const { body } = await one.answer()
    expect(body.length).toBe(2_000_000)
    expect(body.equals(Buffer.alloc(2_000_000, letter))).toBe(true)
  }
})

test('an answer of very many tiny chunks to a slow client comes whole', async () => {
  const { client, primary } = await startFixture({
    primary: {
      onRequest: (_request, socket) => {
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
        socket.write('1\r\nx\r\n'.repeat(20_000))
        socket.write('0\r\n\r\n')
      },
    },
  })
  const warnings: Error[] = []
  const listener = (warning: Error) => warnings.push(warning)
  process.on('warning', listener)
  const one = client()
  one.socket.pause()
  one.request('GET / HTTP/1.1', 'Host: a')
  await until(() => primary.requests.length === 1)
  await settled(() => [...primary.sockets].reduce((sum, socket) => sum + socket.writableLength, 0))
  one.socket.resume()
  await until(() => one.text.endsWith('\r\n0\r\n\r\n'), 'the last chunk')
  expect((await one.answer()).body.length).toBe(20_000)
  process.removeListener('warning', listener)
  expect(warnings).toEqual([])
})

test('a client that leaves with pipelined requests cancels all of them', async () => {
  const { client, primary, proxy, queue } = await startFixture({
    primary: { onRequest: () => undefined },
  })
  const one = client().send('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(5))
  await until(() => primary.requests.length === 5)
  one.destroy()
  await until(() => primary.sockets.size === 0)
  await until(() => queue.exchanges.length === 5)
  expect(proxy.counters().mirrored).toBe(5)
  expect(addsUp(proxy.counters())).toBe(true)
})

test('a client that closes its sending half still gets its answer', async () => {
  const { client, primary } = await startFixture({ primary: { onRequest: () => undefined } })
  const one = client().request('GET / HTTP/1.1', 'Host: a')
  one.socket.end()
  await until(() => primary.requests.length === 1)
  for (const socket of primary.sockets) socket.write(ok('late'))
  expect((await one.answer()).body.toString()).toBe('late')
  await one.untilClosed()
})

test('a client that closes its sending half gets an answer that takes long, as long as it moves', async () => {
  const { client } = await startFixture({
    primary: {
      onRequest: (_request, socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n')
        let left = 8
        const drip = setInterval(() => {
          socket.write('.')
          if (--left === 0) clearInterval(drip)
        }, 500)
        socket.on('close', () => {
          clearInterval(drip)
        })
      },
    },
  })
  const one = client().request('GET / HTTP/1.1', 'Host: a')
  one.socket.end()
  expect((await one.answer()).body.toString()).toBe('........')
})

test('a client that asks for the close of its connection gets it after the answer', async () => {
  const { client } = await startFixture({ primary: ok('ok') })
  const one = client().request('GET / HTTP/1.1', 'Host: a', 'Connection: close')
  expect((await one.answer()).body.toString()).toBe('ok')
  await one.untilClosed()
})

test('an HTTP/1.0 client that asks to keep its connection keeps it', async () => {
  const { client } = await startFixture({ primary: ok('ok') })
  const one = client()
  for (let i = 0; i < 2; i++) {
    const answer = await one.request('GET / HTTP/1.0', 'Connection: keep-alive').answer()
    expect(answer.body.toString()).toBe('ok')
    expect(answer.headers).toEqual(expect.arrayContaining(['Connection', 'keep-alive']))
  }
})

test('a request that comes byte by byte is the same request', async () => {
  const { client, primary } = await startFixture({ primary: ok('ok') })
  const one = client()
  one.socket.setNoDelay(true)
  const bytes =
    'POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: 1\r\n\r\n'
  for (const byte of bytes) {
    one.send(byte)
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect((await one.answer()).body.toString()).toBe('ok')
  expect(primary.requests[0]?.body.toString()).toBe('abc')
  expect(primary.requests[0]?.trailers).toEqual(['T', '1'])
})

test('an answer that comes byte by byte is the same answer', async () => {
  const { client } = await startFixture({
    primary: {
      onRequest: (_request, socket) => {
        void (async () => {
          for (const byte of ok('hello', 'X: y')) {
            socket.write(byte)
            await new Promise((resolve) => setImmediate(resolve))
          }
        })()
      },
    },
  })
  const answer = await client().request('GET / HTTP/1.1', 'Host: a').answer()
  expect(answer.body.toString()).toBe('hello')
  expect(answer.headers.slice(0, 2)).toEqual(['X', 'y'])
})

test('server-sent events reach the client one by one, without waiting for the next', async () => {
  const { client, primary } = await startFixture({
    primary:
      'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n',
    shadow: { onRequest: () => undefined },
  })
  const one = client().request('GET / HTTP/1.1', 'Host: a')
  await until(() => one.text.includes('\r\n\r\n'), 'the head, before any event')
  for (let i = 0; i < 5; i++) {
    for (const socket of primary.sockets) socket.write(`9\r\ndata: ${i}\n\n\r\n`)
    await until(() => one.text.includes(`data: ${i}`), `event ${i}`)
  }
})

test('a request whose body comes slowly reaches primary piece by piece', async () => {
  let got = ''
  const { client } = await startFixture({
    primary: {
      raw: true,
      onConnection: (socket) => {
        socket.on('data', (chunk: Buffer) => (got += chunk.toString('latin1')))
      },
    },
  })
  const one = client().request('POST / HTTP/1.1', 'Host: a', 'Content-Length: 10')
  await until(() => got.endsWith('\r\n\r\n'), 'the head, before any byte of the body')
  one.send('12345')
  await until(() => got.endsWith('\r\n\r\n12345'), 'the first half')
})
