import { createHash } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { addsUp, ok, startFixture } from '../support/proxy-fixture.ts'
import { settled } from '../support/settled.ts'
import { until } from '../support/until.ts'

const MB = 1024 * 1024
/** As much as fits a test's time; the memory it takes does not depend on it. */
const LARGE = 400 * MB
const PIECE = Buffer.alloc(256 * 1024, 'large body ')

/** The last byte of a body, for an upstream that does not count. */
const END = 0x45

/** Writes `total` bytes as fast as the other side takes them. */
function pour(socket: Socket, total: number): void {
  let left = total
  const more = () => {
    while (left > 0 && !socket.destroyed) {
      const piece = left < PIECE.length ? PIECE.subarray(0, left) : PIECE
      left -= piece.length
      if (!socket.write(piece)) return
    }
    socket.removeListener('drain', more)
  }
  socket.on('drain', more)
  more()
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Follows the memory in use in this process, in which everything runs. */
function watchMemory(): { stop: () => number } {
  const used = () => {
    collectGarbage()
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }
  const before = used()
  let most = before
  const timer = setInterval(() => {
    most = Math.max(most, used())
  }, 100)
  return {
    stop: () => {
      clearInterval(timer)
      return Math.max(most, used()) - before
    },
  }
}

test('a large answer passes in constant memory, and shadow’s is read no further than allowed', async () => {
  const { proxy, queue } = await startFixture({
    primary: {
      onRequest: (_request, socket) => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${LARGE}\r\n\r\n`)
        pour(socket, LARGE)
      },
    },
    shadow: {
      onRequest: (_request, socket) => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${LARGE}\r\n\r\n`)
        pour(socket, LARGE)
      },
    },
  })
  const memory = watchMemory()
  const hash = createHash('sha256')
  let got = 0
  const socket = connect(proxy.address.port, '127.0.0.1')
  socket.on('data', (chunk: Buffer) => {
    got += chunk.length
    hash.update(chunk)
  })
  socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  await new Promise((resolve) => socket.on('close', resolve))
  const { primary, shadow } = await queue.exchange()
  expect(memory.stop()).toBeLessThan(64 * MB)
  expect(got).toBeGreaterThan(LARGE)
  if (primary?.kind !== 'response' || shadow?.kind !== 'response') throw new Error('no response')
  expect(primary.body.length).toBe(LARGE)
  expect(primary.body.bytes.length).toBe(MB)
  expect(shadow.body.sha256).toBe(primary.body.sha256)
})

test('a large upload passes in constant memory, and no copy leaves', async () => {
  let got = 0
  const { proxy, shadow, queue } = await startFixture({
    primary: {
      raw: true,
      onConnection: (socket) => {
        socket.on('data', (chunk: Buffer) => {
          got += chunk.length
          if (got > LARGE) socket.end(ok('got it'))
        })
      },
    },
  })
  const memory = watchMemory()
  const socket = connect(proxy.address.port, '127.0.0.1')
  socket.write(
    `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${LARGE}\r\n\r\n`,
  )
  pour(socket, LARGE)
  let answer = ''
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
  await new Promise((resolve) => socket.on('close', resolve))
  expect(memory.stop()).toBeLessThan(64 * MB)
  expect(answer).toMatch(/got it$/)
  expect((await queue.exchange()).unmirrored).toBe('too-large')
  expect(shadow.sockets.size).toBe(0)
})

test('a client that reads slowly slows primary down, and nobody’s memory fills', async () => {
  let sent = 0
  const { proxy } = await startFixture({
    primary: {
      onRequest: (_request, socket) => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${LARGE}\r\n\r\n`)
        const more = () => {
          do sent += PIECE.length
          while (!socket.destroyed && socket.write(PIECE) && sent < LARGE)
        }
        socket.on('drain', more)
        more()
      },
    },
    noShadow: true,
  })
  const memory = watchMemory()
  const socket = connect(proxy.address.port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  socket.pause()
  await until(() => sent > 0)
  expect(await settled(() => sent)).toBeLessThan(LARGE / 4)
  expect(memory.stop()).toBeLessThan(64 * MB)
  socket.destroy()
})

test('a primary that reads slowly slows the client down, and nobody’s memory fills', async () => {
  let sent = 0
  const { proxy, primary } = await startFixture({
    primary: { raw: true, onConnection: (socket) => socket.pause() },
    noShadow: true,
  })
  const memory = watchMemory()
  const socket = connect(proxy.address.port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${LARGE}\r\n\r\n`)
  const more = () => {
    do sent += PIECE.length
    while (socket.write(PIECE) && sent < LARGE)
  }
  socket.on('drain', more)
  more()
  await until(() => primary.sockets.size === 1)
  expect(await settled(() => sent)).toBeLessThan(LARGE / 4)
  expect(memory.stop()).toBeLessThan(64 * MB)
  socket.destroy()
})

test('large bodies behind a stuck shadow stay within the bound that all share', async () => {
  const { client, proxy, queue } = await startFixture({
    primary: {
      raw: true,
      onConnection: (socket) => {
        socket.on('data', (chunk: Buffer) => {
          if (chunk.at(-1) === END) socket.write(ok('ok'))
        })
      },
    },
    shadow: { raw: true, onConnection: (socket) => socket.pause() },
    shadowSettings: { maxInFlight: 4, maxRequestBodyBytes: 10 * MB },
    options: { maxHeldBytes: 20 * MB },
  })
  const memory = watchMemory()
  const one = client()
  const body = Buffer.alloc(4 * MB, 'x').fill(END, 4 * MB - 1)
  for (let i = 0; i < 20; i++) {
    one.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n`).send(body)
    expect((await one.answer()).body.toString()).toBe('ok')
  }
  expect(memory.stop()).toBeLessThan(64 * MB)
  const { pending, mirrored, unmirrored } = proxy.counters()
  expect(pending + mirrored).toBeLessThanOrEqual(5)
  expect(unmirrored.backlog).toBeGreaterThanOrEqual(15)
  expect(addsUp(proxy.counters())).toBe(true)
  expect(queue.exchanges.length).toBeGreaterThanOrEqual(15)
})

test('bodies in chunks of one byte take memory by their bytes, not by their chunks', async () => {
  const { client, proxy, primary } = await startFixture({
    primary: {
      raw: true,
      onConnection: (socket) => {
        socket.on('data', (chunk: Buffer) => {
          if (chunk.toString('latin1').endsWith('0\r\n\r\n')) socket.write(ok('ok'))
        })
      },
    },
    shadow: { raw: true, onConnection: (socket) => socket.pause() },
    shadowSettings: { maxInFlight: 1 },
  })
  const bytes = Buffer.from(`${'1\r\nx\r\n'.repeat(100_000)}0\r\n\r\n`)
  const memory = watchMemory()
  const one = client()
  for (let i = 0; i < 5; i++) {
    one.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n').send(bytes)
    expect((await one.answer()).body.toString()).toBe('ok')
  }
  expect(memory.stop()).toBeLessThan(32 * MB)
  expect(primary.opened()).toBe(1)
  expect(proxy.counters()).toMatchObject({ seen: 5, mirrored: 1, pending: 4 })
})
