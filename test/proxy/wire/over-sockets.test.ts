import { expect, onTestFinished, test } from 'vitest'
import { createWireTransport } from '../../../src/proxy/wire/wire-transport.ts'
import { startRawUpstream } from '../../support/raw-upstream.ts'
import { until } from '../../support/until.ts'
import { LegRecorder } from '../leg-recorder.ts'
import { HAND_WRITTEN, type Sample } from './corpus.ts'
import { askWireParser } from './verdict.ts'

async function askTransport(samples: readonly Sample[]): Promise<LegRecorder[]> {
  const upstream = await startRawUpstream({
    onRequest: ({ startLine }, socket) => {
      const { text } = samples[Number(/\/(\d+)/.exec(startLine)?.[1])] ?? { text: '' }
      socket.end(text, 'latin1')
    },
  })
  const transport = createWireTransport({
    url: upstream.url,
    maxConnections: 8,
    maxIdleConnections: 0,
    keepAliveMs: 0,
  })
  onTestFinished(async () => {
    transport.destroy()
    await upstream.close()
    await until(() => transport.connections === 0, 'all connections to close')
  })
  const asked = samples.map(({ method }, index) =>
    new LegRecorder(transport, {
      method,
      target: `/${index}`,
      headers: ['Host', 'upstream'],
      framing: { kind: 'none' },
      timeoutMs: 30_000,
      idleMs: 30_000,
    }).end(),
  )
  for (const one of asked) await one.over()
  return asked
}

test('over sockets every answer thought of by hand is what it is to the parser', async () => {
  const asked = await askTransport(HAND_WRITTEN)
  HAND_WRITTEN.forEach(({ name, text, method }, index) => {
    const pieces = text === '' ? [] : [Buffer.from(text, 'latin1')]
    const expected = askWireParser({ method, pieces, closes: true })
    const one = asked[index]
    expect(one?.offences, name).toEqual([])
    expect(one?.failure === undefined, name).toBe(expected.kind === 'accepted')
    expect(one?.head, name).toEqual(expected.head)
    expect(one?.informational, name).toEqual(expected.informational)
    expect(one?.body, name).toBe(expected.body)
    expect(one?.trailers, name).toEqual(expected.trailers)
    const reason =
      expected.kind === 'refused'
        ? expected.why === 'cut short'
          ? 'reset'
          : 'protocol'
        : undefined
    expect(one?.failure?.reason, name).toBe(reason)
  })
})
