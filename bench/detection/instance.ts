/**
 * One running instance of the lifelike API: what it answers follows from the request, and what varies by
 * itself from its own random numbers. Two instances of one version differ in nothing else.
 */

import { startRandom, type Random } from '../verdict-random.ts'

/** One request to the API. */
export interface ApiRequest {
  readonly endpoint: string
  readonly method: string
  readonly target: string
  /** What the request is about: the same thing is the same in every instance. */
  readonly subject: number
  /** When it came, epoch milliseconds. */
  readonly at: number
  readonly requestId: string
  /** Host as this instance got it. */
  readonly host: string
  readonly body: string
}

/** What an instance draws from when it varies. */
export class Instance {
  readonly name: string
  readonly random: Random
  /** How often what rarely happens happens: a warning header, a member of a degraded answer. */
  readonly rare: number
  /** Requests served so far. */
  served: number

  constructor(name: string, seed: number, stream: number, rare: number) {
    this.name = name
    this.random = startRandom(seed, stream)
    this.rare = rare
    // Each instance counts for itself.
    this.served = this.below(5_000)
  }

  /** An integer from 0 up to, not including, `end`. */
  below(end: number): number {
    return Math.floor(this.random.next() * end)
  }

  hex(length: number): string {
    let text = ''
    while (text.length < length) text += this.below(16).toString(16)
    return text
  }

  uuid(): string {
    const h = this.hex(32)
    return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-a${h.slice(17, 20)}-${h.slice(20)}`
  }

  /** The instance's clock: it answers some milliseconds after the request came, and is a little off. */
  now(at: number): number {
    return at + this.below(80)
  }

  iso(at: number): string {
    return new Date(this.now(at)).toISOString()
  }

  /** The list in an order of its own. */
  shuffle<T>(list: readonly T[]): T[] {
    const shuffled = [...list]
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.below(i + 1)
      const kept = shuffled[i] as T
      shuffled[i] = shuffled[j] as T
      shuffled[j] = kept
    }
    return shuffled
  }
}

/** A number that follows from another: the content of the API's database. */
export function contentOf(subject: number, what: number): number {
  return startRandom(subject * 131 + what, 42).next()
}

/** One of a list, by content. */
export function oneOf<T>(list: readonly T[], subject: number, what: number): T {
  return list[Math.floor(contentOf(subject, what) * list.length)] as T
}
