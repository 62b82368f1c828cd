/** Two texts that differ: where, by line, in words short enough to read. */

import type { Difference } from './judgement.ts'
import { renderString } from './render.ts'

/** The difference of two unequal texts: what stands between their common first and last lines. */
export function compareText(primary: string, shadow: string): Difference {
  const left = primary.split('\n')
  const right = shadow.split('\n')
  const shortest = Math.min(left.length, right.length)
  let start = 0
  while (start < shortest && left[start] === right[start]) start++
  let tail = 0
  while (tail < shortest - start && left.at(-1 - tail) === right.at(-1 - tail)) tail++
  return {
    kind: 'value',
    location: 'body:',
    pattern: 'body:',
    severity: 'changed',
    primary: renderLines(left, start, left.length - tail),
    shadow: renderLines(right, start, right.length - tail),
  }
}

/** The lines of one side, from the place where the texts part; a single line needs no number. */
function renderLines(lines: readonly string[], start: number, end: number): string {
  const text = lines.slice(start, end).join('\n')
  if (lines.length === 1) return renderString(text)
  const place = end - start === 1 ? `line ${start + 1}` : `lines ${start + 1} to ${end}`
  return renderString(end === start ? `nothing at line ${start + 1}` : `${place}: ${text}`)
}

/** How many lines a side of such a difference shows. */
export function linesShown(shown: string): number {
  const [, from, to] = /^lines (\d+) to (\d+): /.exec(shown) ?? []
  if (from !== undefined && to !== undefined) return Number(to) - Number(from) + 1
  return /^nothing at line \d+$/.test(shown) ? 0 : 1
}
