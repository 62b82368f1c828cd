/** Primary's answer as the client gets it. */

import type { HeaderList } from '../core/exchange.ts'
import { isHopByHop } from '../core/headers.ts'
import { hasConnectionOptions, withoutListed } from './hop-by-hop.ts'

/** What besides primary's lines decides about the client's lines. */
export interface AnswerFacts {
  /** All that primary's `Connection` lists. */
  readonly connection: string
  readonly requestId: string
  /** Whether a body may follow this head. */
  readonly hasBody: boolean
  /** The client speaks HTTP/1.0, which has neither chunks nor trailers. */
  readonly http10: boolean
}

/** Primary's lines without hop-by-hop ones, and whether the body goes out in chunks. */
export function answerHeaders(
  lines: HeaderList,
  facts: AnswerFacts,
): { headers: string[]; chunked: boolean } {
  let headers: string[] = []
  let hasLength = false
  let hasRequestId = false
  let trailer: string | undefined
  for (let i = 0; i < lines.length; i += 2) {
    const name = lines[i] ?? ''
    const value = lines[i + 1] ?? ''
    const lower = name.toLowerCase()
    if (isHopByHop(lower)) {
      if (lower === 'trailer') trailer = trailer === undefined ? value : `${trailer}, ${value}`
      continue
    }
    if (lower === 'content-length') hasLength = true
    else if (lower === 'x-request-id') hasRequestId = true
    headers.push(name, value)
  }
  if (hasConnectionOptions(facts.connection)) headers = withoutListed(headers, facts.connection)
  const chunked = facts.hasBody && !hasLength && !facts.http10
  // Node refuses to announce trailers where none can follow.
  if (chunked && trailer !== undefined) headers.push('Trailer', trailer)
  if (!hasRequestId) headers.push('x-request-id', facts.requestId)
  keepObsText(headers)
  return { headers, chunked }
}

/** An informational answer as bytes. */
export function informationText(status: number, reason: string, lines: HeaderList): string {
  let text = `HTTP/1.1 ${status} ${reason}\r\n`
  for (let i = 0; i < lines.length; i += 2) {
    const name = lines[i] ?? ''
    if (!isHopByHop(name)) text += `${name}: ${lines[i + 1] ?? ''}\r\n`
  }
  return `${text}\r\n`
}

/** Node takes trailers as pairs. */
export function toPairs(lines: readonly string[]): [string, string][] {
  const pairs: [string, string][] = []
  for (let i = 0; i < lines.length; i += 2) pairs.push([lines[i] ?? '', lines[i + 1] ?? ''])
  return pairs
}

const OBS_TEXT = /[\x80-\xff]/

/**
 * Node reads a Content-Disposition that follows a Content-Length as UTF-8 and writes it as latin1, which
 * would change bytes above 0x7F. Encoded once beforehand, they come out as they came in.
 */
function keepObsText(headers: string[]): void {
  let afterLength = false
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ''
    if (name.length === 14 && name.toLowerCase() === 'content-length') {
      afterLength = Number(headers[i + 1]) !== 0
    } else if (afterLength && name.length === 19 && name.toLowerCase() === 'content-disposition') {
      const value = headers[i + 1] ?? ''
      if (OBS_TEXT.test(value)) headers[i + 1] = Buffer.from(value, 'utf8').toString('latin1')
    }
  }
}
