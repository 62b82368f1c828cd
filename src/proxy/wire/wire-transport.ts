/**
 * A leg at the level of the wire: sockets, our own parser, our own framing. It exists because Node's
 * client costs several times the CPU per request; what it must never differ in is held against that
 * client by the differential test.
 */

import { codeOf } from '../../core/errors.ts'
import { failureReason, failureText } from '../failure.ts'
import type {
  LegHandler,
  LegRequest,
  OutgoingRequest,
  Transport,
  TransportOptions,
} from '../leg.ts'
import { Connection, type ConnectionOwner } from './connection.ts'
import { Deadlines } from './deadlines.ts'
import { SocketOpener } from './upstream-socket.ts'
import { type RequestQueue, WireRequest } from './wire-request.ts'

/** Closing this long before the upstream said it would spares a race that a request would lose. */
const KEEP_ALIVE_MARGIN_MS = 1_000

const STOPPING = 'The proxy is stopping.'

/** Makes a transport with connections of its own. */
export function createWireTransport(options: TransportOptions): Transport {
  return new WireTransport(options)
}

class WireTransport implements Transport, ConnectionOwner, RequestQueue {
  readonly #options: TransportOptions
  readonly #opener: SocketOpener
  readonly #deadlines = new Deadlines((now) => this.#sweep(now))
  readonly #open = new Set<Connection>()
  /** Newest last. */
  readonly #idle: Connection[] = []
  readonly #waiting = new Set<WireRequest>()
  #connecting = 0
  #isClosed = false

  constructor(options: TransportOptions) {
    this.#options = options
    this.#opener = new SocketOpener(options)
  }

  get connections(): number {
    return this.#open.size
  }

  send(outgoing: OutgoingRequest, handler: LegHandler): LegRequest {
    const request = new WireRequest(outgoing, handler, this)
    if (this.#isClosed) request.failSoon('reset', STOPPING)
    else if (!request.isValid) {
      request.failSoon('protocol', 'The head of the request holds a byte that none may hold.')
    } else {
      const connection = this.#idle.pop()
      if (connection === undefined) this.#enqueue(request)
      else connection.serve(request)
    }
    return request
  }

  close(): void {
    this.#isClosed = true
    for (const connection of [...this.#idle]) connection.closeSoon()
    for (const connection of this.#open) if (connection.isReady) connection.closeSoon()
    this.#settle()
  }

  destroy(): void {
    this.#isClosed = true
    for (const request of [...this.#waiting]) request.failSoon('reset', STOPPING)
    for (const connection of [...this.#open]) connection.cut(STOPPING)
    this.#settle()
  }

  leave(request: WireRequest): void {
    this.#waiting.delete(request)
    this.#settle()
  }

  opened(connection: Connection): void {
    this.#connecting -= 1
    this.freed(connection)
  }

  freed(connection: Connection): void {
    for (const request of this.#waiting) {
      if (request.needsNewConnection && !connection.isNew) continue
      this.#waiting.delete(request)
      connection.serve(request)
      if (this.#isClosed) connection.closeSoon()
      return
    }
    const { keepAliveMs, maxIdleConnections } = this.#options
    const keptMs = Math.min(keepAliveMs, connection.upstreamKeepsMs - KEEP_ALIVE_MARGIN_MS)
    if (this.#isClosed || keptMs <= 0 || this.#idle.length >= maxIdleConnections) {
      connection.destroy()
      return
    }
    this.#idle.push(connection)
    connection.rest(performance.now() + keptMs)
  }

  gone(connection: Connection, error: Error | undefined): void {
    this.#open.delete(connection)
    const index = this.#idle.indexOf(connection)
    if (index >= 0) this.#idle.splice(index, 1)
    if (!connection.isReady) {
      this.#connecting -= 1
      // Whoever waits longest takes the failure; the others get attempts of their own.
      if (error !== undefined) this.#failOldest(error)
    }
    this.#connect()
    this.#settle()
  }

  repeat(request: WireRequest): void {
    request.needsNewConnection = true
    this.#enqueue(request)
  }

  watch(deadline: number): void {
    this.#deadlines.watch(deadline)
  }

  #enqueue(request: WireRequest): void {
    request.connectDeadline = performance.now() + request.outgoing.timeoutMs
    this.#waiting.add(request)
    this.#deadlines.watch(request.connectDeadline)
    this.#connect()
  }

  /** Opens connections for those who wait, as far as the limit allows. */
  #connect(): void {
    while (
      this.#connecting < this.#waiting.size &&
      this.#open.size < this.#options.maxConnections
    ) {
      const [longestWaiting] = this.#waiting
      this.#connecting += 1
      this.#open.add(new Connection(this, this.#opener, longestWaiting?.connectDeadline ?? 0))
    }
  }

  #failOldest(error: Error): void {
    const [request] = this.#waiting
    if (request === undefined) return
    this.#waiting.delete(request)
    const code = codeOf(error) ?? ''
    const reason = failureReason(error)
    // What breaks a handshake, apart from the network, is TLS.
    const isTls = reason === 'reset' && code !== 'ECONNRESET' && code !== 'EPIPE'
    request.fail(isTls ? 'tls' : reason, failureText(isTls ? 'tls' : reason, false))
  }

  #sweep(now: number): number {
    let next = Infinity
    for (const request of [...this.#waiting]) {
      if (request.connectDeadline <= now) {
        this.#waiting.delete(request)
        const { timeoutMs } = request.outgoing
        request.fail('timeout', `There was no connection to the upstream within ${timeoutMs} ms.`)
      } else next = Math.min(next, request.connectDeadline)
    }
    for (const connection of [...this.#open]) {
      if (connection.deadline <= now) connection.expire(now)
      else next = Math.min(next, connection.deadline)
    }
    return next
  }

  /** Stops the timer when a closed transport has nothing left. */
  #settle(): void {
    if (this.#isClosed && this.#waiting.size === 0) {
      for (const connection of this.#open) if (!connection.isReady) connection.destroy()
      if (this.#open.size === 0) this.#deadlines.close()
    }
  }
}
