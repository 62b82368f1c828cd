/**
 * Server-sent events. What is sent is state, not news: every client is told the newest version and
 * counters that it has not got yet, so that a slow one misses nothing and needs no queue.
 */

import { Readable } from 'node:stream'
import { AppError } from '../core/errors.ts'
import type { ServiceProbe } from '../core/ports.ts'
import type { ReaderSource } from './resources.ts'

/** What the hub reads, and its bounds. */
export interface EventHubOptions {
  readonly reader: ReaderSource
  readonly probe: ServiceProbe
  /** Version of the program, for `hello`. */
  readonly version: string
  /** Between two looks at store and service. */
  readonly intervalMs: number
  /** A silent connection gets a comment after this long, so that nothing between cuts it. */
  readonly heartbeatMs: number
  readonly maxClients: number
}

interface Client {
  readonly stream: Readable
  storeVersion: number | undefined
  counters: string | undefined
  silentMs: number
}

/** A client that lets this much lie is not written to. */
const MAX_BUFFERED_BYTES = 16 * 1024
/** How many heartbeats may pass until a client that takes nothing is let go. */
const MAX_MISSED_HEARTBEATS = 4

/** Looks at store and service once for all clients, and only while there are any. */
export class EventHub {
  readonly #options: EventHubOptions
  readonly #clients = new Set<Client>()
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: EventHubOptions) {
    this.#options = options
  }

  /** Opens a stream of events that begins with `hello`; `unavailable` when there are too many. */
  async connect(): Promise<Readable> {
    const { maxClients, version } = this.#options
    if (this.#closed) throw new AppError('unavailable', 'The console is closing')
    if (this.#clients.size >= maxClients) {
      throw new AppError('unavailable', `${maxClients} clients listen already; try again later`)
    }
    const stream = new Readable({ read: () => undefined })
    const client: Client = {
      stream,
      storeVersion: undefined,
      counters: undefined,
      silentMs: 0,
    }
    // Before the first await: the place is taken now, and given back whatever happens.
    this.#clients.add(client)
    stream.once('close', () => {
      this.#clients.delete(client)
    })
    // Read before `hello`, since a client that gets `hello` reads everything anew.
    client.storeVersion = await this.#storeVersion()
    stream.push(`retry: 2000\n${event('hello', { version })}`)
    this.#schedule()
    return stream
  }

  /** Ends every stream. */
  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    for (const { stream } of this.#clients) stream.push(null)
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#closed || this.#clients.size === 0) return
    this.#timer = setTimeout(() => {
      void this.#tick()
    }, this.#options.intervalMs)
    this.#timer.unref()
  }

  async #tick(): Promise<void> {
    const [storeVersion, counters] = await Promise.all([this.#storeVersion(), this.#counters()])
    for (const client of this.#clients) {
      if (!this.#closed) this.#tell(client, storeVersion, counters)
    }
    this.#timer = undefined
    this.#schedule()
  }

  #tell(client: Client, storeVersion: number | undefined, counters: string | undefined): void {
    const { heartbeatMs, intervalMs } = this.#options
    client.silentMs += intervalMs
    if (client.stream.readableLength > MAX_BUFFERED_BYTES) {
      if (client.silentMs > heartbeatMs * MAX_MISSED_HEARTBEATS) client.stream.destroy()
      return
    }
    let text = ''
    if (storeVersion !== undefined && storeVersion !== client.storeVersion) {
      client.storeVersion = storeVersion
      text += event('changed', { version: storeVersion })
    }
    if (counters !== undefined && counters !== client.counters) {
      client.counters = counters
      text += `event: counters\ndata: ${counters}\n\n`
    }
    if (text === '' && client.silentMs >= heartbeatMs) text = ': still here\n\n'
    if (text === '') return
    client.silentMs = 0
    client.stream.push(text)
  }

  /** A store or a proxy that does not answer now has no news; the lists say what is wrong. */
  async #storeVersion(): Promise<number | undefined> {
    try {
      return await this.#options.reader()?.version()
    } catch {
      return undefined
    }
  }

  async #counters(): Promise<string | undefined> {
    try {
      return JSON.stringify((await this.#options.probe.read()).counters)
    } catch {
      return undefined
    }
  }
}

function event(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}
