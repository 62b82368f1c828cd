/**
 * The same API behind real sockets: three servers, the proxy with a control leg, the queue and the comparer,
 * so that the figures of the fast mode are known to hold for what is really sent and recorded.
 */

import { createServer, request as send, Agent, type Server } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createComparer } from '../../src/core/compare.ts'
import { startProxy } from '../../src/proxy/server.ts'
import { connectQueue, listenQueue } from '../../src/queue/local.ts'
import { ENDPOINTS } from './endpoints.ts'
import { Instance, type ApiRequest } from './instance.ts'
import type { Regression } from './regressions.ts'
import { Tally } from './tally.ts'
import { answerOf, Requests } from './traffic.ts'

/** Requests under way at once. */
const CONCURRENCY = 8

/** Sends requests through the proxy; resolves with what was recorded. */
export async function runLive(
  seed: number,
  requests: number,
  regression?: Regression,
): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), 'shadowdiff-detection-'))
  const tally = new Tally()
  const comparer = createComparer()
  const listener = await listenQueue({
    path: join(folder, 'queue'),
    take: (batch) => {
      const judged = batch.map((exchange) => comparer.judge(exchange))
      for (const one of judged) tally.add(one)
      return Promise.resolve(judged.map(({ judgement }) => judgement))
    },
  })
  const queue = connectQueue({ path: join(folder, 'queue') })
  const primary = await serve(new Instance('shop-7f9c', seed, 2, 0))
  const shadow = await serve(new Instance('shop-v2-55d1', seed, 3, 0), regression)
  const control = await serve(new Instance('shop-2b8e', seed, 4, 0))
  const limits = { timeoutMs: 15_000, idleMs: 15_000 }
  const proxy = await startProxy({
    settings: {
      listen: { host: '127.0.0.1', port: 0 },
      via: true,
      forwarded: 'preserve',
      record: { maxBodyBytes: 1024 * 1024 },
      routes: [
        {
          name: 'default',
          primary: { url: urlOf(primary), ...limits },
          shadow: {
            ...{ url: urlOf(shadow), ...limits, percent: 100, methods: 'all' as const },
            ...{ host: { kind: 'suffix' as const }, maxRequestBodyBytes: 1024 * 1024 },
            ...{ maxInFlight: 64, maxBacklog: 1024 },
          },
          control: {
            url: urlOf(control),
            ...limits,
            isPrimary: false,
            percent: 100,
            maxInFlight: 64,
          },
        },
      ],
    },
    queue,
    instance: 'bench',
  })
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY })
  const source = new Requests(seed)
  let left = requests
  const ask = async () => {
    while (left-- > 0) await exchange(agent, proxy.address.port, source.next(Date.now()))
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, ask))
  agent.destroy()
  await proxy.close(15_000)
  await queue.close(15_000)
  await listener.close()
  for (const server of [primary, shadow, control]) server.close()
  await rm(folder, { recursive: true })
  const { mirrored, lost, control: repeats } = proxy.counters()
  console.log(
    `live: ${mirrored} mirrored, lost ${JSON.stringify(lost)}, control ${JSON.stringify(repeats)}`,
  )
  return tally
}

async function serve(it: Instance, regression?: Regression): Promise<Server> {
  const server = createServer((req, res) => {
    const [index, subject, at] = String(req.headers['x-bench']).split(' ').map(Number)
    const endpoint = ENDPOINTS[index ?? 0]
    req.resume()
    req.on('end', () => {
      if (endpoint === undefined) throw new Error('a request of another bench')
      const request: ApiRequest = {
        endpoint: endpoint.endpoint,
        method: req.method ?? '',
        target: req.url ?? '',
        subject: subject ?? 0,
        at: at ?? 0,
        requestId: String(req.headers['x-request-id']),
        host: req.headers.host ?? '',
        body: '',
      }
      const observed = answerOf(endpoint, request, it, regression)
      if (observed.kind === 'failure') throw new Error('instances answer')
      res.sendDate = false
      res.writeHead(observed.status, [...observed.headers])
      res.end(observed.status === 204 ? undefined : observed.body.bytes)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function exchange(agent: Agent, port: number, request: ApiRequest): Promise<void> {
  const index = ENDPOINTS.findIndex(({ endpoint }) => endpoint === request.endpoint)
  return new Promise((resolve, reject) => {
    const out = send({
      ...{ agent, port, host: '127.0.0.1', method: request.method, path: request.target },
      headers: {
        ...{ Host: request.host, 'Content-Type': 'application/json' },
        'x-request-id': request.requestId,
        'x-bench': `${index} ${request.subject} ${request.at}`,
      },
    })
    out.on('error', reject)
    out.on('response', (res) => {
      res.resume()
      res.on('error', reject)
      res.on('end', resolve)
    })
    out.end(request.body)
  })
}
