/**
 * How a value is written, as far as that does not change by itself: ids, times and tokens vary, and stay what
 * they are. Read from the text that a difference shows, because a place that always varies shows one anyway.
 */

import { linesShown } from './text.ts'
import { timeOf } from './value-class.ts'

/** A time this close to the request is the moment of the answer; times of the content rarely are. */
const NOW_MS = 5 * 60_000

/** Sums of the same numbers in another order are this close. */
const JITTER = 1e-6

const ID_FORMS: readonly (readonly [name: string, form: RegExp])[] = [
  ['uuid', /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i],
  ['ulid', /^[0-7][0-9a-hjkmnp-tv-z]{25}$/i],
  ['jwt', /^eyJ[\w-]*\.eyJ[\w-]*\.[\w-]*$/],
]
const HEX = /^[0-9a-f]{12,}$/i
/** `ORD-00001234`: a width that does not grow. */
const PADDED = /^[a-z]{0,16}[_-]?0\d+$/i
const ZONE = /(Z|[+-]\d{2}:?\d{2})$/i

/** What is compared with what. */
export interface Comparison {
  /** When the request came, epoch milliseconds. */
  readonly requestedAt: number
  /** Whether these are bodies of text, shown by the lines that differ. */
  readonly isText: boolean
}

/**
 * Whether another value keeps the form of primary's, both as JSON text; undefined when primary's has none
 * that says anything.
 */
export function keepsForm(
  primary: string | undefined,
  other: string | undefined,
  { requestedAt, isText }: Comparison,
): boolean | undefined {
  if (primary === undefined || other === undefined) return undefined
  const left = parse(primary)
  const right = parse(other)
  if (isText && typeof left === 'string' && typeof right === 'string') {
    return linesShown(left) === linesShown(right)
  }
  if (typeof left === 'number' && typeof right === 'number') {
    const epoch = epochForm(left, requestedAt)
    if (epoch !== undefined) return epoch === epochForm(right, requestedAt)
    if (Number.isInteger(left) && Number.isInteger(right)) return undefined
    return Math.abs(left - right) <= JITTER * Math.max(Math.abs(left), Math.abs(right))
  }
  if (typeof left !== 'string' || typeof right !== 'string') return undefined
  const form = textForm(left, requestedAt)
  return form === undefined ? undefined : form === textForm(right, requestedAt)
}

function textForm(text: string, requestedAt: number): string | undefined {
  if (text.length > 512) return undefined
  const time = timeOf(text)
  if (time !== undefined) {
    const zone = ZONE.exec(text)?.[1] ?? 'local'
    return isDigit(text)
      ? `iso ${zone} ${nearness(time, requestedAt)}`
      : `http ${nearness(time, requestedAt)}`
  }
  for (const [name, form] of ID_FORMS) if (form.test(text)) return name
  if (HEX.test(text)) return `hex ${text.length}`
  return PADDED.test(text) ? `padded ${text.length}` : undefined
}

function isDigit(text: string): boolean {
  const code = text.charCodeAt(0)
  return code >= 0x30 && code <= 0x39
}

/** Seconds, milliseconds or microseconds since 1970 that are about now; other numbers are no times for sure. */
function epochForm(value: number, requestedAt: number): string | undefined {
  for (const [unit, factor] of EPOCHS) {
    if (Math.abs(value * factor - requestedAt) <= 24 * 3_600_000) {
      return `epoch ${unit} ${nearness(value * factor, requestedAt)}`
    }
  }
  return undefined
}

const EPOCHS = [
  ['s', 1000],
  ['ms', 1],
  ['µs', 1 / 1000],
] as const

function nearness(time: number, requestedAt: number): string {
  return Math.abs(time - requestedAt) <= NOW_MS ? 'now' : 'then'
}

/** Values are shown shortened; what is no JSON any more has no form. */
function parse(text: string): unknown {
  if (text.startsWith('{') || text.startsWith('[')) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
