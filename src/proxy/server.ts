/** The proxy's listener: bare node:http, because every layer in between would change an answer. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { AppError } from '../core/errors.ts'
import type { Counters } from '../core/counters.ts'
import type { ExchangeQueue } from '../core/ports.ts'
import type { BreakerState } from '../core/service-reading.ts'
import type { ListenAddress } from '../core/settings.ts'
import { HeldBytes } from './body.ts'
import { Books } from './books.ts'
import { answerClientError } from './client-error.ts'
import { Connection } from './connection.ts'
import { startHealth, type Health, type HealthReading } from './health.ts'
import { Intake } from './intake.ts'
import { openRoutes, type ProxySettings } from './route.ts'
import { ClientRequest } from './client-request.ts'
import type { CreateTransport } from './leg.ts'
import { addressOf, closeServer, listen } from './listen.ts'
import type { MirrorOverride } from './mirror.ts'
import { METHOD_REFUSED, rawRefusal } from './refusal.ts'
import { Tunnels } from './tunnel.ts'
import { createWireTransport } from './wire/wire-transport.ts'

/** What a proxy needs. */
export interface ProxyOptions {
  readonly settings: ProxySettings
  /** Takes the exchanges over; whoever opened it closes it, after the proxy. */
  readonly queue: ExchangeQueue
  /** Unique per service start: our name in `Via` is `shadowdiff-<instance>`. */
  readonly instance: string
  /** How legs are made; over sockets of our own when absent. */
  readonly createTransport?: CreateTransport
  /** Bytes that the bodies of requests and answers under way may hold together. */
  readonly maxHeldBytes?: number
  /** How long a client may take for a request's head. */
  readonly headTimeoutMs?: number
}

/** A running proxy. */
export interface Proxy {
  /** The real port, also when 0 was asked for. */
  readonly address: ListenAddress
  readonly healthAddress?: ListenAddress
  counters(): Counters
  /** State of the shadow's breaker by route name. */
  breaker(): Record<string, BreakerState>
  /** Pauses mirroring or caps its percentage, of one route or of all; takes effect on the next request. */
  setMirror(override: MirrorOverride, route?: string): void
  /**
   * Stops accepting, lets requests and copies under way finish, and at the deadline cuts the rest:
   * copies cut short are `lost: shutdown`. Every exchange is with the queue when it resolves.
   */
  close(deadlineMs: number): Promise<void>
}

const MAX_HELD_BYTES = 64 * 1024 * 1024
/** nginx's, so that a client's reuse rarely meets a close. */
const CLIENT_KEEP_ALIVE_MS = 75_000
const HEAD_TIMEOUT_MS = 60_000
const MAX_HEAD_BYTES = 64 * 1024
const SWEEP_MS = 500
/** How often a stop looks whether everything is done. */
const DRAIN_POLL_MS = 20

/** Opens the listener and the legs; rejects with `invalid` when the address cannot be had. */
export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const { settings, queue } = options
  const books = new Books()
  const routes = openRoutes(
    settings,
    `shadowdiff-${options.instance}`,
    options.createTransport ?? createWireTransport,
  )
  if (routes.some(({ mirror }) => mirror?.hasControl)) books.openControl()
  const held = new HeldBytes(options.maxHeldBytes ?? MAX_HELD_BYTES)
  const [route] = routes
  if (route === undefined) throw new AppError('invalid', 'A proxy needs at least one route.')
  const intake = new Intake(
    { books, queue, held, maxBodyBytes: settings.record.maxBodyBytes },
    route,
  )
  const connections = new Map<Socket, Connection>()
  const headersTimeout = options.headTimeoutMs ?? HEAD_TIMEOUT_MS
  const server = createServer({
    IncomingMessage: ClientRequest,
    keepAlive: true,
    noDelay: true,
    requireHostHeader: false,
    maxHeaderSize: MAX_HEAD_BYTES,
    headersTimeout,
    // An upload may take as long as it moves: stillness is looked for instead.
    requestTimeout: 0,
    keepAliveTimeout: CLIENT_KEEP_ALIVE_MS,
    connectionsCheckingInterval: Math.min(5_000, headersTimeout),
  })
  server.maxHeadersCount = 0
  const tunnels = new Tunnels(server, intake)
  // A client may close its sending half after its request and still read the answer.
  Object.assign(server, { httpAllowHalfOpen: true })

  const connectionOf = (socket: Socket): Connection => {
    let connection = connections.get(socket)
    if (connection === undefined) {
      connection = new Connection(socket, false)
      connections.set(socket, connection)
      socket.once('close', () => connections.delete(socket))
    }
    return connection
  }
  const serve = (req: IncomingMessage, res: ServerResponse) => {
    intake.serve(req, res, connectionOf(req.socket))
  }
  server.on('connection', connectionOf)
  server.on('request', serve)
  server.on('checkContinue', serve)
  server.on('checkExpectation', serve)
  server.on('connect', (req: IncomingMessage, socket: Socket) => {
    socket.on('error', ignore)
    const connection = connectionOf(socket)
    intake.take(req, connection.client)
    connection.whenIdle(() => {
      socket.end(rawRefusal(METHOD_REFUSED))
    })
  })
  server.on('upgrade', (req: IncomingMessage, socket: Socket, head: Buffer) => {
    tunnels.accept({ req, socket, head, connection: connectionOf(socket) })
  })
  server.on('clientError', (error: Error, socket: Socket) => {
    answerClientError(error, connectionOf(socket), intake)
  })
  const sweeper = setInterval(() => {
    const now = performance.now()
    for (const connection of connections.values()) connection.check(now)
  }, SWEEP_MS).unref()

  const breaker = () => {
    const states: Record<string, BreakerState> = {}
    for (const route of routes) {
      if (route.mirror !== undefined) states[route.settings.name] = route.mirror.breakerState()
    }
    return states
  }
  let accepting = true
  const closeLegs = () => {
    clearInterval(sweeper)
    for (const route of routes) {
      route.mirror?.close()
      route.primary.destroy()
    }
  }
  const health = await openListeners(server, settings, () => ({
    accepting,
    recorderConnected: queue.connected,
    breaker: breaker(),
  })).catch((error: unknown) => {
    closeLegs()
    throw error
  })

  const copiesUnderWay = () => routes.some((route) => (route.mirror?.busy ?? 0) > 0)
  const clientsServed = () => {
    if (tunnels.count > 0) return true
    for (const connection of connections.values()) if (connection.busy) return true
    return false
  }
  const close = async (deadlineMs: number) => {
    if (!accepting) return
    accepting = false
    const deadline = performance.now() + deadlineMs
    intake.stop()
    for (const { mirror } of routes) mirror?.stopRepeating()
    const closed = new Promise<void>((resolve) => {
      server.close(() => {
        resolve()
      })
    })
    while ((clientsServed() || copiesUnderWay()) && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS))
    }
    for (const connection of connections.values()) connection.cut()
    tunnels.close()
    closeLegs()
    await closed
    await health?.close()
  }
  return {
    address: addressOf(server, settings.listen),
    ...(health === undefined ? undefined : { healthAddress: health.address }),
    counters: () => books.read(),
    breaker,
    setMirror: (override, name) => {
      for (const { settings: route, mirror } of routes) {
        if (name === undefined || route.name === name) mirror?.setOverride(override)
      }
    },
    close,
  }
}

async function openListeners(
  server: Server,
  settings: ProxySettings,
  read: () => HealthReading,
): Promise<Health | undefined> {
  await listen(server, settings.listen, 'proxy', '--listen')
  if (settings.health === undefined) return undefined
  try {
    return await startHealth(settings.health, read)
  } catch (error) {
    await closeServer(server)
    throw error
  }
}

function ignore(): void {
  // The close that follows says all.
}
