/** Reads HTTP/1.x messages byte by byte as they are on the wire, for tests that trust no HTTP library. */

/** A message as it was on the wire. */
export interface RawMessage {
  /** `GET / HTTP/1.1` or `HTTP/1.1 200 OK`. */
  readonly startLine: string
  /** Name, value, name, value, … in order, one character a byte. */
  readonly headers: readonly string[]
  /** The body without chunk framing. */
  readonly body: Buffer
  readonly trailers: readonly string[]
  /** How the body was framed. */
  readonly framing: 'none' | 'length' | 'chunked' | 'close'
  /** Where the message ends in the bytes it was read from. */
  readonly end: number
}

/** What decides about the body besides the head itself. */
export interface RawContext {
  /** An answer to HEAD has no body, whatever its head says. */
  readonly head?: boolean
  /** No more bytes will come: a close-delimited body is complete. */
  readonly closed?: boolean
}

/** The value of the first line of this name, in any case. */
export function rawHeader(message: Pick<RawMessage, 'headers'>, name: string): string | undefined {
  return rawHeaderValues(message, name)[0]
}

/** The values of all lines of this name, in any case. */
export function rawHeaderValues(message: Pick<RawMessage, 'headers'>, name: string): string[] {
  return message.headers.filter(
    (_value, i) => i % 2 === 1 && message.headers[i - 1]?.toLowerCase() === name.toLowerCase(),
  )
}

/** The message that begins at `from`, or undefined while it is not complete. */
export function readRawMessage(
  bytes: Buffer,
  from: number,
  context: RawContext = {},
): RawMessage | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n', from, 'latin1')
  if (headEnd === -1) return undefined
  const [startLine = '', ...lines] = bytes.toString('latin1', from, headEnd).split('\r\n')
  const headers = toList(lines)
  const start = headEnd + 4
  const head = { startLine, headers, trailers: [] }
  const answer = startLine.startsWith('HTTP/')
  const status = answer ? Number(startLine.split(' ')[1]) : 0
  const bodyless =
    context.head === true || (answer && (status < 200 || status === 204 || status === 304))
  if (bodyless) return { ...head, body: Buffer.alloc(0), framing: 'none', end: start }
  const coding = rawHeader({ headers }, 'transfer-encoding')
  if (coding?.toLowerCase() === 'chunked') {
    const chunked = readChunks(bytes, start)
    return chunked === undefined ? undefined : { ...head, ...chunked, framing: 'chunked' }
  }
  const length = rawHeader({ headers }, 'content-length')
  if (length !== undefined) {
    const end = start + Number(length)
    if (bytes.length < end) return undefined
    return { ...head, body: bytes.subarray(start, end), framing: 'length', end }
  }
  if (!answer) return { ...head, body: Buffer.alloc(0), framing: 'none', end: start }
  if (context.closed !== true) return undefined
  return { ...head, body: bytes.subarray(start), framing: 'close', end: bytes.length }
}

function readChunks(
  bytes: Buffer,
  from: number,
): { body: Buffer; trailers: string[]; end: number } | undefined {
  const chunks: Buffer[] = []
  let at = from
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at, 'latin1')
    if (lineEnd === -1) return undefined
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    at = lineEnd + 2
    if (size === 0) break
    if (bytes.length < at + size + 2) return undefined
    chunks.push(bytes.subarray(at, at + size))
    at += size + 2
  }
  const lines: string[] = []
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at, 'latin1')
    if (lineEnd === -1) return undefined
    const line = bytes.toString('latin1', at, lineEnd)
    at = lineEnd + 2
    if (line === '') return { body: Buffer.concat(chunks), trailers: toList(lines), end: at }
    lines.push(line)
  }
}

function toList(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const colon = line.indexOf(':')
    // Not trim(), which takes bytes like 0xA0 for white space too.
    return [line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')]
  })
}
