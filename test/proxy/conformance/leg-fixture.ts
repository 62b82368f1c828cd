/** A transport under test with a scripted upstream, closed and examined after the test. */

import type { Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type {
  CreateTransport,
  OutgoingRequest,
  Transport,
  TransportOptions,
} from '../../../src/proxy/leg.ts'
import {
  type RawUpstream,
  startRawUpstream,
  type UpstreamScript,
} from '../../support/raw-upstream.ts'
import { until } from '../../support/until.ts'
import { LegRecorder } from '../leg-recorder.ts'

/** A bodyless request. */
export const GET: OutgoingRequest = {
  method: 'GET',
  target: '/',
  headers: ['Host', 'upstream'],
  framing: { kind: 'none' },
  timeoutMs: 10_000,
  idleMs: 10_000,
}

/** A whole small answer. */
export const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

/** A request with a body of known length. */
export function post(body: string, changes: Partial<OutgoingRequest> = {}): OutgoingRequest {
  return {
    ...GET,
    method: 'POST',
    headers: ['Host', 'upstream', 'Content-Length', String(body.length)],
    framing: { kind: 'length', length: body.length },
    ...changes,
  }
}

/** A request with a chunked body. */
export const CHUNKED_POST: OutgoingRequest = {
  ...GET,
  method: 'POST',
  framing: { kind: 'chunked' },
}

/** Tests that a transport is known to fail, by title, with the reason. */
export type Lacks = Readonly<Partial<Record<string, string>>>

/** An upstream, and the transport that leads to it. */
export interface Leg {
  readonly upstream: RawUpstream
  readonly transport: Transport
  readonly get: (changes?: Partial<OutgoingRequest>) => LegRecorder
  readonly send: (request: OutgoingRequest) => LegRecorder
}

/** Opens a leg for one test. */
export type OpenLeg = (
  script: UpstreamScript | string,
  options?: Partial<TransportOptions>,
) => Promise<Leg>

/** A test that is skipped, with its reason, where it is lacking. */
export function promise(lacks: Lacks, title: string, check: () => Promise<void>): void {
  test(title, ({ skip }) => {
    const reason = lacks[title]
    return reason === undefined ? check() : skip(reason)
  })
}

/** What opens legs over this kind of transport. */
export function legOpener(create: CreateTransport): OpenLeg {
  return async (script, options = {}) => {
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
}

/** Answers each request of a connection with its own script; the last one counts for the rest. */
export function perConnection(
  ...scripts: ((socket: Socket, count: number) => void)[]
): UpstreamScript {
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
