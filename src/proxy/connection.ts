/** One client's connection: which of its requests are on their way. */

import type { Socket } from 'node:net'
import type { ClientSide } from './forwarded.ts'
import type { Forward } from './forward.ts'

/** How long a client that closed its sending half, and to which nothing moves, is taken for still there. */
const HALF_CLOSED_MS = 2_000

/**
 * Tells the forwards of a connection when it closes. A client may close its sending half and still read its
 * answers; one that went away altogether looks the same until something is written to it.
 */
export class Connection {
  readonly socket: Socket
  readonly client: ClientSide
  /** Nothing that this client sends is read any more. */
  doomed = false
  readonly #forwards: Forward[] = []
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
      for (const forward of this.#forwards.splice(0)) forward.clientGone()
    })
  }

  add(forward: Forward): void {
    this.#forwards.push(forward)
  }

  remove(forward: Forward): void {
    const at = this.#forwards.indexOf(forward)
    if (at !== -1) this.#forwards.splice(at, 1)
    if (this.#forwards.length === 0) this.#onIdle?.()
  }

  /** Calls back once no request of this connection is on its way any more. */
  whenIdle(callback: () => void): void {
    if (this.#forwards.length === 0) callback()
    else this.#onIdle = callback
  }

  /** The proxy stops: what is on its way is given up. */
  cut(): void {
    for (const forward of this.#forwards.splice(0)) forward.cut()
    this.socket.destroy()
  }

  /** The request that is still being sent, if its body is not complete. */
  get uploading(): Forward | undefined {
    const newest = this.#forwards.at(-1)
    return newest?.uploading === true ? newest : undefined
  }

  get busy(): boolean {
    return this.#forwards.length > 0
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
}
