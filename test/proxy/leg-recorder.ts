/** A handler that writes down what a transport calls, and complains when a call breaks the order. */

import type { FailureReason, HeaderList } from '../../src/core/exchange.ts'
import type { LegHandler, LegRequest, OutgoingRequest, Transport } from '../../src/proxy/leg.ts'
import { until } from '../support/until.ts'

/** One head as it was told. */
export interface RecordedHead {
  readonly status: number
  readonly reason: string
  readonly headers: HeaderList
}

/** Sends one request, and is its handler and its handle in one. */
export class LegRecorder implements LegHandler {
  readonly calls: string[] = []
  readonly informational: RecordedHead[] = []
  /** What broke the interface's promises; must stay empty. */
  readonly offences: string[] = []
  head: RecordedHead | undefined
  trailers: HeaderList = []
  failure: { reason: FailureReason; message: string } | undefined
  length = 0
  drains = 0
  /** Done in the callback of this name, once. */
  on: Record<string, (() => void) | undefined> = {}

  readonly #chunks: Buffer[] = []
  readonly #handle: LegRequest
  #isInside = true
  #isOver = false

  constructor(transport: Transport, request: OutgoingRequest) {
    this.#handle = transport.send(request, this)
    this.#isInside = false
  }

  get body(): string {
    return Buffer.concat(this.#chunks).toString('latin1')
  }

  get isOver(): boolean {
    return this.calls.includes('end') || this.failure !== undefined
  }

  write(chunk: Buffer | string): boolean {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk
    return this.#inside(() => this.#handle.write(bytes))
  }

  end(trailers?: HeaderList): this {
    this.#inside(() => {
      this.#handle.end(trailers)
    })
    return this
  }

  pause(): void {
    this.#handle.pause()
  }

  resume(): void {
    this.#inside(() => {
      this.#handle.resume()
    })
  }

  abort(): void {
    this.#isOver = true
    this.#handle.abort()
  }

  /** Waits for the last call. */
  async over(): Promise<this> {
    await until(() => this.isOver, 'the end of the answer')
    return this
  }

  onInformation(status: number, reason: string, headers: HeaderList): void {
    this.#note('information', this.head === undefined)
    this.informational.push({ status, reason, headers })
  }

  onHead(status: number, reason: string, headers: HeaderList): void {
    const isFirst = this.head === undefined
    this.head = { status, reason, headers }
    this.#note('head', isFirst)
  }

  onData(chunk: Buffer): void {
    this.length += chunk.length
    this.#chunks.push(chunk)
    this.#note('data', this.head !== undefined && chunk.length > 0 && this.trailers.length === 0)
  }

  onTrailers(trailers: HeaderList): void {
    this.trailers = trailers
    this.#note('trailers', this.head !== undefined && trailers.length > 0)
  }

  onEnd(): void {
    this.#note('end', this.head !== undefined)
    this.#isOver = true
  }

  onFailure(reason: FailureReason, message: string): void {
    this.failure = { reason, message }
    this.#note('failure', message !== '')
    this.#isOver = true
  }

  onDrain(): void {
    this.drains += 1
    this.#note('drain', true)
  }

  #inside<T>(act: () => T): T {
    this.#isInside = true
    const result = act()
    this.#isInside = false
    return result
  }

  #note(name: string, isInOrder: boolean): void {
    if (this.#isInside) this.offences.push(`${name} was called from within a call of ours`)
    if (this.#isOver) this.offences.push(`${name} came after the last call`)
    if (!isInOrder) this.offences.push(`${name} came out of order`)
    this.calls.push(name)
    const act = this.on[name]
    this.on[name] = undefined
    act?.()
  }
}
