/** Every promise of `src/proxy/leg.ts`, as tests that any transport must pass. */

import type { Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type {
  CreateTransport,
  OutgoingRequest,
  Transport,
  TransportOptions,
} from '../../src/proxy/leg.ts'
import { rawHeaderValues } from '../support/raw-message.ts'
import {
  closedPort,
  type RawUpstream,
  startRawUpstream,
  type UpstreamScript,
} from '../support/raw-upstream.ts'
import { settled } from '../support/settled.ts'
import { until } from '../support/until.ts'
import { LegRecorder } from './leg-recorder.ts'

const GET: OutgoingRequest = {
  method: 'GET',
  target: '/',
  headers: ['Host', 'upstream'],
  framing: { kind: 'none' },
  timeoutMs: 10_000,
  idleMs: 10_000,
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

function post(body: string, changes: Partial<OutgoingRequest> = {}): OutgoingRequest {
  return {
    ...GET,
    method: 'POST',
    headers: ['Host', 'upstream', 'Content-Length', String(body.length)],
    framing: { kind: 'length', length: body.length },
    ...changes,
  }
}

const CHUNKED_POST: OutgoingRequest = { ...GET, method: 'POST', framing: { kind: 'chunked' } }

/**
 * Registers the tests for one transport. `lacks` names tests that it is known to fail, with the reason,
 * which is printed.
 */
export function testTransport(
  create: CreateTransport,
  lacks: Readonly<Partial<Record<string, string>>> = {},
): void {
  function promise(title: string, check: () => Promise<void>): void {
    test(title, ({ skip }) => {
      const reason = lacks[title]
      return reason === undefined ? check() : skip(reason)
    })
  }

  interface Leg {
    readonly upstream: RawUpstream
    readonly transport: Transport
    readonly get: (changes?: Partial<OutgoingRequest>) => LegRecorder
    readonly send: (request: OutgoingRequest) => LegRecorder
  }

  async function open(
    script: UpstreamScript | string,
    options: Partial<TransportOptions> = {},
  ): Promise<Leg> {
    const upstream = await startRawUpstream(script)
    const recorders: LegRecorder[] = []
    const transport = create({
      url: upstream.url,
      maxConnections: 8,
      maxIdleConnections: 8,
      keepAliveMs: 10_000,
      ...options,
    })
    const send = (request: OutgoingRequest) => {
      const recorder = new LegRecorder(transport, request)
      recorders.push(recorder)
      return recorder
    }
    onTestFinished(async () => {
      transport.destroy()
      await upstream.close()
      await until(() => transport.connections === 0, 'all connections to close')
      expect(recorders.flatMap(({ offences }) => offences)).toEqual([])
    })
    return { upstream, transport, send, get: (changes) => send({ ...GET, ...changes }).end() }
  }

  /** Answers each request of a connection with its own script; the last one counts for the rest. */
  function perConnection(...scripts: ((socket: Socket, count: number) => void)[]): UpstreamScript {
    const order: Socket[] = []
    const counts = new Map<Socket, number>()
    return {
      onConnection: (socket) => order.push(socket),
      onRequest: (_request, socket) => {
        const count = (counts.get(socket) ?? 0) + 1
        counts.set(socket, count)
        scripts[Math.min(order.indexOf(socket), scripts.length - 1)]?.(socket, count)
      },
    }
  }

  test('an answer is told as head, data, end, with its lines as they were on the wire', async () => {
    const { get } = await open(
      'HTTP/1.1 299 Sch\xf6n  so\r\nX-B: 1\r\nx-b:2\r\nSet-Cookie: a=\xe9 \t\r\nEmpty:\r\nContent-Length: 5\r\n\r\nhello',
    )
    const one = await get().over()
    expect(one.calls).toEqual(['head', 'data', 'end'])
    expect(one.head).toEqual({
      status: 299,
      reason: 'Sch\xf6n  so',
      headers: [
        ...['X-B', '1', 'x-b', '2', 'Set-Cookie', 'a=\xe9', 'Empty', ''],
        ...['Content-Length', '5'],
      ],
    })
    expect(one.body).toBe('hello')
  })

  test.each([
    ['no reason phrase', 'HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n', 200, ''],
    ['not even the space', 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n', 200, ''],
    ['an unknown status', 'HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n', 999, 'Odd'],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n', 200, 'OK'],
  ])('a status line with %s is an answer', async (_what, answer, status, reason) => {
    const { get } = await open(answer)
    expect((await get().over()).head).toMatchObject({ status, reason })
  })

  test('the request goes out verbatim: target, order, case, repeats, high bytes', async () => {
    const { upstream, send } = await open(OK)
    const headers = ['X-First', '1', 'host', 'a:1', 'x-first', '2', 'X-Obs', '\xe9\xff', 'E', '']
    await send({ ...GET, target: '//a/../b?x=%zz', headers })
      .end()
      .over()
    const [request] = upstream.requests
    expect(request?.startLine).toBe('GET //a/../b?x=%zz HTTP/1.1')
    expect(request?.headers.slice(0, headers.length)).toEqual(headers)
    const added = request?.headers.slice(headers.length).filter((_, index) => index % 2 === 0)
    expect(added?.map((name) => name.toLowerCase())).toEqual(['connection'])
  })

  test('an asterisk is a target like any other', async () => {
    const { upstream, send } = await open(OK)
    await send({ ...GET, method: 'OPTIONS', target: '*' })
      .end()
      .over()
    expect(upstream.requests[0]?.startLine).toBe('OPTIONS * HTTP/1.1')
  })

  test('a body of known length goes out under the length line that is there, and no other', async () => {
    const { upstream, send } = await open(OK)
    const one = send(post('hello'))
    one.write('hel')
    one.write('lo')
    await one.end().over()
    const [request] = upstream.requests
    expect(request?.body.toString()).toBe('hello')
    expect(request && rawHeaderValues(request, 'content-length')).toEqual(['5'])
    expect(request && rawHeaderValues(request, 'transfer-encoding')).toEqual([])
  })

  test('a body of length zero is just a head', async () => {
    const { upstream, send } = await open(OK)
    await send(post('')).end().over()
    expect(upstream.requests[0]).toMatchObject({ framing: 'length', startLine: 'POST / HTTP/1.1' })
  })

  test('a chunked body goes out chunked, with its trailers', async () => {
    const { upstream, send } = await open(OK)
    const one = send(CHUNKED_POST)
    const large = Buffer.alloc(40_000, 'x')
    one.write('hello')
    one.write(large)
    await one.end(['X-Sum', '1', 'x-sum', '2']).over()
    const [request] = upstream.requests
    expect(request?.framing).toBe('chunked')
    expect(request?.body.toString()).toBe(`hello${large.toString()}`)
    expect(request?.trailers).toEqual(['X-Sum', '1', 'x-sum', '2'])
  })

  test('a chunked body may be empty', async () => {
    const { upstream, send } = await open(OK)
    await send(CHUNKED_POST).end().over()
    expect(upstream.requests[0]).toMatchObject({ framing: 'chunked', trailers: [] })
  })

  test('the head does not wait for a body that is long in coming', async () => {
    const heads: string[] = []
    const { send } = await open({
      onHead: (head) => heads.push(head),
      onRequest: (_request, socket) => socket.write(OK),
    })
    const one = send(post('hello'))
    await until(() => heads.length === 1, 'the head')
    one.write('hello')
    await one.end().over()
  })

  test('informational answers are told before the answer, the unasked 100 included', async () => {
    const { get, transport } = await open(
      'HTTP/1.1 100 Continue\r\n\r\n' +
        'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nlink: </b>\r\n\r\n' +
        'HTTP/1.1 199 Odd\r\nX: \xe9\r\n\r\n' +
        OK,
    )
    const one = await get().over()
    expect(one.calls).toEqual(['information', 'information', 'information', 'head', 'data', 'end'])
    expect(one.informational).toEqual([
      { status: 100, reason: 'Continue', headers: [] },
      { status: 103, reason: 'Early Hints', headers: ['Link', '</a>', 'link', '</b>'] },
      { status: 199, reason: 'Odd', headers: ['X', '\xe9'] },
    ])
    expect(transport.connections).toBe(1)
  })

  test.each([
    ['304 with Content-Length', 'GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 1234\r\n\r\n'],
    ['304 with chunked', 'GET', 'HTTP/1.1 304 Same\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['204 with Content-Length', 'GET', 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n'],
    ['HEAD with Content-Length', 'HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n'],
    ['HEAD with chunked', 'HEAD', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ])('an answer without a body ends with its head: %s', async (_what, method, answer) => {
    const { get, upstream } = await open(answer)
    for (let time = 0; time < 2; time += 1) {
      const one = await get({ method }).over()
      expect(one.calls).toEqual(['head', 'end'])
      // The connection comes back to the pool in a later turn with some transports.
      await settled(() => 0)
    }
    expect(upstream.opened()).toBe(1)
  })

  promise('a connection is used again after a HEAD without any length', async () => {
    const { get, upstream } = await open('HTTP/1.1 200 OK\r\n\r\n')
    for (let time = 0; time < 2; time += 1) {
      expect((await get({ method: 'HEAD' }).over()).calls).toEqual(['head', 'end'])
      await settled(() => 0)
    }
    expect(upstream.opened()).toBe(1)
  })

  test('a chunked answer comes without its framing, its extensions dropped, its trailers told', async () => {
    const { get } = await open(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n' +
        '5;a=b;c="d\\" e"\r\nhello\r\n0001\r\n!\r\n0;last\r\nX-T: \xe9\r\nx-t: 2\r\n\r\n',
    )
    const one = await get().over()
    expect(one.body).toBe('hello!')
    expect(one.trailers).toEqual(['X-T', '\xe9', 'x-t', '2'])
    expect(one.calls.slice(-2)).toEqual(['trailers', 'end'])
  })

  test('an answer without a length ends with its connection', async () => {
    const { get } = await open({
      onRequest: (_request, socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nto the end'),
    })
    const one = await get().over()
    expect(one.failure).toBeUndefined()
    expect(one.body).toBe('to the end')
  })

  test('an answer in single bytes is the same answer', async () => {
    const answer =
      'HTTP/1.1 103 Hint\r\nA: 1\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Y: z \r\n\r\n' +
      'a;x=y\r\n0123456789\r\n0\r\nX-T: 1\r\n\r\n'
    const { get } = await open({
      onRequest: (_request, socket) => {
        let at = 0
        const next = () => {
          if (at < answer.length) socket.write(answer[at++] ?? '', next)
        }
        next()
      },
    })
    const one = await get().over()
    expect(one.informational).toHaveLength(1)
    expect(one.head?.headers).toEqual(['Transfer-Encoding', 'chunked', 'X-Y', 'z'])
    expect(one.body).toBe('0123456789')
    expect(one.trailers).toEqual(['X-T', '1'])
  })

  test('bytes that were handed over are never written over', async () => {
    const { get } = await open({
      onRequest: (_request, socket, count) => {
        const body = String(count).repeat(3000)
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n${body}`)
      },
    })
    const first = await get().over()
    const others = await Promise.all(
      Array.from({ length: 8 }, () => get().over()).map(async (other) => (await other).body),
    )
    expect(first.body).toBe('1'.repeat(3000))
    expect(new Set(others.map((body) => body.length))).toEqual(new Set([3000]))
  })

  test.each([
    ['a body shorter than its length', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel'],
    [
      'a chunked body without its end',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n',
    ],
    ['a chunk cut in two', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhel'],
  ])('a truncated answer is a reset after what there was of it: %s', async (_what, answer) => {
    const { get } = await open({ onRequest: (_request, socket) => socket.end(answer) })
    const one = await get().over()
    expect(one.head?.status).toBe(200)
    expect(one.failure?.reason).toBe('reset')
    expect('hel'.startsWith(one.body)).toBe(true)
  })

  test.each([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    [
      'Transfer-Encoding and Content-Length',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n',
    ],
    [
      'Content-Length and Transfer-Encoding',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n',
    ],
    [
      'two different lengths',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nab',
    ],
    ['a length that is no number', 'HTTP/1.1 200 OK\r\nContent-Length: 2a\r\n\r\nab'],
    ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nab'],
    ['a folded line', 'HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n'],
    ['a space before the colon', 'HTTP/1.1 200 OK\r\nA : b\r\nContent-Length: 0\r\n\r\n'],
    ['a bare LF', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n'],
    ['a bare CR in a value', 'HTTP/1.1 200 OK\r\nA: b\rc\r\nContent-Length: 0\r\n\r\n'],
    ['a NUL in a value', 'HTTP/1.1 200 OK\r\nA: b\0c\r\nContent-Length: 0\r\n\r\n'],
    ['a name without a colon', 'HTTP/1.1 200 OK\r\nabc\r\nContent-Length: 0\r\n\r\n'],
    ['an unasked 101', 'HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: ws\r\n\r\n'],
    ['HTTP/1.2', 'HTTP/1.2 200 OK\r\nContent-Length: 0\r\n\r\n'],
  ])('an answer with %s is a failure of the protocol', async (_what, answer) => {
    const { get, transport } = await open(answer)
    const one = await get().over()
    expect(one.calls).toEqual(['failure'])
    expect(one.failure?.reason).toBe('protocol')
    await until(() => transport.connections === 0, 'the connection to close')
  })

  test.each([
    ['a chunk size that is no number', 'xyz\r\n'],
    ['a chunk longer than its size', '2\r\nabc\r\n0\r\n\r\n'],
    ['a chunk line without CR', '2\nab\r\n0\r\n\r\n'],
    ['a Content-Length among the trailers', '0\r\nContent-Length: 3\r\n\r\n'],
  ])('a body with %s fails in its middle', async (_what, body) => {
    const { get } = await open(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}`)
    const one = await get().over()
    expect(one.head?.status).toBe(200)
    expect(one.failure?.reason).toBe('protocol')
  })

  test('headers without end are a failure of the protocol, within bounds', async () => {
    let sent = 0
    const { get } = await open({
      onRequest: (_request, socket) => {
        socket.write('HTTP/1.1 200 OK\r\n')
        const flood = () => {
          if (socket.destroyed) return
          const lines = 'X-Flood: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n'.repeat(200)
          sent += lines.length
          socket.write(lines, flood)
        }
        flood()
      },
    })
    const one = await get().over()
    expect(one.failure?.reason).toBe('protocol')
    expect(sent).toBeLessThan(16 * 1024 * 1024)
  })

  test('nobody listening is told as refused', async () => {
    const port = await closedPort()
    const { get } = await open(OK, { url: `http://127.0.0.1:${port}` })
    const one = await get().over()
    expect(one.calls).toEqual(['failure'])
    expect(one.failure?.reason).toBe('refused')
  })

  test('a connection reset before the answer is told as reset', async () => {
    const { get } = await open({ onRequest: (_request, socket) => socket.resetAndDestroy() })
    expect((await get().over()).failure?.reason).toBe('reset')
  })

  test('a connection closed before the answer is told as reset', async () => {
    const { get } = await open({ onRequest: (_request, socket) => socket.end() })
    expect((await get().over()).failure?.reason).toBe('reset')
  })

  test('a connection reset in the middle of the head is told as reset', async () => {
    const { get } = await open({
      onRequest: (_request, socket) => {
        socket.write('HTTP/1.1 200 OK\r\nA: b', () => socket.resetAndDestroy())
      },
    })
    const one = await get().over()
    expect(one.calls).toEqual(['failure'])
    expect(one.failure?.reason).toBe('reset')
  })

  test('TLS to a server that does not speak it is told as such', async () => {
    const { upstream, transport } = await open('')
    const secure = create({
      url: upstream.url.replace('http:', 'https:'),
      ...{ maxConnections: 1, maxIdleConnections: 1, keepAliveMs: 1000 },
    })
    for (const socket of upstream.sockets) socket.destroy()
    const one = new LegRecorder(secure, GET)
    one.end()
    await until(() => upstream.sockets.size > 0, 'a connection')
    for (const socket of upstream.sockets) socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')
    await one.over()
    expect(one.failure?.reason).toBe('tls')
    secure.destroy()
    expect(transport.connections).toBe(0)
  })

  test('no head within the limit is a timeout, and informational answers do not stretch it', async () => {
    const { get, transport } = await open({
      onRequest: (_request, socket) => {
        const hint = setInterval(() => socket.write('HTTP/1.1 102 Processing\r\n\r\n'), 20)
        socket.on('close', () => {
          clearInterval(hint)
        })
      },
    })
    const one = await get({ timeoutMs: 200 }).over()
    expect(one.failure?.reason).toBe('timeout')
    expect(one.informational.length).toBeGreaterThan(0)
    await until(() => transport.connections === 0, 'the connection to close')
  })

  test('the limit for the head begins when the request is complete', async () => {
    const { send } = await open(OK)
    const one = send(post('hello', { timeoutMs: 150 }))
    await new Promise((resolve) => setTimeout(resolve, 400))
    one.write('hello')
    await one.end().over()
    expect(one.body).toBe('ok')
  })

  test('no byte within the idle limit is a timeout in the middle of the answer', async () => {
    const { get } = await open('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel')
    const one = await get({ idleMs: 150 }).over()
    expect(one.failure?.reason).toBe('timeout')
    expect(one.body).toBe('hel')
  })

  test('an answer that keeps coming may take longer than the idle limit', async () => {
    const { get } = await open({
      onRequest: (_request, socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n')
        let left = 8
        const drip = setInterval(() => {
          socket.write('x')
          left -= 1
          if (left === 0) clearInterval(drip)
        }, 60)
        socket.on('close', () => {
          clearInterval(drip)
        })
      },
    })
    const one = await get({ idleMs: 300 }).over()
    expect(one.body).toBe('xxxxxxxx')
  })

  test('time that the caller pauses does not count against the upstream', async () => {
    const { get } = await open(OK)
    const one = get({ idleMs: 100 })
    one.on['head'] = () => {
      one.pause()
    }
    await until(() => one.head !== undefined, 'the head')
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(one.isOver).toBe(false)
    one.resume()
    expect((await one.over()).body).toBe('ok')
  })

  test('an upstream that takes nothing of a body is a timeout', async () => {
    const { send } = await open({
      raw: true,
      onConnection: (socket) => {
        socket.pause()
      },
    })
    const one = send({ ...CHUNKED_POST, idleMs: 200 })
    const block = Buffer.alloc(65_536)
    let writes = 0
    const pump = () => {
      one.on['drain'] = pump
      do writes += 1
      while (one.write(block) && writes < 1000)
    }
    pump()
    await one.over()
    expect(one.failure?.reason).toBe('timeout')
    expect(writes).toBeLessThan(1000)
  })

  test('end and trailers wait while the caller pauses', async () => {
    const { get } = await open(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n',
    )
    const one = get()
    one.on['head'] = () => {
      one.pause()
    }
    await until(() => one.head !== undefined, 'the head')
    await settled(() => one.calls.length)
    expect(one.calls).not.toContain('trailers')
    expect(one.calls).not.toContain('end')
    one.resume()
    await one.over()
    expect(one.trailers).toEqual(['X-T', '1'])
    expect(one.body).toBe('ok')
  })

  test('an upstream feels that its answer is not read, and goes on when it is', async () => {
    const total = 64 * 1024 * 1024
    let written = 0
    const { get } = await open({
      onRequest: (_request, socket) => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${total}\r\n\r\n`)
        const block = Buffer.alloc(1024 * 1024, 'x')
        const pump = () => {
          while (written < total) {
            written += block.length
            if (!socket.write(block)) break
          }
        }
        socket.on('drain', pump)
        pump()
      },
    })
    const one = get()
    one.on['data'] = () => {
      one.pause()
    }
    await until(() => one.calls.includes('data'), 'bytes')
    const stuck = await settled(() => written)
    expect(stuck).toBeLessThan(total)
    expect(one.length).toBeLessThan(1024 * 1024)
    one.resume()
    await one.over()
    expect(one.length).toBe(total)
  })

  test('a caller feels that the upstream does not read, and is told when it does', async () => {
    const total = 16 * 1024 * 1024
    const stuck: Socket[] = []
    const { send, upstream } = await open({
      onConnection: (socket) => {
        socket.pause()
        stuck.push(socket)
      },
      onRequest: (_request, socket) => socket.write(OK),
    })
    const one = send(
      post('', {
        framing: { kind: 'length', length: total },
        headers: ['Host', 'a', 'Content-Length', String(total)],
      }),
    )
    const block = Buffer.alloc(65_536, 'y')
    let written = 0
    const pump = () => {
      one.on['drain'] = pump
      while (written < total) {
        written += block.length
        if (!one.write(block)) return
      }
      one.end()
    }
    pump()
    const halted = await settled(() => written)
    expect(halted).toBeLessThan(total)
    stuck[0]?.resume()
    await one.over()
    expect(upstream.requests[0]?.body.length).toBe(total)
  })

  test('an abort before the connection stands calls nothing and leaves nothing', async () => {
    const { transport, get, upstream } = await open(OK)
    const one = get()
    one.abort()
    one.abort()
    await settled(() => upstream.opened())
    expect(one.calls).toEqual([])
    transport.close()
    await until(() => transport.connections === 0, 'the connection to close')
  })

  test.each(['head', 'data'] as const)(
    'an abort in the %s closes the connection and calls nothing more',
    async (when) => {
      const { get, transport, upstream } = await open(
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n',
      )
      const one = get()
      one.on[when] = () => {
        one.abort()
      }
      await until(() => one.calls.includes(when), when)
      await until(() => transport.connections === 0, 'the connection to close')
      await until(() => upstream.sockets.size === 0, 'the upstream to see it')
      expect(one.calls.at(-1)).toBe(when)
    },
  )

  test('an abort while the answer is awaited closes the connection', async () => {
    const { get, upstream } = await open({ onRequest: () => undefined })
    const one = get()
    await until(() => upstream.requests.length === 1, 'the request')
    one.abort()
    await until(() => upstream.sockets.size === 0, 'the upstream to see it')
    expect(one.calls).toEqual([])
  })

  test('an abort after the end leaves the connection to others', async () => {
    const { get, upstream } = await open(OK)
    const first = await get().over()
    const second = get()
    first.abort()
    expect((await second.over()).body).toBe('ok')
    await settled(() => 0)
    expect(upstream.sockets.size).toBeGreaterThan(0)
  })

  test('an answer that comes before the request is complete is told, and its connection not used again', async () => {
    const { send, get, upstream } = await open({
      onHead: (head, socket) => {
        if (head.startsWith('POST')) {
          socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno')
        }
      },
      onRequest: (request, socket) => {
        if (request.startLine.startsWith('GET')) socket.write(OK)
      },
    })
    const one = send(post('x'.repeat(1000)))
    one.write('xxx')
    await one.over()
    expect(one.head?.status).toBe(413)
    expect(one.body).toBe('no')
    expect(one.write('xxx')).toBe(true)
    one.end()
    expect((await get().over()).body).toBe('ok')
    expect(upstream.opened()).toBe(2)
  })

  test('a connection serves one request after the other, the newest idle one first', async () => {
    const { get, upstream, transport } = await open(OK)
    await Promise.all([get().over(), get().over()])
    await settled(() => 0)
    for (let time = 0; time < 5; time += 1) {
      await get().over()
      await settled(() => 0)
    }
    expect(upstream.opened()).toBe(2)
    expect(transport.connections).toBe(2)
  })

  test.each([
    ['Connection: close', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok'],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['bytes after the answer', `${OK}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil`],
    ['garbage after the answer', `${OK}evil`],
  ])('a connection is not used again after %s', async (_what, answer) => {
    const { get, upstream } = await open(answer)
    expect((await get().over()).body).toBe('ok')
    await until(() => upstream.sockets.size === 0, 'the connection to close')
    expect((await get().over()).body).toBe('ok')
    expect(upstream.opened()).toBe(2)
  })

  promise('an idle connection on which bytes arrive is closed', async () => {
    const { get, upstream, transport } = await open(OK)
    await get().over()
    for (const socket of upstream.sockets) {
      socket.write('HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n')
    }
    await until(() => transport.connections === 0, 'the connection to close')
    expect((await get().over()).head?.status).toBe(200)
  })

  test('an idle connection that is reset leaves the pool silently', async () => {
    const { get, upstream, transport } = await open(OK)
    await get().over()
    for (const socket of upstream.sockets) socket.resetAndDestroy()
    await until(() => transport.connections === 0, 'the connection to close')
    expect((await get().over()).body).toBe('ok')
  })

  test('no more than the limit of connections is opened; the others wait for one', async () => {
    const { get, upstream, transport } = await open(OK, { maxConnections: 2 })
    const all = Array.from({ length: 20 }, () => get())
    for (const one of all) expect((await one.over()).body).toBe('ok')
    expect(upstream.opened()).toBeLessThanOrEqual(2)
    expect(transport.connections).toBeLessThanOrEqual(2)
  })

  test('waiting for a connection has a limit', async () => {
    const { get } = await open({ onRequest: () => undefined }, { maxConnections: 1 })
    const first = get()
    const second = await get({ timeoutMs: 150 }).over()
    expect(second.failure?.reason).toBe('timeout')
    first.abort()
  })

  test('a body may be handed over while its request waits for a connection', async () => {
    const release: (() => void)[] = []
    const { get, send, upstream } = await open(
      {
        onRequest: (_request, socket, count) => {
          if (count === 1) release.push(() => socket.write(OK))
          else socket.write(OK)
        },
      },
      { maxConnections: 1 },
    )
    const first = get()
    await until(() => release.length === 1, 'the first request')
    const second = send(post('hello world'))
    second.write('hello')
    second.write(' world')
    second.end()
    release[0]?.()
    await first.over()
    expect((await second.over()).body).toBe('ok')
    expect(upstream.requests[1]?.body.toString()).toBe('hello world')
  })

  test('one who gives up waiting makes no difference to the others', async () => {
    const release: (() => void)[] = []
    const { get } = await open(
      {
        onRequest: (_request, socket, count) => {
          if (count === 1) release.push(() => socket.write(OK))
          else socket.write(OK)
        },
      },
      { maxConnections: 1 },
    )
    const first = get()
    await until(() => release.length === 1, 'the first request')
    const second = get()
    const third = get()
    second.abort()
    release[0]?.()
    await first.over()
    expect((await third.over()).body).toBe('ok')
    expect(second.calls).toEqual([])
  })

  test('idle connections beyond the limit, or idle too long, are closed', async () => {
    const { get, transport } = await open(OK, { maxIdleConnections: 1, keepAliveMs: 300 })
    await Promise.all([get().over(), get().over(), get().over()])
    await until(() => transport.connections <= 1, 'all but one to close')
    await until(() => transport.connections === 0, 'the last one to close')
  })

  test('an idempotent request without a body is sent again when its reused connection was closed', async () => {
    const { get, upstream } = await open(
      perConnection(
        (socket, count) => (count === 1 ? socket.write(OK) : socket.destroy()),
        (socket) => socket.write(OK),
      ),
    )
    await get().over()
    await settled(() => 0)
    const again = await get().over()
    expect(again.calls).toEqual(['head', 'data', 'end'])
    expect(upstream.requests).toHaveLength(3)
    expect(upstream.opened()).toBe(2)
  })

  test('a request is sent again once, not twice', async () => {
    const { get, upstream } = await open(
      perConnection(
        (socket, count) => (count === 1 ? socket.write(OK) : socket.destroy()),
        (socket) => socket.destroy(),
      ),
    )
    await get().over()
    await settled(() => 0)
    expect((await get().over()).failure?.reason).toBe('reset')
    expect(upstream.requests).toHaveLength(3)
  })

  test('a request on a new connection is never sent again', async () => {
    const { get, upstream } = await open(perConnection((socket) => socket.destroy()))
    expect((await get().over()).failure?.reason).toBe('reset')
    expect(upstream.requests).toHaveLength(1)
  })

  test.each([
    ['a POST', { method: 'POST' }, ''],
    ['a PUT with a body', post('x', { method: 'PUT' }), 'x'],
  ])('%s is never sent again', async (_what, changes, body) => {
    const { get, send, upstream } = await open(
      perConnection(
        (socket, count) => (count === 1 ? socket.write(OK) : socket.destroy()),
        (socket) => socket.write(OK),
      ),
    )
    await get().over()
    await settled(() => 0)
    const one = send({ ...GET, ...changes })
    if (body !== '') one.write(body)
    expect((await one.end().over()).failure?.reason).toBe('reset')
    expect(upstream.requests).toHaveLength(2)
  })

  promise('a request is not sent again once a byte of an answer came', async () => {
    const { get, upstream } = await open(
      perConnection(
        (socket, count) =>
          count === 1 ? socket.write(OK) : socket.write('H', () => socket.destroy()),
        (socket) => socket.write(OK),
      ),
    )
    await get().over()
    await settled(() => 0)
    expect((await get().over()).failure?.reason).toBe('reset')
    expect(upstream.requests).toHaveLength(2)
  })

  test.each([
    ['a line break in a value', { headers: ['Host', 'a', 'X', 'b\r\nEvil: 1'] }],
    ['a NUL in a value', { headers: ['Host', 'a', 'X', 'b\0'] }],
    ['a wide character in a value', { headers: ['Host', 'a', 'X', '\u010a'] }],
    ['a line break in a name', { headers: ['Host', 'a', 'X\r\nEvil', 'b'] }],
    ['a space in the target', { target: '/ HTTP/1.1\r\nEvil: 1\r\n\r\n' }],
    ['a line break in the method', { method: 'GET / HTTP/1.1\r\n' }],
  ])('a request with %s fails and sends nothing', async (_what, changes) => {
    const { get, upstream } = await open(OK)
    const one = await get(changes).over()
    expect(one.failure?.reason).toBe('protocol')
    await settled(() => upstream.requests.length)
    expect(upstream.requests).toEqual([])
  })

  test('close lets the request in progress finish, closes idle connections and sends nothing more', async () => {
    const release: (() => void)[] = []
    const { get, transport } = await open({
      onRequest: (_request, socket, count) => {
        if (count === 1) socket.write(OK)
        else release.push(() => socket.write(OK))
      },
    })
    await get().over()
    await settled(() => 0)
    const busy = get()
    await until(() => release.length === 1, 'the request')
    transport.close()
    expect((await get().over()).failure?.reason).toBe('reset')
    release[0]?.()
    expect((await busy.over()).body).toBe('ok')
    await until(() => transport.connections === 0, 'the connection to close')
  })

  test('destroy cuts what is on its way, and what waits', async () => {
    const { get, transport, upstream } = await open(
      { onRequest: () => undefined },
      { maxConnections: 1 },
    )
    const busy = get()
    const waiting = get()
    await until(() => upstream.requests.length === 1, 'the request')
    transport.destroy()
    expect((await busy.over()).failure?.reason).toBe('reset')
    expect((await waiting.over()).failure?.reason).toBe('reset')
    expect((await get().over()).failure?.reason).toBe('reset')
    await until(() => transport.connections === 0, 'the connection to close')
  })

  test('a new request may be sent from within the end of another', async () => {
    const { get } = await open(OK, { maxConnections: 1 })
    const first = get()
    const second: LegRecorder[] = []
    first.on['end'] = () => {
      second.push(get())
    }
    await first.over()
    expect((await second[0]?.over())?.body).toBe('ok')
  })

  test('a long answer arrives byte for byte, however it is cut', async () => {
    const pattern = Buffer.from(Array.from({ length: 1_000_003 }, (_, index) => index % 251))
    const { get } = await open({
      onRequest: (_request, socket) => {
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
        for (let at = 0, size = 1; at < pattern.length; at += size, size = (size * 3) % 70_001) {
          const chunk = pattern.subarray(at, at + size)
          socket.write(`${chunk.length.toString(16)}\r\n`)
          socket.write(chunk)
          socket.write('\r\n')
        }
        socket.write('0\r\n\r\n')
      },
    })
    const one = await get().over()
    expect(one.length).toBe(pattern.length)
    expect(Buffer.from(one.body, 'latin1').equals(pattern)).toBe(true)
  })
}
