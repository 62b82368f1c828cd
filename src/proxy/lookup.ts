/** Name look-ups of one leg, kept from hindering those of the other legs. */

import { lookup, type LookupAddress, type LookupOptions } from 'node:dns'
import type { LookupFunction } from 'node:net'

/** Asks for all addresses of a name. */
export type Resolve = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

type Callback = Parameters<LookupFunction>[2]

/** How long an answer is used again: enough for a burst of connections, short enough to follow a change. */
const FRESH_MS = 1_000

interface Lookup {
  waiting: [LookupOptions, Callback][] | undefined
  addresses: LookupAddress[]
  at: number
}

/**
 * A look-up function with at most one question under way per name. The system's resolver works in a handful
 * of threads that the whole process shares: a shadow whose name does not resolve would take them all, and
 * primary's connections would wait.
 */
export function createLookup(resolve: Resolve = lookup): LookupFunction {
  const lookups = new Map<string, Lookup>()
  return (hostname, options, callback) => {
    const key = `${options.family ?? 0} ${options.hints ?? 0} ${hostname}`
    let known = lookups.get(key)
    if (known === undefined) {
      known = { waiting: undefined, addresses: [], at: -Infinity }
      lookups.set(key, known)
    }
    const one = known
    if (one.waiting !== undefined) {
      one.waiting.push([options, callback])
      return
    }
    if (performance.now() - one.at < FRESH_MS) {
      const { addresses } = one
      process.nextTick(() => {
        answer(callback, options, null, addresses)
      })
      return
    }
    one.waiting = [[options, callback]]
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const waiting = one.waiting ?? []
      one.waiting = undefined
      if (error === null) {
        one.addresses = addresses
        one.at = performance.now()
      }
      for (const [asked, callback] of waiting) answer(callback, asked, error, addresses)
    })
  }
}

function answer(
  callback: Callback,
  options: LookupOptions,
  error: NodeJS.ErrnoException | null,
  addresses: LookupAddress[],
): void {
  const [first] = error === null ? addresses : []
  if (first === undefined) {
    callback(error ?? Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '', 0)
  } else if (options.all === true) callback(null, addresses)
  else callback(null, first.address, first.family)
}
