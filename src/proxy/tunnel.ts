/** WebSocket upgrades: tunnelled to primary, never mirrored. Other upgrades are requests like any other. */

import type { IncomingMessage } from 'node:http'
import { request } from 'node:http'
import { request as requestTls } from 'node:https'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { FailureReason, HeaderList, Observation } from '../core/exchange.ts'
import { headerValue, headerValues } from '../core/headers.ts'
import { afterReading } from './after-reading.ts'
import { informationText } from './answer.ts'
import type { Connection } from './connection.ts'
import { failureReason, failureText } from './failure.ts'
import { elapsedMs } from './elapsed.ts'
import type { Intake, Taken } from './intake.ts'
import { primaryFailed, rawRefusal } from './refusal.ts'
import { headText, refusedAnswer, sendRefusedAnswer } from './upgrade-refused.ts'
import { addressOf, tlsOptions } from './upstream-address.ts'
import { MAX_HEAD_BYTES } from './wire/head-scanner.ts'
import { MAX_INFORMATIONAL } from './wire/response-parser.ts'

/** An upgrade request as Node hands it over: no parser reads its connection any more. */
export interface UpgradeRequest {
  readonly req: IncomingMessage
  readonly socket: Socket
  /** What the client sent after the head. */
  readonly head: Buffer
  readonly connection: Connection
}

/** Dead peers are noticed by TCP, because an open tunnel may be silent for as long as it likes. */
const KEEP_ALIVE_PROBE_MS = 60_000

/** All tunnels of a proxy. */
export class Tunnels {
  readonly #giveBack: (socket: Socket) => void
  readonly #intake: Intake
  readonly #open = new Set<Duplex>()

  /** What is no tunnel after all is given back, to be read as other requests are. */
  constructor(giveBack: (socket: Socket) => void, intake: Intake) {
    this.#giveBack = giveBack
    this.#intake = intake
  }

  /** Clients' ends of open tunnels and of upgrades under way. */
  get count(): number {
    return this.#open.size
  }

  /** Ends every tunnel. */
  close(): void {
    for (const socket of this.#open) socket.destroy()
  }

  /** Takes over the connection of a request with an `Upgrade`, once those before it are answered. */
  accept(upgrade: UpgradeRequest): void {
    const { req, socket, connection } = upgrade
    // Node took all of its listeners off the socket, also those that answers under way need.
    const drained = () => {
      connection.drained()
    }
    socket.on('error', ignore)
    socket.on('drain', drained)
    connection.whenIdle(() => {
      socket.removeListener('drain', drained)
      if (connection.doomed) return
      if (isWebSocket(req)) this.#begin(upgrade)
      else {
        // The upgrade is refused by ignoring it, as the standard says: the request goes on without it, when
        // the parser before has seen its last answer written.
        socket.write('', () => {
          setImmediate(() => {
            this.#readAgain(upgrade)
          })
        })
      }
    })
  }

  /** Gives the request to a new parser as if it had come without its `Upgrade`. */
  #readAgain({ req, socket, head }: UpgradeRequest): void {
    if (socket.destroyed) return
    socket.removeListener('error', ignore)
    socket.unshift(Buffer.concat([Buffer.from(withoutUpgrade(req), 'latin1'), head]))
    this.#giveBack(socket)
  }

  #begin({ req, socket, head, connection }: UpgradeRequest): void {
    if (socket.destroyed) return
    const taken = this.#intake.take(req, connection.client)
    if ('refusal' in taken) {
      socket.end(rawRefusal(taken.refusal))
      return
    }
    taken.passage.leaveUnmirrored('upgrade')
    this.#open.add(socket)
    socket.once('close', () => this.#open.delete(socket))
    openTunnel(taken, socket, head)
  }
}

function openTunnel({ passage, route }: Taken, client: Socket, head: Buffer): void {
  const { admitted } = passage
  const { edits, settings } = route
  const { primary } = settings
  const { url, socketPath, tls } = primary
  const startedAt = performance.now()
  const lines = edits === undefined ? admitted.headers : edits.headers(admitted.headers)
  const headers = [
    ...lines.filter(keepsLine(lines)),
    'Connection',
    'Upgrade',
    'Upgrade',
    admitted.upgrade ?? 'websocket',
  ]
  const observe = (res: IncomingMessage): Observation => ({
    kind: 'response',
    sentHeaders: headers,
    durationMs: elapsedMs(startedAt),
    status: res.statusCode ?? 0,
    reason: res.statusMessage ?? '',
    headers: res.rawHeaders,
    trailers: [],
    body: { bytes: Buffer.alloc(0), length: 0 },
  })
  const { host, port, isSecure } = addressOf(url)
  const options = {
    agent: false as const,
    ...(socketPath === undefined ? { host, port } : { socketPath }),
    method: passage.head.method,
    path: edits === undefined ? admitted.target : edits.target(admitted.target),
    headers,
    setHost: false,
    maxHeaderSize: MAX_HEAD_BYTES,
  }
  const secured = { ...options, ...(isSecure && tlsOptions(url, tls)), ALPNProtocols: ['http/1.1'] }
  const upstream = isSecure ? requestTls(secured) : request(options)
  upstream.maxHeadersCount = 0
  let isAnswered = false
  const timer = setTimeout(afterReading, primary.timeoutMs, () => {
    if (isAnswered) return
    upstream.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' }))
  })
  client.once('close', () => {
    clearTimeout(timer)
    passage.primaryFinished(undefined)
    upstream.destroy()
  })
  const fail = (reason: FailureReason) => {
    clearTimeout(timer)
    passage.primaryFinished({
      kind: 'failure',
      sentHeaders: headers,
      durationMs: elapsedMs(startedAt),
      reason,
      message: failureText(reason, false),
    })
    if (client.writable && !isAnswered) client.end(rawRefusal(primaryFailed(reason)))
    else client.destroy()
  }
  upstream.on('error', (error) => {
    fail(failureReason(error))
  })
  let informational = 0
  upstream.on('information', ({ statusCode, statusMessage, rawHeaders }) => {
    // A client that does not read would have them all kept here.
    if (++informational > MAX_INFORMATIONAL) {
      upstream.destroy(Object.assign(new Error('too many hints'), { code: 'HPE_USER' }))
      return
    }
    client.write(informationText(statusCode, statusMessage, rawHeaders), 'latin1')
  })
  upstream.on('upgrade', (res, socket, first) => {
    clearTimeout(timer)
    isAnswered = true
    passage.primaryFinished(observe(res))
    client.write(switchText(res, admitted.requestId), 'latin1')
    join(client, head, socket, first)
  })
  upstream.on('response', (res) => {
    if (res.statusCode === 101) {
      // It says that it switches, and not to what.
      upstream.destroy()
      fail('protocol')
      return
    }
    const answer = refusedAnswer(res, admitted.requestId)
    if (answer === undefined) {
      upstream.destroy()
      fail('protocol')
      return
    }
    clearTimeout(timer)
    isAnswered = true
    passage.primaryFinished(observe(res))
    res.setTimeout(primary.idleMs, () => {
      upstream.destroy()
    })
    sendRefusedAnswer(client, res, answer)
  })
  upstream.end()
}

/** Passes bytes both ways until either side is gone. */
function join(client: Socket, fromClient: Buffer, upstream: Socket, fromUpstream: Buffer): void {
  upstream.on('error', ignore)
  for (const socket of [client, upstream]) {
    socket.setTimeout(0)
    socket.setNoDelay(true)
    socket.setKeepAlive(true, KEEP_ALIVE_PROBE_MS)
  }
  client.once('close', () => upstream.destroy())
  upstream.once('close', () => {
    client.destroySoon()
  })
  if (fromUpstream.length > 0) client.write(fromUpstream)
  if (fromClient.length > 0) upstream.write(fromClient)
  client.pipe(upstream)
  upstream.pipe(client)
}

/** The head of the switch, as primary sent it. */
function switchText(res: IncomingMessage, requestId: string): string {
  const isNamed = headerValue(res.rawHeaders, 'x-request-id') !== undefined
  const own = isNamed ? [] : ['x-request-id', requestId]
  return headText(res, [...res.rawHeaders, ...own])
}

/** A WebSocket handshake (RFC 6455 §4.1); one with a body would leave its end in doubt. */
function isWebSocket(req: IncomingMessage): boolean {
  const { rawHeaders } = req
  return (
    req.method === 'GET' &&
    req.httpVersionMinor === 1 &&
    (headerValue(rawHeaders, 'content-length') ?? '0') === '0' &&
    headerValue(rawHeaders, 'transfer-encoding') === undefined &&
    headerValues(rawHeaders, 'upgrade').some((line) =>
      line.split(',').some((protocol) => protocol.trim().toLowerCase() === 'websocket'),
    )
  )
}

/** The request's head again, without the lines that ask for an upgrade. */
function withoutUpgrade(req: IncomingMessage): string {
  let text = `${req.method ?? ''} ${req.url ?? ''} HTTP/${req.httpVersion}\r\n`
  for (let i = 0; i < req.rawHeaders.length; i += 2) {
    const name = req.rawHeaders[i] ?? ''
    const lower = name.toLowerCase()
    if (lower === 'upgrade' || lower === 'http2-settings') continue
    const value = req.rawHeaders[i + 1] ?? ''
    text += `${name}: ${lower === 'connection' ? withoutOption(value) : value}\r\n`
  }
  return `${text}\r\n`
}

function withoutOption(connection: string): string {
  const options = connection.split(',').map((option) => option.trim())
  return options.filter((option) => option.toLowerCase() !== 'upgrade').join(', ')
}

/** Leaves out the lines of `TE`: a tunnel has no trailers. */
function keepsLine(headers: HeaderList): (text: string, at: number) => boolean {
  return (_text, at) => {
    const name = (headers[at - (at % 2)] ?? '').toLowerCase()
    return name !== 'te' && name !== 'connection'
  }
}

function ignore(): void {
  // The close that follows says all.
}
