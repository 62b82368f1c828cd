/**
 * Server-sent events. What is sent is state, not news: every client is told the newest version and
 * counters that it has not got yet, so that a slow one misses nothing and needs no queue.
 */

import { Readable } from 'node:stream'
import { AppError } from '../core/errors.ts'

/** What the hub reads, and its bounds. */
export interface EventHubOptions {
  /** In the order in which they are told. */
  readonly topics: readonly Topic[]
  /** Version of the program, for `hello`. */
  readonly version: string
  /** Between two looks at what is told. */
  readonly intervalMs: number
  /** A silent connection gets a comment after this long, so that nothing between cuts it. */
  readonly heartbeatMs: number
  readonly maxClients: number
}

/** Something that is told when it changes. */
export interface Topic {
  /** The event's name. */
  readonly name: string
  /** Whether a new client is told only what changes after it came. */
  readonly isNews: boolean
  /** As it is now; what cannot be read now has no news, and the lists say what is wrong. */
  read(): Promise<Told | undefined>
}

/** The state of a topic: told when `key` differs from the one that was told last. */
export interface Told {
  readonly key: string
  readonly data: unknown
}

interface Client {
  readonly stream: Readable
  /** Whether it may still be told; a stream outlives the session that opened it. */
  readonly isWelcome: () => boolean
  /** The key that was told last, by topic. */
  readonly told: Map<string, string>
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

  /**
   * Opens a stream of events that begins with `hello` and ends when its client is no longer welcome;
   * `unavailable` when there are too many.
   */
  async connect(isWelcome: () => boolean): Promise<Readable> {
    const { maxClients, version } = this.#options
    if (this.#closed) throw new AppError('unavailable', 'The console is closing')
    if (this.#clients.size >= maxClients) {
      throw new AppError('unavailable', `${maxClients} clients listen already; try again later`)
    }
    const stream = new Readable({ read: () => undefined })
    const client: Client = { stream, isWelcome, told: new Map(), silentMs: 0 }
    // Before the first await: the place is taken now, and given back whatever happens.
    this.#clients.add(client)
    stream.once('close', () => {
      this.#clients.delete(client)
    })
    // Read before `hello`, since a client that gets `hello` reads everything anew.
    const news = this.#options.topics.filter(({ isNews }) => isNews)
    for (const [name, { key }] of await readAll(news)) client.told.set(name, key)
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
    const now = await readAll(this.#options.topics)
    for (const client of this.#clients) {
      if (this.#closed) return
      if (client.isWelcome()) this.#tell(client, now)
      else if (client.stream.readableLength === 0) client.stream.push(null)
      // What lies there could keep the end from getting through.
      else client.stream.destroy()
    }
    this.#timer = undefined
    this.#schedule()
  }

  #tell(client: Client, now: ReadonlyMap<string, Told>): void {
    const { heartbeatMs, intervalMs } = this.#options
    client.silentMs += intervalMs
    if (client.stream.readableLength > MAX_BUFFERED_BYTES) {
      if (client.silentMs > heartbeatMs * MAX_MISSED_HEARTBEATS) client.stream.destroy()
      return
    }
    let text = ''
    for (const [name, { key, data }] of now) {
      if (client.told.get(name) === key) continue
      client.told.set(name, key)
      text += event(name, data)
    }
    if (text === '' && client.silentMs >= heartbeatMs) text = ': still here\n\n'
    if (text === '') return
    client.silentMs = 0
    client.stream.push(text)
  }
}

async function readAll(topics: readonly Topic[]): Promise<ReadonlyMap<string, Told>> {
  const read = await Promise.all(
    topics.map(async (topic) => [topic.name, await topic.read().catch(() => undefined)] as const),
  )
  return new Map(read.flatMap(([name, told]) => (told === undefined ? [] : [[name, told]])))
}

function event(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}
