/**
 * Multipart bodies (RFC 2046 §5.1) as values: one object a part, so that the boundary, which is drawn anew for
 * every answer, takes no part in comparing.
 */

/** One part: its header lines as they stand, and its bytes. */
export interface Part {
  readonly headers: readonly string[]
  readonly bytes: Buffer
}

/** More parts than this are compared as one binary. */
const MAX_PARTS = 10_000

/** The parts of a multipart body; undefined when the bytes are not of this boundary. */
export function splitParts(bytes: Buffer, boundary: string): readonly Part[] | undefined {
  const parts: Part[] = []
  const opening = Buffer.from(`--${boundary}`, 'latin1')
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1')
  let at = bytes.subarray(0, opening.length).equals(opening) ? 0 : bytes.indexOf(delimiter) + 2
  if (at === 1) return undefined
  while (parts.length < MAX_PARTS) {
    const afterBoundary = at + opening.length
    if (bytes.subarray(afterBoundary, afterBoundary + 2).toString('latin1') === '--') return parts
    const start = bytes.indexOf('\r\n', afterBoundary)
    const end = start === -1 ? -1 : bytes.indexOf(delimiter, start)
    if (start === -1 || end === -1) return undefined
    parts.push(parsePart(bytes.subarray(start + 2, Math.max(start + 2, end))))
    at = end + 2
  }
  return undefined
}

/** The boundary that a content type names. */
export function boundaryOf(contentType: string): string | undefined {
  const [, quoted, plain] =
    /;\s*boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(contentType) ?? []
  return quoted ?? plain
}

function parsePart(bytes: Buffer): Part {
  // A part without headers begins with the empty line.
  if (bytes.subarray(0, 2).toString('latin1') === '\r\n') {
    return { headers: [], bytes: bytes.subarray(2) }
  }
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return { headers: [], bytes }
  const headers: string[] = []
  for (const line of bytes.subarray(0, end).toString('latin1').split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.push(line.slice(0, colon).trim(), line.slice(colon + 1).trim())
  }
  return { headers, bytes: bytes.subarray(end + 4) }
}
