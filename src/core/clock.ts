/**
 * Times that an answer takes from the clock: the moment it was made, or that moment and a lifetime of whole
 * minutes. Two answers of one version tell different ones, and seldom differ where only whole seconds are told.
 * Such a time keeps its distance from the answer it is in, and times of the content do not: where those are
 * wrong by a second, the rule lets pass what happens to lie whole minutes away, one answer in fifteen at most.
 */

import type { HeaderList, ObservedResponse } from './exchange.ts'
import { parseHttpDate } from './header-values.ts'
import { headerValue } from './headers.ts'
import { type Json, PreciseNumber } from './json-value.ts'
import { timeOf } from './value-class.ts'

/** The rule that lets times of the clock differ as the answers do. */
export const CLOCK_RULE = 'builtin:clock'

/** Says whether two values are told by the clock, and no further apart than the answers. */
export type ClockExcuse = (primary: Json, shadow: Json) => boolean

/** Two answers of one moment may still be stamped this far apart. */
const TOLERANCE_MS = 2_000

/** A moment may be taken when the request came, and the answer dated when it was done. */
const MAKING_MS = 10_000

const MINUTE_MS = 60_000

/** Lifetimes are shorter than this; beyond it a number is rather something else. */
const MAX_MINUTES = 366 * 24 * 60

/** The excuse for two answers to a request that came at `requestedAt`; their dates are read when first needed. */
export function createClockExcuse(
  primary: ObservedResponse,
  shadow: ObservedResponse,
  requestedAt: number,
): ClockExcuse {
  let primaryNow: number | undefined
  let shadowNow: number | undefined
  return (left, right) => {
    const a = readTime(left)
    if (a === undefined) return false
    const b = readTime(right)
    if (b === undefined || a.form !== b.form) return false
    primaryNow ??= momentOf(primary.headers, requestedAt)
    shadowNow ??= momentOf(shadow.headers, requestedAt)
    if (Math.abs(a.time - b.time) > Math.abs(primaryNow - shadowNow) + TOLERANCE_MS) return false
    const lifetime = lifetimeOf(a.time - primaryNow)
    return lifetime !== undefined && lifetime === lifetimeOf(b.time - shadowNow)
  }
}

/** The moment of the answer with these headers, by its own clock, else by ours; epoch milliseconds. */
export function momentOf(headers: HeaderList, requestedAt: number): number {
  return parseHttpDate(headerValue(headers, 'date')) ?? requestedAt
}

/** The whole minutes between an answer and a time; 0 for the moment itself, undefined for any other distance. */
function lifetimeOf(distanceMs: number): number | undefined {
  const minutes = Math.round(distanceMs / MINUTE_MS)
  const rest = Math.abs(distanceMs - minutes * MINUTE_MS)
  if (rest > (minutes === 0 ? MAKING_MS : TOLERANCE_MS)) return undefined
  return Math.abs(minutes) <= MAX_MINUTES ? minutes : undefined
}

interface Time {
  /** Epoch milliseconds; of a time without a zone, some quarters of an hour off. */
  readonly time: number
  /** How it is written: type, precision and zone. */
  readonly form: string
}

function readTime(value: Json): Time | undefined {
  if (typeof value === 'number') return value < MIN_EPOCH ? undefined : readEpoch(String(value))
  if (value instanceof PreciseNumber) return readEpoch(value.source)
  return typeof value === 'string' ? readText(value) : undefined
}

/** Ten digits of seconds: no date before 2001. */
const MIN_EPOCH = 1e9

const EPOCH = /^\d{10}(\d{3}|\d{6}|\d{9})?(\.\d+)?$/

/** Seconds since 1970, or thousandths, millionths or billionths of them. */
function readEpoch(text: string): Time | undefined {
  const parts = EPOCH.exec(text)
  if (parts === null) return undefined
  const [, more = '', fraction = ''] = parts
  const time = Number(text) * 10 ** (3 - more.length)
  return { time, form: `epoch ${more.length} ${fraction === '' ? 'whole' : 'parts'}` }
}

const ZONE = /(?:Z|[+-]\d{2}:?\d{2})$/i

function readText(text: string): Time | undefined {
  if (text.length < 10 || text.length > 40) return undefined
  const epoch = readEpoch(text)
  if (epoch !== undefined) return { time: epoch.time, form: `text ${epoch.form}` }
  const time = timeOf(text)
  if (time === undefined) return undefined
  const isDigit = text.charCodeAt(0) <= 0x39
  const form = isDigit
    ? `iso ${text.length}${text.charAt(10)}${ZONE.exec(text)?.[0] ?? ''}`
    : `http ${text.length}${text.slice(-3)}`
  return { time, form }
}
