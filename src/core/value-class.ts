/** What a value looks like, for rules that let it change as long as it stays what it is. */

import { parseHttpDate } from './header-values.ts'
import { type Json, PreciseNumber } from './json-value.ts'

/** The names that a rule may give after `as`. */
export const VALUE_CLASSES = [
  'timestamp',
  'date',
  'uuid',
  'ulid',
  'integer',
  'number',
  'string',
  'boolean',
  'hex',
  'base64',
  'jwt',
  'url',
  'email',
] as const

/** What a value may have to stay. */
export type ValueClass = (typeof VALUE_CLASSES)[number]

/** Whether both values are of the class, written in the same way: a time in another zone is another way. */
export function isSameClass(primary: Json, shadow: Json, valueClass: ValueClass): boolean {
  const form = formOf(primary, valueClass)
  return form !== undefined && form === formOf(shadow, valueClass)
}

const FORMS: Readonly<Record<Exclude<ValueClass, NonText>, RegExp>> = {
  date: /^\d{4}-[01]\d-[0-3]\d$/,
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  ulid: /^[0-7][0-9a-hjkmnp-tv-z]{25}$/i,
  hex: /^(?:0x)?[0-9a-f]+$/i,
  base64: /^[A-Za-z0-9+/_-]+={0,2}$/,
  jwt: /^[\w-]+\.[\w-]+\.[\w-]*$/,
  url: /^[a-z][a-z0-9+.-]*:\/\/\S+$/i,
  email: /^[^\s@]+@[^\s@]+$/,
}

type NonText = 'timestamp' | 'integer' | 'number' | 'string' | 'boolean'

/** How a value of the class is written; undefined when it is not of the class. */
function formOf(value: Json, valueClass: ValueClass): string | undefined {
  switch (valueClass) {
    case 'timestamp':
      return typeof value === 'string' ? textTimeForm(value) : epochForm(value)
    case 'string':
      return typeof value === 'string' ? 'string' : undefined
    case 'boolean':
      return typeof value === 'boolean' ? 'boolean' : undefined
    case 'number':
    case 'integer':
      return numberForm(value, valueClass)
    default:
      return typeof value === 'string' && FORMS[valueClass].test(value) ? valueClass : undefined
  }
}

/** Numbers in text, as headers have them, stay text. */
function numberForm(value: Json, valueClass: 'number' | 'integer'): string | undefined {
  const isText = typeof value === 'string'
  if (isText && !/^-?\d+(?:\.\d+)?$/.test(value)) return undefined
  const number = numberOf(value)
  if (number === undefined) return undefined
  return valueClass === 'number' || Number.isInteger(number) ? typeof value : undefined
}

/** The number that a value is, or that its text says. */
export function numberOf(value: Json): number | undefined {
  if (typeof value === 'number') return value
  if (value instanceof PreciseNumber) return Number(value.source)
  if (typeof value !== 'string' || !/^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(value))
    return undefined
  return Number(value)
}

/** Epoch milliseconds of a time in text; undefined for anything else. */
export function timeOf(value: Json): number | undefined {
  if (typeof value !== 'string') return undefined
  if (!ISO_TIME.test(value)) return parseHttpDate(value)
  const time = Date.parse(value.replace(' ', 'T'))
  return Number.isNaN(time) ? undefined : time
}

const ISO_TIME =
  /^\d{4}-[01]\d-[0-3]\d[Tt ][0-2]\d:[0-5]\d(?::[0-6]\d(?:[.,]\d{1,12})?)?(Z|z|[+-]\d{2}:?\d{2})?$/

function textTimeForm(text: string): string | undefined {
  const iso = ISO_TIME.exec(text)
  if (iso !== null) return `iso ${iso[1] ?? 'local'}`
  if (parseHttpDate(text) !== undefined) return 'http'
  return /^\d{10}(?:\d{3}|\d{6})?$/.test(text) ? `epoch ${text.length}` : undefined
}

/** Seconds, milliseconds or microseconds since 1970, for times between 2001 and 2286. */
function epochForm(value: Json): string | undefined {
  if (typeof value !== 'number') return undefined
  const digits = String(Math.trunc(value)).length
  return digits === 10 || digits === 13 || digits === 16 ? `epoch ${digits}` : undefined
}
