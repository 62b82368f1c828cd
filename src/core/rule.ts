/**
 * What a person states about what may differ. A rule has an id, a scope, and one statement about locations:
 * `status`, `header:x-*`, `trailer:grpc-*`, or `body:` with a path in which `*` stands for one segment (or a
 * part of one) and `**` for any number of them.
 */

import type { ValueClass } from './value-class.ts'

/** What every rule has. */
export interface RuleBase {
  /** Unique in the effective set; what suppressed differences name. */
  readonly id: string
  /** Such as `GET /items/**`; absent: every endpoint. */
  readonly endpoint?: string
  /** Absent: every method. */
  readonly methods?: readonly string[]
  /** Primary's status, `404` or `4xx`; absent: every status. */
  readonly statuses?: readonly string[]
  readonly note?: string
  readonly author?: string
  /** When it was made, RFC 3339. */
  readonly time?: string
}

/** What a rule states about its locations. */
export type RuleStatement =
  /** Nothing there counts, nor below. */
  | { readonly kind: 'ignore'; readonly at: readonly string[] }
  /** The order of these arrays, or of this header's list, does not count. */
  | { readonly kind: 'unordered'; readonly at: readonly string[] }
  /** Elements of these arrays belong together when these members are equal: `id`, `sku, warehouse`, `/offer/id`. */
  | { readonly kind: 'key'; readonly at: readonly string[]; readonly by: string }
  /** Numbers, or times, this close are equal. */
  | {
      readonly kind: 'tolerate'
      readonly at: readonly string[]
      readonly absolute?: number
      /** A share of the larger number: 0.01 is 1 %. */
      readonly relative?: number
      readonly withinMs?: number
    }
  /** May differ, must stay what it is. */
  | { readonly kind: 'class'; readonly at: readonly string[]; readonly as: ValueClass }
  /** Text is compared after this replacement on both sides. */
  | {
      readonly kind: 'rewrite'
      readonly at: readonly string[]
      readonly pattern: string
      readonly with: string
    }
  /** A member that is null equals one that is absent. */
  | { readonly kind: 'null-is-missing'; readonly at: readonly string[] }
  /** Strings there that hold JSON or a JWT are compared by what they hold. */
  | { readonly kind: 'open'; readonly at: readonly string[] }
  /** Only these response headers count; names may have `*`. */
  | { readonly kind: 'only-headers'; readonly names: readonly string[] }

/** One rule. */
export type Rule = RuleBase & RuleStatement
