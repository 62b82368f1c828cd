/** Causal order: which copies must wait for which. */

import { headerValue, headerValues } from '../core/headers.ts'
import type { HeaderList } from '../core/exchange.ts'
import type { MirrorOrder } from '../core/settings.ts'

/** What a request is ordered by: equal keys follow each other, an absent key follows nobody. */
export type OrderKey = string | object

/** The key of a request; `connection` stands for the client's connection. */
export function orderKey(
  order: MirrorOrder | undefined,
  headers: HeaderList,
  connection: object,
): OrderKey | undefined {
  switch (order?.kind) {
    case undefined:
    case 'none':
      return undefined
    case 'connection':
      return connection
    case 'header':
      return headerValue(headers, order.name.toLowerCase())
    case 'cookie':
      return cookieValue(headers, order.name)
  }
}

function cookieValue(headers: HeaderList, name: string): string | undefined {
  for (const line of headerValues(headers, 'cookie')) {
    for (const pair of line.split(';')) {
      const equals = pair.indexOf('=')
      if (equals !== -1 && pair.slice(0, equals).trim() === name)
        return pair.slice(equals + 1).trim()
    }
  }
  return undefined
}

/** Lets one item of each key through at a time, the others in their order after it. */
export class Turns<T> {
  readonly #waiting = new Map<OrderKey, T[]>()

  /** Whether the item may go on now; if not, {@link next} gives it later. */
  enter(key: OrderKey, item: T): boolean {
    const line = this.#waiting.get(key)
    if (line === undefined) {
      this.#waiting.set(key, [])
      return true
    }
    line.push(item)
    return false
  }

  /** Whether an item of this key would have to wait. */
  isTaken(key: OrderKey): boolean {
    return this.#waiting.has(key)
  }

  /** The one that had this key's turn is done: who is next, if anybody waits. */
  next(key: OrderKey): T | undefined {
    const line = this.#waiting.get(key)
    const item = line?.shift()
    if (item === undefined) this.#waiting.delete(key)
    return item
  }

  /** All that wait, in no order between keys; forgets them. */
  drain(): T[] {
    const all = [...this.#waiting.values()].flat()
    this.#waiting.clear()
    return all
  }

  /** Takes those out that `isLate`, so that nobody waits for ever behind a turn that does not end. */
  takeLate(isLate: (item: T) => boolean): T[] {
    const late: T[] = []
    for (const line of this.#waiting.values()) {
      while (line[0] !== undefined && isLate(line[0])) {
        const item = line.shift()
        if (item !== undefined) late.push(item)
      }
    }
    return late
  }
}
