/**
 * JSON values as they are compared: what JSON.parse gives, and two classes for what it would lose, a number
 * that no double holds and a member that occurs more than once.
 */

/** A JSON value with nothing lost. */
export type Json =
  null | boolean | number | string | PreciseNumber | RepeatedMember | readonly Json[] | JsonObject

/** An object; `__proto__` is an ordinary member, so read with `Object.hasOwn` first. */
export interface JsonObject {
  readonly [name: string]: Json
}

/** A number whose value no double holds. */
export class PreciseNumber {
  /** The token as it was sent. */
  readonly source: string
  /** One text per value: `100`, `1e2` and `100.0` share it. */
  readonly canonical: string

  constructor(source: string, canonical: string) {
    this.source = source
    this.canonical = canonical
  }
}

/** The values of a member that occurs more than once in one object, in order. */
export class RepeatedMember {
  readonly values: readonly Json[]

  constructor(values: readonly Json[]) {
    this.values = values
  }
}

/** What JSON calls the type of a value; a repeated member is one of its own. */
export type JsonType = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object' | 'repeated'

/** The type of a value, in JSON's words. */
export function typeOfJson(value: Json): JsonType {
  switch (typeof value) {
    case 'string':
      return 'string'
    case 'number':
      return 'number'
    case 'boolean':
      return 'boolean'
    default:
      if (value === null) return 'null'
      if (Array.isArray(value)) return 'array'
      if (value instanceof PreciseNumber) return 'number'
      return value instanceof RepeatedMember ? 'repeated' : 'object'
  }
}

/** Whether a value is a plain JSON object. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof PreciseNumber) &&
    !(value instanceof RepeatedMember)
  )
}

/** Whether a value is a JSON array. */
export function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

/**
 * One text per decimal value of a JSON number token: sign, digits without outer zeros, exponent. Tokens
 * with an absurd exponent stay as they are, which keeps them different from everything else.
 */
export function canonicalNumber(token: string): string {
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(token) ?? []
  if (whole === '') return token
  const digits = trimZeros(whole + fraction)
  if (digits.text === '') return '0'
  if (exponentText.length > MAX_EXPONENT) return token
  const exponent = Number(exponentText) - fraction.length + digits.trailing
  return `${sign}${digits.text}e${exponent}`
}

/** Digits of an exponent that a double holds exactly. */
const MAX_EXPONENT = 15

/** By index, because a regular expression for trailing zeros is quadratic. */
function trimZeros(digits: string): { text: string; trailing: number } {
  let start = 0
  let end = digits.length
  while (start < end && digits.charCodeAt(start) === 48) start++
  while (end > start && digits.charCodeAt(end - 1) === 48) end--
  return { text: digits.slice(start, end), trailing: digits.length - end }
}

/** The value of a number token: a double where a double holds it, else all its digits. */
export function numberFromToken(token: string): number | PreciseNumber {
  const double = Number(token)
  if (Number.isFinite(double) && String(double) === token) return double
  const canonical = canonicalNumber(token)
  if (Number.isFinite(double) && canonicalNumber(String(double)) === canonical) return double
  return new PreciseNumber(token, canonical)
}
