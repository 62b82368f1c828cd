/**
 * Values as JSON text for people: valid JSON whatever the length. What is left out says so inside, as a last
 * element, a last member or the end of a string.
 */

import { type Json, PreciseNumber, RepeatedMember } from './json-value.ts'

/** Characters of text that one value may take, roughly: whole small objects, the beginning of large ones. */
const MAX_TEXT = 1_024
/** Characters of one string, so that several members of an object stay visible. */
const MAX_STRING = 512
const MAX_DEPTH = 6

/** JSON text of a value, shortened when it is long. */
export function renderJson(value: Json): string {
  if (typeof value === 'string') return renderString(value)
  if (typeof value === 'number') return Object.is(value, -0) ? '0' : String(value)
  return render(value, { left: MAX_TEXT }, MAX_DEPTH)
}

/** JSON text of a string, shortened when it is long. */
export function renderString(text: string): string {
  return JSON.stringify(shorten(text, MAX_STRING))
}

/** The beginning of a text and how long it really is; a surrogate pair is not cut in two. */
function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text
  const end = isHighSurrogate(text.charCodeAt(limit - 1)) ? limit - 1 : limit
  return `${text.slice(0, end)}… (${text.length} characters)`
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff
}

interface Budget {
  left: number
}

function render(value: Json, budget: Budget, depth: number): string {
  if (typeof value !== 'object' || value === null) {
    const text =
      typeof value === 'string'
        ? JSON.stringify(shorten(value, Math.max(16, Math.min(MAX_STRING, budget.left))))
        : JSON.stringify(value)
    budget.left -= text.length
    return text
  }
  if (value instanceof PreciseNumber) {
    const text = value.source.length <= MAX_STRING ? value.source : renderString(value.source)
    budget.left -= text.length
    return text
  }
  if (value instanceof RepeatedMember) return renderArray(value.values, budget, depth)
  if (Array.isArray(value)) return renderArray(value as readonly Json[], budget, depth)
  const names = Object.keys(value)
  if (depth === 0 && names.length > 0) return `{"…":${plural(names.length, 'member')}}`
  const parts: string[] = []
  for (const name of names) {
    if (budget.left <= 0) {
      parts.push(`"…":${plural(names.length - parts.length, 'more member')}`)
      break
    }
    const key = JSON.stringify(shorten(name, MAX_STRING))
    budget.left -= key.length + 2
    parts.push(`${key}:${render((value as Record<string, Json>)[name] as Json, budget, depth - 1)}`)
  }
  return `{${parts.join(',')}}`
}

function renderArray(values: readonly Json[], budget: Budget, depth: number): string {
  if (depth === 0 && values.length > 0) return `[${plural(values.length, 'element')}]`
  const parts: string[] = []
  for (const value of values) {
    if (budget.left <= 0) {
      parts.push(plural(values.length - parts.length, 'more element'))
      break
    }
    budget.left -= 1
    parts.push(render(value, budget, depth - 1))
  }
  return `[${parts.join(',')}]`
}

function plural(count: number, noun: string): string {
  return `"… ${count} ${noun}${count === 1 ? '' : 's'}"`
}
