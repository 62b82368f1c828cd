/** Primary's answer as the client gets it. */

import type { HeaderList } from '../core/exchange.ts'
import { isHopByHop } from '../core/headers.ts'
import { Field, fieldKind } from './field.ts'
import { connectionOf, hasConnectionOptions, withoutListed } from './hop-by-hop.ts'

/** What besides primary's lines decides about the client's lines. */
export interface AnswerFacts {
  readonly requestId: string
  readonly status: number
  /** Whether a body may follow this head. */
  readonly hasBody: boolean
  /** The client speaks HTTP/1.0, which has neither chunks nor trailers. */
  readonly http10: boolean
  /** Node changes one of the lines that it writes, see {@link asNodeReadsIt}. */
  readonly isWrittenByNode: boolean
}

/** The head that the client gets. */
export interface ClientHead {
  readonly headers: string[]
  /** All that primary's `Connection` listed. */
  readonly connection: string
  /** Whether the body goes out in chunks. */
  readonly chunked: boolean
  /** Whether primary applied a transfer coding besides chunked, which nobody asked for (RFC 9112 §7). */
  readonly isCoded: boolean
}

/** Primary's lines without hop-by-hop ones. */
export function answerHeaders(lines: HeaderList, facts: AnswerFacts): ClientHead {
  let headers: string[] = []
  let connection = ''
  let hasLength = false
  let hasBytes = false
  let hasRequestId = false
  let isCoded = false
  let trailer: string | undefined
  for (let i = 0; i < lines.length; i += 2) {
    const name = lines[i] ?? ''
    const value = lines[i + 1] ?? ''
    switch (fieldKind(name)) {
      case Field.TRANSFER_ENCODING:
        isCoded ||= value.trim().toLowerCase() !== 'chunked'
        break
      case Field.HOP:
      case Field.UPGRADE:
      case Field.TE:
        break
      case Field.CONNECTION:
        connection = connection === '' ? value : `${connection},${value}`
        break
      case Field.TRAILER:
        trailer = trailer === undefined ? value : `${trailer}, ${value}`
        break
      case Field.CONTENT_LENGTH:
        // RFC 9110 §8.6: this status has no length, whatever primary says.
        if (facts.status === 204) break
        hasLength = true
        hasBytes = Number(value) !== 0
        headers.push(name, value)
        break
      case Field.REQUEST_ID:
        hasRequestId = true
        headers.push(name, value)
        break
      case Field.CONTENT_DISPOSITION:
        headers.push(name, hasBytes && facts.isWrittenByNode ? asNodeReadsIt(value) : value)
        break
      default:
        headers.push(name, value)
    }
  }
  if (hasConnectionOptions(connection)) headers = withoutListed(headers, connection)
  const chunked = facts.hasBody && !hasLength && !facts.http10
  // Node refuses to announce trailers where none can follow.
  if (chunked && trailer !== undefined) headers.push('Trailer', trailer)
  if (!hasRequestId) headers.push('x-request-id', facts.requestId)
  return { headers, connection, chunked, isCoded }
}

/** An informational answer as bytes. */
export function informationText(status: number, reason: string, lines: HeaderList): string {
  let text = `HTTP/1.1 ${status} ${reason}\r\n`
  const kept = withoutListed(lines, connectionOf(lines))
  for (let i = 0; i < kept.length; i += 2) {
    const name = kept[i] ?? ''
    const isFraming = fieldKind(name) === Field.CONTENT_LENGTH
    if (!isFraming && !isHopByHop(name)) text += `${name}: ${kept[i + 1] ?? ''}\r\n`
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
 * Node reads a Content-Disposition that follows a Content-Length other than 0 as UTF-8 and writes it as
 * latin1, which would change bytes above 0x7F. Encoded once beforehand, they come out as they came in.
 */
function asNodeReadsIt(value: string): string {
  return OBS_TEXT.test(value) ? Buffer.from(value, 'utf8').toString('latin1') : value
}
