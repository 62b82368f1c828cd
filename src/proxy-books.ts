/**
 * What all proxy processes of a service have counted, dead ones included, so that totals never go
 * backwards. What a proxy held when it died is settled here: nobody else will ever tell what became of it.
 */

import type { Counters } from './core/counters.ts'
import { sumCounters } from './core/counters.ts'
import type { ProxyBooks } from './core/ports.ts'

/** Dead proxies whose last reading waits for the recorder; a crash loop lets older ones go. */
const MAX_WAITING = 1000

/** One proxy process from its start to its end. */
export interface ProxyAccount {
  /** Unique for each start of a process. */
  readonly id: string
  /** Its newest reading; absent until it gave one. */
  reading?: Counters
  isOver: boolean
}

/** The accounts of a service's proxies. */
export class ServiceBooks {
  readonly #living = new Set<ProxyAccount>()
  #past: Counters = sumCounters([])
  #waiting: ProxyBooks[] = []
  readonly #kept = new Map<string, string>()

  /** A proxy process starts. */
  open(id: string): ProxyAccount {
    const account: ProxyAccount = { id, isOver: false }
    this.#living.add(account)
    return account
  }

  /** Notes a reading; one that arrives after the end is too late. */
  note(account: ProxyAccount, counters: Counters): void {
    if (!account.isOver) account.reading = counters
  }

  /** Closes an account; a process that was killed may have left something open. */
  close(account: ProxyAccount): void {
    if (account.isOver) return
    account.isOver = true
    this.#living.delete(account)
    this.#kept.delete(account.id)
    if (account.reading === undefined) return
    const counters = settle(account.reading)
    this.#past = sumCounters([this.#past, counters])
    this.#waiting.push({ proxy: account.id, counters })
    if (this.#waiting.length > MAX_WAITING) this.#waiting.shift()
  }

  /** Everything counted so far, as far as readings tell. */
  total(): Counters {
    return sumCounters([this.#past, ...this.#readings().map(({ counters }) => counters)])
  }

  /** Readings that the recorder has not kept yet. */
  unkept(): readonly ProxyBooks[] {
    const changed = this.#readings().filter(
      ({ proxy, counters }) => this.#kept.get(proxy) !== JSON.stringify(counters),
    )
    return [...this.#waiting, ...changed]
  }

  /** The newest readings of the proxies that live. */
  current(): readonly ProxyBooks[] {
    return this.#readings()
  }

  /** The recorder has kept these. */
  keep(books: readonly ProxyBooks[]): void {
    const living = new Set([...this.#living].map(({ id }) => id))
    for (const { proxy, counters } of books) {
      if (living.has(proxy)) this.#kept.set(proxy, JSON.stringify(counters))
    }
    this.#waiting = this.#waiting.filter((one) => !books.includes(one))
  }

  #readings(): readonly ProxyBooks[] {
    return [...this.#living].flatMap(({ id, reading }) =>
      reading === undefined ? [] : [{ proxy: id, counters: reading }],
    )
  }
}

/**
 * The last reading of a process that is gone: clients of what was pending got no answer, and of what was on
 * its way nobody will confirm a row, although there may be one.
 */
function settle(counters: Counters): Counters {
  const { pending, inFlight, unmirrored, lost, control } = counters
  const died = 'proxy-died'
  return {
    ...counters,
    pending: 0,
    inFlight: 0,
    unmirrored: pending === 0 ? unmirrored : { ...unmirrored, [died]: pending },
    lost: inFlight === 0 ? lost : { ...lost, [died]: inFlight },
    ...(control && { control: { ...control, failed: control.sent - control.ok } }),
  }
}
