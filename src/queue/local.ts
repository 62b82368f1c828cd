/**
 * The proxy's end of the way to the recorder: a bounded queue in memory, and batches over a Unix socket.
 * It never blocks, never throws, and tells every exchange's fate once. A batch that the recorder did not
 * acknowledge before its connection broke is lost, not sent again: it may have been written.
 */

import { connect, type Socket } from 'node:net'
import type { Exchange, HeaderList, LostReason } from '../core/exchange.ts'
import type { ExchangeFate, ExchangeQueue } from '../core/ports.ts'
import { decodeAnswer, encodeBatch, type BatchAnswer } from './codec.ts'
import { FrameReader } from './frame-reader.ts'

export { listenQueue } from './listen.ts'

/** How the proxy's end is set up; everything but the path has a default. */
export interface QueueOptions {
  /** The recorder's socket. */
  readonly path: string
  /** Bytes of exchanges, bodies included, that wait or are not acknowledged yet; more are lost and counted. */
  readonly maxBytes?: number
  /** A batch leaves when it holds this many exchanges, … */
  readonly batchExchanges?: number
  /** … this many bytes, … */
  readonly batchBytes?: number
  /** … or when its first exchange has waited this long. */
  readonly flushMs?: number
  /** Batches, and bytes in them, on their way at once. */
  readonly window?: { readonly batches: number; readonly bytes: number }
  /** The first pause before connecting again, doubled at each failure up to the second number. */
  readonly reconnectMs?: readonly [number, number]
}

/** Connects to the recorder, now and again whenever the connection is lost, for ever. */
export function connectQueue(options: QueueOptions): ExchangeQueue {
  return new LocalQueue(options)
}

interface Waiting {
  readonly exchange: Exchange
  readonly fate: ExchangeFate
  readonly bytes: number
}

interface Sent {
  readonly fates: readonly ExchangeFate[]
  readonly bytes: number
}

/** Objects and short strings of an exchange, roughly. */
const BASE_BYTES = 1024
/** An answer names one outcome for each exchange of a batch; this is far above what that takes. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024

class LocalQueue implements ExchangeQueue {
  readonly #options: Required<QueueOptions>
  #socket: Socket | undefined
  #connected = false
  #closing = false
  #closed = false
  #waiting: Waiting[] = []
  #waitingBytes = 0
  readonly #sent = new Map<number, Sent>()
  #sentBytes = 0
  #exchangesSent = 0
  #lastBatch = 0
  /** Whether a batch may leave although it is not full. */
  #due = false
  #flushTimer: NodeJS.Timeout | undefined
  #reconnectTimer: NodeJS.Timeout | undefined
  #reconnectMs: number
  #settled: (() => void) | undefined

  constructor(options: QueueOptions) {
    this.#options = {
      maxBytes: 64 * 1024 * 1024,
      batchExchanges: 64,
      batchBytes: 256 * 1024,
      flushMs: 50,
      window: { batches: 16, bytes: 16 * 1024 * 1024 },
      reconnectMs: [50, 1000],
      ...options,
    }
    this.#reconnectMs = this.#options.reconnectMs[0]
    this.#connect()
  }

  get connected(): boolean {
    return this.#connected
  }

  get depth(): number {
    return this.#waiting.length + this.#exchangesSent
  }

  push(exchange: Exchange, fate: ExchangeFate): void {
    if (this.#closing) {
      fate.lost('shutdown')
      return
    }
    const bytes = bytesOf(exchange)
    if (this.#waitingBytes + this.#sentBytes + bytes > this.#options.maxBytes) {
      fate.lost(this.#connected ? 'queue-full' : 'recorder-down')
      return
    }
    this.#waiting.push({ exchange, fate, bytes })
    this.#waitingBytes += bytes
    if (this.#isFull()) this.#send()
    // Also where a full batch has to wait: what is left behind it must not wait for more to come.
    if (this.#waiting.length > 0)
      this.#flushTimer ??= setTimeout(this.#onFlushTimer, this.#options.flushMs)
  }

  close(deadlineMs: number): Promise<void> {
    this.#closing = true
    this.#due = true
    this.#send()
    return new Promise((resolve) => {
      const deadline = setTimeout(() => this.#settled?.(), deadlineMs)
      this.#settled = () => {
        this.#settled = undefined
        clearTimeout(deadline)
        this.#end()
        resolve()
      }
      this.#settleIfEmpty()
    })
  }

  readonly #onFlushTimer = () => {
    this.#flushTimer = undefined
    this.#due = true
    this.#send()
  }

  #isFull(): boolean {
    const { batchExchanges, batchBytes } = this.#options
    return this.#waiting.length >= batchExchanges || this.#waitingBytes >= batchBytes
  }

  /** Sends what is due, as far as the window allows; the rest follows with the next answer. */
  #send(): void {
    const { window } = this.#options
    while (
      this.#socket !== undefined &&
      this.#connected &&
      this.#waiting.length > 0 &&
      (this.#due || this.#isFull()) &&
      (this.#sent.size === 0 ||
        (this.#sent.size < window.batches && this.#sentBytes < window.bytes))
    ) {
      this.#sendBatch(this.#socket)
    }
    if (this.#waiting.length > 0) return
    this.#due = this.#closing
    clearTimeout(this.#flushTimer)
    this.#flushTimer = undefined
  }

  #sendBatch(socket: Socket): void {
    const batch = this.#takeBatch()
    const bytes = batch.reduce((total, waiting) => total + waiting.bytes, 0)
    this.#waitingBytes -= bytes
    this.#sentBytes += bytes
    this.#exchangesSent += batch.length
    this.#lastBatch = (this.#lastBatch + 1) % 0x1_0000_0000
    this.#sent.set(this.#lastBatch, { fates: batch.map(({ fate }) => fate), bytes })
    const chunks = encodeBatch(
      this.#lastBatch,
      batch.map(({ exchange }) => exchange),
    )
    if (chunks.length > 1) socket.cork()
    for (const chunk of chunks) socket.write(chunk)
    if (chunks.length > 1) socket.uncork()
  }

  #takeBatch(): Waiting[] {
    const { batchExchanges, batchBytes } = this.#options
    let bytes = 0
    let count = 0
    for (const waiting of this.#waiting) {
      if (count === batchExchanges || bytes >= batchBytes) break
      bytes += waiting.bytes
      count++
    }
    const batch = this.#waiting
    // Most often all of it leaves: then the array itself is handed over.
    this.#waiting = count === batch.length ? [] : batch.splice(count)
    return batch
  }

  #connect(): void {
    const socket = connect({ path: this.#options.path })
    const frames = new FrameReader(MAX_ANSWER_BYTES)
    this.#socket = socket
    socket.on('connect', () => {
      this.#connected = true
      this.#reconnectMs = this.#options.reconnectMs[0]
      this.#send()
    })
    socket.on('data', (chunk) => {
      try {
        frames.push(chunk)
        for (let frame = frames.next(); frame !== undefined; frame = frames.next()) {
          this.#settle(decodeAnswer(frame))
        }
      } catch {
        // A recorder that talks nonsense is treated as one that is gone.
        socket.destroy()
      }
    })
    // Every error is followed by 'close', which does all there is to do.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#onDisconnect()
    })
  }

  #onDisconnect(): void {
    this.#connected = false
    this.#socket = undefined
    if (this.#closed) return
    this.#loseSent('recorder-down')
    this.#reconnectTimer = setTimeout(() => {
      this.#connect()
    }, this.#reconnectMs)
    this.#reconnectMs = Math.min(this.#reconnectMs * 2, this.#options.reconnectMs[1])
    this.#settleIfEmpty()
  }

  #settle({ batch, outcomes }: BatchAnswer): void {
    const sent = this.#sent.get(batch)
    if (sent === undefined) return
    this.#forget(batch, sent)
    for (const [index, fate] of sent.fates.entries()) {
      const outcome = outcomes?.[index]
      if (outcome === undefined) fate.lost('store-failed')
      else fate.recorded(outcome)
    }
    this.#send()
    this.#settleIfEmpty()
  }

  #loseSent(reason: LostReason): void {
    for (const [batch, sent] of [...this.#sent]) {
      this.#forget(batch, sent)
      for (const fate of sent.fates) fate.lost(reason)
    }
  }

  #forget(batch: number, sent: Sent): void {
    this.#sent.delete(batch)
    this.#sentBytes -= sent.bytes
    this.#exchangesSent -= sent.fates.length
  }

  #settleIfEmpty(): void {
    if (this.depth === 0) this.#settled?.()
  }

  #end(): void {
    this.#closed = true
    clearTimeout(this.#flushTimer)
    clearTimeout(this.#reconnectTimer)
    const waiting = this.#waiting
    this.#waiting = []
    this.#waitingBytes = 0
    this.#loseSent('shutdown')
    for (const { fate } of waiting) fate.lost('shutdown')
    this.#socket?.destroy()
  }
}

function bytesOf({ request, primary, shadow, control }: Exchange): number {
  let bytes = BASE_BYTES + request.target.length + request.body.bytes.length
  bytes += lengthOf(request.headers)
  const primarys = primary?.kind === 'response' ? primary.body.bytes : undefined
  for (const observation of [primary, shadow, control]) {
    if (observation === undefined) continue
    bytes += lengthOf(observation.sentHeaders)
    if (observation.kind === 'failure') continue
    const ownBytes = observation.body.bytes
    if (observation === primary || ownBytes !== primarys) bytes += ownBytes.length
    bytes += lengthOf(observation.headers) + lengthOf(observation.trailers)
  }
  return bytes
}

function lengthOf(headers: HeaderList): number {
  let length = 0
  for (const text of headers) length += text.length
  return length
}
