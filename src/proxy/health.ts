/** The proxy's own health port: it answers as long as this process does, whatever the others do. */

import { createServer } from 'node:http'
import type { BreakerState } from '../core/service-reading.ts'
import type { ListenAddress } from '../core/settings.ts'
import { addressOf, closeServer, listen } from './listen.ts'

/** What the health port tells; only `accepting` decides. */
export interface HealthReading {
  readonly accepting: boolean
  readonly recorderConnected: boolean
  readonly breaker: Readonly<Record<string, BreakerState>>
}

/** A running health port. */
export interface Health {
  readonly address: ListenAddress
  close(): Promise<void>
}

/** `/healthz`: the process lives. `/readyz`: it accepts requests; how recorder and shadow are is told, not judged. */
export async function startHealth(at: ListenAddress, read: () => HealthReading): Promise<Health> {
  const server = createServer((req, res) => {
    const path = (req.url ?? '').split('?')[0]
    const { accepting, recorderConnected, breaker } = read()
    let status = 404
    let body: object = { status: 'not found' }
    if (path === '/healthz') {
      status = 200
      body = { status: 'ok' }
    } else if (path === '/readyz') {
      status = accepting ? 200 : 503
      body = {
        status: accepting ? 'ready' : 'stopping',
        recorder: recorderConnected ? 'connected' : 'disconnected',
        breaker,
      }
    }
    const text = `${JSON.stringify(body)}\n`
    res.writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      'cache-control': 'no-store',
    })
    res.end(req.method === 'HEAD' ? '' : text)
  })
  await listen(server, at, 'health port', '--health')
  return { address: addressOf(server, at), close: () => closeServer(server) }
}
