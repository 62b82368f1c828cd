/** Where a list goes on: opaque to callers, the place of the last row they got to us. */

import { AppError } from '../../core/errors.ts'

type Place = readonly (string | number)[]

/** Writes a place of the named list as a cursor. */
export function encodeCursor(list: string, place: Place): string {
  return Buffer.from(JSON.stringify([list, ...place])).toString('base64url')
}

/** Reads a cursor of the named list, whose place has these types; throws `invalid` on any other text. */
export function decodeCursor(
  list: string,
  types: readonly ('string' | 'number')[],
  cursor: string,
): Place {
  let read: unknown
  try {
    read = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    read = undefined
  }
  if (Array.isArray(read) && read[0] === list && read.length === types.length + 1) {
    const place: unknown[] = read.slice(1)
    if (place.every((part, index) => typeof part === types[index])) return place as Place
  }
  throw new AppError(
    'invalid',
    'cursor: not one of this list; use "next" of the page before, or leave it out',
  )
}
