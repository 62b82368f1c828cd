/**
 * The secrets of one exchange: each gets its placeholder where it is found, and is remembered, because
 * services echo what they are sent under other names and in other places.
 */

import type { PlaceholderOf } from './placeholder.ts'
import { isPlaceholder } from './placeholder-form.ts'

/** Shorter values are too likely to be ordinary words elsewhere. */
const SHORTEST_ECHO = 6
/** Secrets of one exchange that are looked for elsewhere; placeholders are given to all. */
const MAX_ECHOED = 64
/** Looks at what surrounds a name; each costs some microseconds. */
const MAX_LOOKS = 10_000

/** Finds placeholders for secrets and replaces their echoes. */
export class Secrets {
  readonly #placeholderOf: PlaceholderOf
  readonly #echoes = new Map<string, string>()
  #looks = MAX_LOOKS

  constructor(placeholderOf: PlaceholderOf) {
    this.#placeholderOf = placeholderOf
  }

  /** Whether there is anything to look for elsewhere. */
  get hasEchoes(): boolean {
    return this.#echoes.size > 0
  }

  /** Whether there may be one more long look around a name; bounds what a strange body can cost. */
  mayLook(): boolean {
    return this.#looks-- > 0
  }

  /** The placeholder of a secret whose name says that it is one. */
  replace(secret: string, type: 'string' | 'number' = 'string'): string {
    const placeholder = this.#placeholderOf(secret, type)
    if (type === 'string' && secret.length >= SHORTEST_ECHO) this.#remember(secret, placeholder)
    return placeholder
  }

  /** The placeholder of a value that may be a word as well, such as a cookie's. */
  replaceQuietly(value: string): string {
    const isRandom =
      value.length >= 16 || (value.length >= 8 && /\d/.test(value) && /[a-z]/i.test(value))
    return isRandom ? this.replace(value) : this.#placeholderOf(value)
  }

  /** Remembers another form of a secret, as decoding gives it. */
  alsoKnownAs(form: string): void {
    if (form.length >= SHORTEST_ECHO) this.#remember(form, this.#placeholderOf(form))
  }

  /** The text with every remembered secret replaced. */
  replaceEchoes(text: string): string {
    let result = text
    for (const [secret, placeholder] of this.#echoes) {
      if (result.includes(secret)) result = result.replaceAll(secret, placeholder)
    }
    return result
  }

  #remember(secret: string, placeholder: string): void {
    if (this.#echoes.size >= MAX_ECHOED || isPlaceholder(secret)) return
    this.#echoes.set(secret, placeholder)
  }
}
