/**
 * Header lists written as what they repeat of another one: what we send is nearly what the client sent,
 * and both answers are nearly the same. A string is a line's name or value; two numbers are a run of
 * lines of the other list: where it begins and how many strings it has.
 */

import type { HeaderList } from '../core/exchange.ts'

/** A list as it travels. */
export type PackedList = readonly (string | number)[]

/** Lines of the other list that may be passed over to find a line again. */
const MAX_SKIP = 8

/** The list by what it repeats of `base`. */
export function packList(list: HeaderList, base: HeaderList): PackedList {
  const packed: (string | number)[] = []
  let next = 0
  for (let i = 0; i < list.length;) {
    const start = findLine(base, next, list, i)
    if (start < 0) {
      packed.push(list[i] ?? '', list[i + 1] ?? '')
      i += 2
      continue
    }
    let end = start
    while (i < list.length && isLine(base, end, list, i)) {
      end += 2
      i += 2
    }
    packed.push(start, end - start)
    next = end
  }
  return packed
}

/** The list that was packed with this base; throws on what was not. */
export function unpackList(packed: PackedList, base: HeaderList): HeaderList {
  const list: string[] = []
  for (let i = 0; i < packed.length; i += 2) {
    const first = packed[i]
    const second = packed[i + 1]
    if (typeof first === 'string' && typeof second === 'string') {
      list.push(first, second)
    } else if (typeof first === 'number' && typeof second === 'number') {
      if (first + second > base.length)
        throw new Error('a header list refers to lines that are not there')
      for (let at = first; at < first + second; at++) list.push(base[at] ?? '')
    } else {
      throw new Error('a header list is neither lines nor runs')
    }
  }
  return list
}

/** Where the line of `list` at `i` is in `base`, not far behind `from`; -1 when it is not. */
function findLine(base: HeaderList, from: number, list: HeaderList, i: number): number {
  const end = Math.min(base.length, from + 2 * MAX_SKIP)
  for (let at = from; at < end; at += 2) {
    if (isLine(base, at, list, i)) return at
  }
  return -1
}

function isLine(base: HeaderList, at: number, list: HeaderList, i: number): boolean {
  return at + 1 < base.length && base[at] === list[i] && base[at + 1] === list[i + 1]
}
