import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Settings } from '../../src/core/settings.ts'
import type { Service } from '../../src/service.ts'
import { startService } from '../../src/service.ts'
import { imbalanceOf, total } from '../support/books-balance.ts'
import { RawClient } from '../support/http-client.ts'
import { startMixedLoad } from '../support/mixed-load.ts'
import { startMixedUpstream } from '../support/mixed-upstream.ts'
import type { MixedUpstream } from '../support/mixed-upstream.ts'
import { ConsoleApi } from '../support/shadowdiff.ts'

let folder: string
let healthy: MixedUpstream
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shadowdiff-sick-'))
  healthy = await startMixedUpstream(1)
})
afterAll(async () => {
  await healthy.close()
  await rm(folder, { recursive: true })
})

/** An upstream that does this with every connection. */
async function startSick(act: (socket: Socket) => void) {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    act(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve()
        })
        for (const socket of sockets) socket.destroy()
      }),
  }
}

const hang = (socket: Socket) => socket.resume()
const reset = (socket: Socket) => socket.once('data', () => socket.resetAndDestroy())
const babble = (socket: Socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.2\r\n'))
const flood = (socket: Socket) =>
  socket.once('data', () => {
    const piece = Buffer.alloc(65_536, 'flood ')
    const pour = (): void => {
      while (!socket.destroyed && socket.write(piece));
    }
    socket.on('drain', pour)
    socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n')
    pour()
  })

async function withService(
  upstreams: { readonly primary: string; readonly shadow: string },
  use: (service: Service, api: ConsoleApi) => Promise<void>,
): Promise<void> {
  const settings: Settings = {
    listen: { host: '127.0.0.1', port: 0 },
    console: { listen: { host: '127.0.0.1', port: 0 }, users: [] },
    store: join(folder, `${Math.random().toString(36).slice(2)}.db`),
    run: 'sick',
    via: true,
    forwarded: 'preserve',
    routes: [
      {
        name: 'default',
        primary: { url: upstreams.primary, timeoutMs: 400, idleMs: 400 },
        shadow: {
          url: upstreams.shadow,
          timeoutMs: 400,
          idleMs: 400,
          percent: 100,
          methods: 'all',
          host: { kind: 'suffix' },
          maxRequestBodyBytes: 1_000_000,
          maxInFlight: 256,
          maxBacklog: 1024,
        },
      },
    ],
    rules: [],
    disabledRules: [],
    record: { maxBodyBytes: 1_000_000 },
  }
  const service = await startService(settings)
  try {
    await use(service, new ConsoleApi(service.urls.console))
  } finally {
    await service.close()
  }
}

/** A port where nobody listens. */
async function closedPort(): Promise<string> {
  const sick = await startSick(hang)
  await sick.close()
  return sick.url
}

test.each([
  ['is not there', 502, undefined, 'refused'],
  ['resets', 502, reset, 'reset'],
  ['does not speak HTTP', 502, babble, 'protocol'],
  ['hangs', 504, hang, 'timeout'],
] as const)(
  'a primary that %s gives the client %i with a plain body',
  async (_, status, act, why) => {
    const sick = act === undefined ? undefined : await startSick(act)
    await withService(
      { primary: sick?.url ?? (await closedPort()), shadow: healthy.url },
      async ({ urls }, api) => {
        const client = new RawClient(urls.proxy)
        const answer = await client.send({
          path: '/small/1',
          headers: { 'x-request-id': 'sick-1' },
        })
        client.close()
        expect(answer.status).toBe(status)
        expect(answer.headers.join('\n').toLowerCase()).toContain('content-type\ntext/plain')
        expect(answer.body.toString()).toMatch(/^[^<{]{10,200}$/)
        const { counters } = await api.settled()
        expect(imbalanceOf(counters)).toBe('')
        expect(counters.incomparable).toEqual({ 'primary-failed': 1 })
        const [row] = await api.exchanges('requestId=sick-1')
        expect(await api.exchange(row?.id ?? '')).toMatchObject({
          outcome: 'incomparable',
          reason: 'primary-failed',
          primary: { kind: 'failure', reason: why },
          shadow: { kind: 'response', status: 200 },
        })
      },
    )
    await sick?.close()
  },
)

test.each([
  ['is not there', undefined, 'failure:refused'],
  ['resets', reset, 'failure:reset'],
  ['does not speak HTTP', babble, 'failure:protocol'],
  ['hangs', hang, 'failure:timeout'],
  ['floods', flood, undefined],
] as const)(
  'a shadow that %s: the client notices nothing, and it is told',
  async (_, act, where) => {
    const sick = act === undefined ? undefined : await startSick(act)
    await withService(
      { primary: healthy.url, shadow: sick?.url ?? (await closedPort()) },
      async ({ urls }, api) => {
        const load = startMixedLoad(urls.proxy, { to: 130, concurrency: 10 })
        await load.done
        expect(load.wrong).toEqual([])
        const { counters } = await api.settled()
        expect(imbalanceOf(counters)).toBe('')
        expect(counters.seen).toBe(130)
        expect(counters.match).toBe(0)
        expect(counters.divergent + total(counters.incomparable)).toBe(counters.mirrored)
        expect(counters.divergent).toBeGreaterThan(0)
        const divergences = await api.divergences()
        if (where === undefined) expect(divergences.map(({ kind }) => kind)).toContain('length')
        else expect(new Set(divergences.map(({ location }) => location))).toEqual(new Set([where]))
      },
    )
    await sick?.close()
  },
  60_000,
)
