/** JSON values replaced where they stand in a text, also where the text ends within them. */

import type { Secrets } from './secrets.ts'

/** The JSON value with every string and number in it replaced; `true`, `false` and `null` tell nothing. */
export function redactScalars(value: string, secrets: Secrets): string {
  let result = ''
  let copied = 0
  const scalars = /"|-?\d[\d.eE+-]*/g
  for (let found = scalars.exec(value); found !== null; found = scalars.exec(value)) {
    const [start] = found
    const end = start === '"' ? endOfString(value, found.index) : scalars.lastIndex
    scalars.lastIndex = end
    const isName = start === '"' && /^\s{0,64}:/.test(value.slice(end, end + 65))
    if (isName) continue
    const scalar = value.slice(found.index, end)
    result += value.slice(copied, found.index)
    result +=
      start === '"' ? replaceLiteral(scalar, secrets) : `"${secrets.replace(scalar, 'number')}"`
    copied = end
  }
  return result + value.slice(copied)
}

/** Where a JSON value that begins here ends; a text cut short ends it too. */
export function endOfJson(text: string, start: number): number {
  const first = text[start]
  if (first === '"') return endOfString(text, start)
  if (first !== '{' && first !== '[') {
    const scalar = /[^\s,"[\]{}]*/y
    scalar.lastIndex = start
    return start + (scalar.exec(text)?.[0].length ?? 0)
  }
  let depth = 0
  const structure = /["{}[\]]/g
  structure.lastIndex = start
  for (let found = structure.exec(text); found !== null; found = structure.exec(text)) {
    const [char] = found
    if (char === '"') structure.lastIndex = endOfString(text, found.index)
    else if (char === '{' || char === '[') depth++
    else if (--depth === 0) return structure.lastIndex
  }
  return text.length
}

/** Where the string that opens at `start` ends, its closing quote included. */
export function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let backslashes = 0
    while (text[at - 1 - backslashes] === '\\') backslashes++
    if (backslashes % 2 === 0) return at + 1
  }
  return text.length
}

/** Whether a string literal has its closing quote; a text cut short lacks it. */
export function isClosed(literal: string): boolean {
  return literal.length > 1 && endOfString(literal, 0) === literal.length && literal.endsWith('"')
}

/** What stands between the quotes of a string literal, unescaped; as it is when it is no such thing. */
export function unescapeString(inner: string): string {
  if (!inner.includes('\\')) return inner
  try {
    return JSON.parse(`"${inner}"`) as string
  } catch {
    return inner
  }
}

function replaceLiteral(literal: string, secrets: Secrets): string {
  const closed = isClosed(literal)
  const inner = unescapeString(literal.slice(1, closed ? -1 : undefined))
  return `"${secrets.replace(inner)}${closed ? '"' : ''}`
}
