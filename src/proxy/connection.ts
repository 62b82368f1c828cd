/** One client's connection: which of its requests are on their way. */

import type { Socket } from 'node:net'
import type { ClientSide } from './forwarded.ts'
import type { Forward } from './forward.ts'
import type { Route } from './route.ts'

/** Pipelined requests of one connection on their way at once. */
const MAX_PARALLEL = 16

/** How long a client that closed its sending half, and to which nothing moves, is taken for still there. */
const HALF_CLOSED_MS = 2_000

/**
 * Tells the forwards of a connection when it closes. A client may close its sending half and still read its
 * answers; one that went away altogether looks the same until something is written to it.
 */
export class Connection {
  readonly socket: Socket
  readonly client: ClientSide
  /** Nothing that this client sends is taken for a request any more. */
  doomed = false
  readonly #forwards: Forward[] = []
  readonly #deferred: Forward[] = []
  #onIdle: (() => void) | undefined
  #halfClosedAt = 0
  #writtenThen = 0

  constructor(socket: Socket, encrypted: boolean) {
    this.socket = socket
    this.client = {
      address: socket.remoteAddress ?? '',
      port: socket.localPort ?? 0,
      encrypted,
    }
    socket.once('end', () => {
      this.#halfClosedAt = performance.now()
      this.#writtenThen = socket.bytesWritten
    })
    socket.once('close', () => {
      for (const forward of this.#all()) forward.clientGone()
    })
  }

  /**
   * Starts a request, at once or when those before it on this connection are done: pipelined requests may
   * run in parallel only when all of them are safe (RFC 9112 §9.3.2). While one waits, no more are read.
   */
  begin(forward: Forward): void {
    if (this.#deferred.length === 0 && this.#mayStart(forward)) {
      this.#forwards.push(forward)
      forward.start()
    } else {
      this.#deferred.push(forward)
      // Node resumes the socket when the message at hand is complete, so only a later pause lasts.
      if (this.#deferred.length === 1) setImmediate(pauseFor, this)
    }
  }

  /** Stops reading while requests wait that were read already. */
  pauseWhileDeferred(): void {
    if (this.#deferred.length > 0) this.socket.pause()
  }

  /** A request is done, or given up. */
  remove(forward: Forward): void {
    for (const list of [this.#forwards, this.#deferred]) {
      const at = list.indexOf(forward)
      if (at !== -1) list.splice(at, 1)
    }
    if (this.#deferred.length > 0) this.#startDeferred()
    if (!this.busy) this.#onIdle?.()
  }

  /** Calls back once no request of this connection is on its way any more. */
  whenIdle(callback: () => void): void {
    if (!this.busy) callback()
    else this.#onIdle = callback
  }

  /** The client took what there was. */
  drained(): void {
    for (const forward of this.#forwards) forward.clientDrained()
  }

  /** The proxy stops: what is on its way is given up. */
  cut(): void {
    for (const forward of this.#all()) forward.cut()
    this.socket.destroy()
  }

  /** The request that the client is still sending, maybe before its turn has come. */
  get incomplete(): Forward | undefined {
    const newest = this.#deferred.at(-1) ?? this.#forwards.at(-1)
    return newest?.incomplete === true ? newest : undefined
  }

  get busy(): boolean {
    return this.#forwards.length + this.#deferred.length > 0
  }

  /** Adds the routes that its requests are on. */
  addRoutes(routes: Set<Route>): void {
    for (const { route } of this.#forwards) routes.add(route)
    for (const { route } of this.#deferred) routes.add(route)
  }

  /** Looks for clients that stopped moving. */
  check(now: number): void {
    for (const forward of [...this.#forwards]) forward.check(now)
    if (this.#halfClosedAt === 0) return
    const { bytesWritten } = this.socket
    if (bytesWritten !== this.#writtenThen) {
      this.#writtenThen = bytesWritten
      this.#halfClosedAt = now
    } else if (now - this.#halfClosedAt >= HALF_CLOSED_MS) this.socket.destroy()
  }

  #mayStart(forward: Forward): boolean {
    const { length } = this.#forwards
    if (length === 0) return true
    return length < MAX_PARALLEL && forward.safe && this.#forwards.every((one) => one.safe)
  }

  #startDeferred(): void {
    for (;;) {
      const [next] = this.#deferred
      if (next === undefined) {
        this.socket.resume()
        return
      }
      if (!this.#mayStart(next)) return
      this.#deferred.shift()
      this.#forwards.push(next)
      next.start()
    }
  }

  /** Everything on its way, taken off the lists so that nothing of it starts any more. */
  #all(): Forward[] {
    return [...this.#forwards.splice(0), ...this.#deferred.splice(0)]
  }
}

function pauseFor(connection: Connection): void {
  connection.pauseWhileDeferred()
}
