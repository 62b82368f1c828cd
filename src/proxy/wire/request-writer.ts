/** What a request looks like on the wire (RFC 9112 §3 to §7): the canonical framing, everything else verbatim. */

import type { HeaderList } from '../../core/exchange.ts'
import type { OutgoingRequest } from '../leg.ts'

const METHOD_OR_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** Anything else would end the line, end the request, or not be one byte. */
const NO_VALUE = /[^\t\x20-\x7e\x80-\xff]/
const NO_TARGET = /[^\x21-\x7e\x80-\xff]/

/** Below this, bytes are copied together to leave in one write; above, copying costs more than a second part. */
const MAX_JOINED_BYTES = 16_384

/** The head in latin1, its empty line included; undefined when a byte in it would split the request. */
export function formatHead(request: OutgoingRequest): string | undefined {
  const { method, target, headers, framing } = request
  if (!METHOD_OR_NAME.test(method) || target === '' || NO_TARGET.test(target)) return undefined
  const lines = formatFields(headers)
  if (lines === undefined) return undefined
  const coding = framing.kind === 'chunked' ? 'Transfer-Encoding: chunked\r\n' : ''
  return `${method} ${target} HTTP/1.1\r\n${lines}Connection: keep-alive\r\n${coding}\r\n`
}

/** What ends a chunked body, in latin1; undefined when a trailer holds a byte that it must not. */
export function formatLastChunk(trailers: HeaderList): string | undefined {
  const lines = formatFields(trailers)
  return lines === undefined ? undefined : `0\r\n${lines}\r\n`
}

/** The size line of a chunk. */
export function formatChunkSize(length: number): string {
  return `${length.toString(16)}\r\n`
}

function formatFields(fields: HeaderList): string | undefined {
  let lines = ''
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const name = fields[index] ?? ''
    const value = fields[index + 1] ?? ''
    if (!METHOD_OR_NAME.test(name) || NO_VALUE.test(value)) return undefined
    lines += `${name}: ${value}\r\n`
  }
  return lines
}

/** The one place where parts become bytes of a socket, so that they leave in as few packets as possible. */
export interface ByteSink {
  write(bytes: string | Buffer, encoding?: 'latin1'): boolean
  cork(): void
  uncork(): void
}

/** Writes text (latin1), bytes and text as one; returns what the sink's last write returned. */
export function writeTogether(
  sink: ByteSink,
  before: string,
  bytes: Buffer,
  after: string,
): boolean {
  const length = before.length + bytes.length + after.length
  if (length === bytes.length) return sink.write(bytes)
  if (length <= MAX_JOINED_BYTES) {
    const joined = Buffer.allocUnsafe(length)
    joined.write(before, 0, 'latin1')
    bytes.copy(joined, before.length)
    if (after !== '') joined.write(after, before.length + bytes.length, 'latin1')
    return sink.write(joined)
  }
  sink.cork()
  if (before !== '') sink.write(before, 'latin1')
  let wantsMore = sink.write(bytes)
  if (after !== '') wantsMore = sink.write(after, 'latin1')
  sink.uncork()
  return wantsMore
}
