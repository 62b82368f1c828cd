import { expect, onTestFinished, test } from 'vitest'
import { createWireTransport } from '../../../src/proxy/wire/wire-transport.ts'
import { startRawUpstream } from '../../support/raw-upstream.ts'
import { settled } from '../../support/settled.ts'
import { until } from '../../support/until.ts'
import { LegRecorder } from '../leg-recorder.ts'

const REFUSAL = 'HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno'

test.each(['at once', 'after the upstream is gone', 'while the answer is not read'])(
  'an upstream that refuses an upload and closes is heard, when the upload goes on %s',
  async (when) => {
    const upstream = await startRawUpstream({
      onHead: (_head, socket) => {
        socket.write(REFUSAL, () => {
          socket.destroy()
        })
      },
    })
    const transport = createWireTransport({
      ...{ url: upstream.url, maxConnections: 1, maxIdleConnections: 1, keepAliveMs: 1000 },
    })
    onTestFinished(async () => {
      transport.destroy()
      await upstream.close()
    })
    const length = 50_000_000
    const one = new LegRecorder(transport, {
      method: 'POST',
      target: '/',
      headers: ['Host', 'upstream', 'Content-Length', String(length)],
      framing: { kind: 'length', length },
      timeoutMs: 10_000,
      idleMs: 10_000,
    })
    if (when === 'while the answer is not read') one.pause()
    const block = Buffer.alloc(50_000)
    let left = length
    const pump = () => {
      one.on['drain'] = pump
      if (one.isOver || left === 0) return
      left -= block.length
      if (one.write(block)) setImmediate(pump)
    }
    if (when === 'after the upstream is gone') {
      one.write(block)
      left -= block.length
      await until(() => upstream.opened() === 1, 'the connection')
      await until(() => upstream.sockets.size === 0, 'the upstream to go')
    }
    pump()
    if (when === 'while the answer is not read') {
      await until(() => one.head !== undefined, 'the head')
      await settled(() => one.calls.length)
      one.resume()
    }
    await one.over()
    expect(one.head?.status).toBe(413)
    expect(one.body).toBe('no')
    expect(one.failure).toBeUndefined()
    expect(one.offences).toEqual([])
    await until(() => transport.connections === 0, 'the connection to close')
  },
)
