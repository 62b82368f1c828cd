/** The proxy's listener: bare node:http, because every layer in between would change an answer. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { isDeepStrictEqual } from 'node:util'
import type { Counters } from '../core/counters.ts'
import type { ExchangeQueue } from '../core/ports.ts'
import type { BreakerState } from '../core/service-reading.ts'
import type { ListenAddress } from '../core/settings.ts'
import { afterReading } from './after-reading.ts'
import { HeldBytes } from './body.ts'
import { Books } from './books.ts'
import { answerClientError } from './client-error.ts'
import { Connection } from './connection.ts'
import { startHealth, type Health, type HealthReading } from './health.ts'
import { Intake } from './intake.ts'
import type { CreateTransport } from './leg.ts'
import { addressOf, closeServer, listen, listenUnix } from './listen.ts'
import { createListener, type Listener } from './listener.ts'
import type { MirrorOverride } from './mirror.ts'
import { METHOD_REFUSED, rawRefusal } from './refusal.ts'
import type { ProxySettings, Route } from './route.ts'
import { RouteTable } from './route-table.ts'
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
  /** How long a client may take for a request's head, and for a TLS handshake. */
  readonly headTimeoutMs?: number
  /** What holds besides the settings from the first request on, as {@link Proxy.setMirror} takes it. */
  readonly overrides?: readonly (MirrorOverride & { readonly route: string })[]
}

/** A running proxy. */
export interface Proxy {
  /** The real port, also when 0 was asked for. */
  readonly address: ListenAddress
  readonly healthAddress?: ListenAddress
  /** The Unix socket that is listened on instead of the address. */
  readonly socketPath?: string
  counters(): Counters
  /** State of the shadow's breaker by route name. */
  breaker(): Record<string, BreakerState>
  /** Pauses mirroring or caps its percentage, of one route or of all; takes effect on the next request. */
  setMirror(override: MirrorOverride, route?: string): void
  /**
   * From now on requests take these routes; those under way finish on theirs, and no connection is dropped.
   * What people changed with {@link setMirror} holds on, and so does the breaker of a shadow at the same URL
   * in a route of the same name. The listener stays where it is; it shows a changed certificate from the
   * next connection on. Throws `invalid`, with everything as it was, when the settings cannot be used.
   */
  reload(settings: ProxySettings): void
  /**
   * Stops accepting, lets requests and copies under way finish, and at the deadline cuts the rest:
   * copies cut short are `lost: shutdown`. Every exchange is with the queue when it resolves.
   */
  close(deadlineMs: number): Promise<void>
}

const MAX_HELD_BYTES = 64 * 1024 * 1024
const HEAD_TIMEOUT_MS = 60_000
const SWEEP_MS = 500
/** How often a stop looks whether everything is done. */
const DRAIN_POLL_MS = 20

/** Opens the listener and the legs; rejects with `invalid` when the address cannot be had. */
export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const { settings, queue } = options
  const listener = createListener(settings.tls, options.headTimeoutMs ?? HEAD_TIMEOUT_MS)
  const { server, isEncrypted } = listener
  const books = new Books()
  const routes = new RouteTable({
    settings,
    pseudonym: `shadowdiff-${options.instance}`,
    createTransport: options.createTransport ?? createWireTransport,
  })
  if (routes.hasControl) books.openControl()
  for (const { route, ...override } of options.overrides ?? []) routes.setOverride(override, route)
  const held = new HeldBytes(options.maxHeldBytes ?? MAX_HELD_BYTES)
  const { maxBodyBytes } = settings.record
  const intake = new Intake({ books, queue, held, maxBodyBytes }, routes)
  const connections = new Map<Socket, Connection>()
  const tunnels = new Tunnels((socket) => {
    listener.readAgain(socket)
  }, intake)

  const connectionOf = (socket: Socket): Connection => {
    let connection = connections.get(socket)
    if (connection === undefined) {
      connection = new Connection(socket, isEncrypted)
      connections.set(socket, connection)
      socket.once('close', () => connections.delete(socket))
    }
    return connection
  }
  const serve = (req: IncomingMessage, res: ServerResponse) => {
    intake.serve(req, res, connectionOf(req.socket))
  }
  listener.onConnection(connectionOf)
  server.on('request', serve)
  server.on('connect', (req: IncomingMessage, socket: Socket) => {
    socket.on('error', ignore)
    const connection = connectionOf(socket)
    if (connection.doomed) return
    intake.take(req, connection.client)
    connection.whenIdle(() => {
      socket.end(rawRefusal(METHOD_REFUSED))
    })
  })
  server.on('upgrade', (req: IncomingMessage, socket: Socket, head: Buffer) => {
    tunnels.accept({ req, socket, head, connection: connectionOf(socket) })
  })
  server.on('clientError', (error: Error, socket: Socket) => {
    const connection = connections.get(socket)
    // A handshake failed: there is nobody to whom HTTP could be spoken.
    if (connection === undefined) socket.destroy()
    else answerClientError(error, connection, intake)
  })
  const sweep = (now: number) => {
    for (const connection of connections.values()) connection.check(now)
    if (routes.hasFormer) routes.closeUnused(routesUnderWay(connections.values()))
  }
  const sweeper = setInterval(afterReading, SWEEP_MS, sweep).unref()

  let accepting = true
  const closeLegs = () => {
    clearInterval(sweeper)
    routes.close()
  }
  const health = await openListeners(listener, options, () => ({
    accepting,
    recorderConnected: queue.connected,
    breaker: routes.breaker(),
  })).catch((error: unknown) => {
    closeLegs()
    throw error
  })

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
    routes.stopRepeating()
    const closed = new Promise<void>((resolve) => {
      server.close(() => {
        resolve()
      })
    })
    while ((clientsServed() || routes.busy > 0) && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS))
    }
    for (const connection of connections.values()) connection.cut()
    listener.cutHandshakes()
    tunnels.close()
    closeLegs()
    await closed
    await health?.close()
  }
  let { tls } = settings
  const reload = (changed: ProxySettings) => {
    if (!accepting) return
    const isRenewed = changed.tls !== undefined && !isDeepStrictEqual(changed.tls, tls)
    if (isRenewed) listener.renew(changed.tls)
    try {
      routes.replace(changed)
    } catch (error) {
      if (isRenewed && tls !== undefined) listener.renew(tls)
      throw error
    }
    if (changed.tls !== undefined) tls = changed.tls
    if (routes.hasControl) books.openControl()
    intake.keep(changed.record.maxBodyBytes)
  }
  const { listenSocket } = settings
  return {
    address: addressOf(server, settings.listen),
    ...(health === undefined ? undefined : { healthAddress: health.address }),
    ...(listenSocket === undefined ? undefined : { socketPath: listenSocket }),
    counters: () => books.read(),
    breaker: () => routes.breaker(),
    setMirror: (override, name) => {
      routes.setOverride(override, name)
    },
    reload,
    close,
  }
}

function routesUnderWay(connections: Iterable<Connection>): ReadonlySet<Route> {
  const routes = new Set<Route>()
  for (const connection of connections) connection.addRoutes(routes)
  return routes
}

async function openListeners(
  { server }: Listener,
  { settings }: ProxyOptions,
  read: () => HealthReading,
): Promise<Health | undefined> {
  if (settings.listenSocket !== undefined) await listenUnix(server, settings.listenSocket)
  else await listen(server, settings.listen, 'proxy', '--listen')
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
