/** The head of a copy: primary's lines with what is the copy's own. */

import type { HeaderList } from '../core/exchange.ts'
import type { Admitted } from './admit.ts'
import { Field, fieldKind } from './field.ts'
import type { HeadEdits } from '../core/head-edits.ts'

/** What a leg makes of primary's lines. */
export interface CopyHead {
  /** Marks the copy as one. */
  readonly mark: 'shadow' | 'control'
  /** Stands in place of the client's Host; absent: the client's own. */
  readonly host?: string
  readonly edits: HeadEdits | undefined
}

/** The lines of a copy; its body is there whole, so nothing is expected of the upstream. */
export function copyHeaders(
  { headers, hostAt }: Pick<Admitted, 'headers' | 'hostAt'>,
  { mark, host, edits }: CopyHead,
): HeaderList {
  const own = hostAt === -1 ? ownLines(headers, host) : headers.slice()
  if (hostAt !== -1 && host !== undefined) own[hostAt] = host
  if (edits !== undefined) return [...edits.headers(own), 'x-shadow', mark]
  own.push('x-shadow', mark)
  return own
}

function ownLines(primary: HeaderList, host: string | undefined): string[] {
  const headers: string[] = []
  for (let i = 0; i < primary.length; i += 2) {
    const name = primary[i] ?? ''
    const value = primary[i + 1] ?? ''
    const kind = fieldKind(name)
    if (kind === Field.HOST) headers.push(name, host ?? value)
    else if (kind !== Field.EXPECT && kind !== Field.SHADOW_MARK) headers.push(name, value)
  }
  return headers
}
