/** A queue of exchanges that ends in memory. */

import type { Exchange } from '../../src/core/exchange.ts'
import type { ExchangeFate, ExchangeQueue } from '../../src/core/ports.ts'
import { until } from './until.ts'

/** Keeps what is pushed; tells each fate at once, unless `holds`. */
export class MemoryQueue implements ExchangeQueue {
  readonly exchanges: Exchange[] = []
  readonly fates: ExchangeFate[] = []
  connected = true
  /** Leaves the fates to the test. */
  holds = false

  push(exchange: Exchange, fate: ExchangeFate): void {
    this.exchanges.push(exchange)
    this.fates.push(fate)
    if (!this.holds) fate.recorded({ outcome: 'match' })
  }

  get depth(): number {
    return this.holds ? this.exchanges.length : 0
  }

  /** Waits for the exchange of this request id, or for any. */
  async exchange(requestId?: string): Promise<Exchange> {
    const find = () =>
      this.exchanges.find((one) => requestId === undefined || one.requestId === requestId)
    await until(() => find() !== undefined, `the exchange ${requestId ?? ''}`)
    const found = find()
    if (found === undefined) throw new Error('gone')
    return found
  }

  async close(): Promise<void> {
    // Nothing is open.
  }
}
