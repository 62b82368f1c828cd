/** Stored bodies made fit to be shown: content codings undone, text as text, the rest as base64. */

import { createHash } from 'node:crypto'
import { undoCodings } from './content-coding.ts'
import type { CapturedBody, HeaderList } from './exchange.ts'
import { headerValues } from './headers.ts'
import type { BodyView } from './exchange-report.ts'

/** What a coded body may become for showing; beyond it the body is shown as it was on the wire. */
const MAX_DECODED_BYTES = 8 * 1024 * 1024

/** The body as it is shown, with the headers it came with. */
export function viewBody(body: CapturedBody, headers: HeaderList): BodyView {
  const isKept = body.bytes.length > 0 || body.length === 0
  // Lengths do not tell: redacted bytes are more or fewer than those on the wire.
  const truncated = body.sha256 !== undefined || !isKept
  const codings = truncated ? [] : contentCodings(headers)
  const uncoded =
    codings.length > 0 ? undoCodings(body.bytes, codings, MAX_DECODED_BYTES) : undefined
  const isDecoded = uncoded?.kind === 'bytes' && body.bytes.length > 0
  const bytes = isDecoded ? uncoded.bytes : body.bytes
  const text = asText(bytes, truncated)
  return {
    length: body.length,
    sha256: body.sha256 ?? (isKept ? sha256Of(body.bytes) : ''),
    truncated,
    ...(body.incomplete !== undefined && { incomplete: body.incomplete }),
    ...(isDecoded && { decoded: codings.join(', ') }),
    ...(text === undefined ? { base64: bytes.toString('base64') } : { text }),
  }
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function contentCodings(headers: HeaderList): readonly string[] {
  return headerValues(headers, 'content-encoding')
    .flatMap((value) => value.split(','))
    .map((coding) => coding.trim().toLowerCase().replace(/^x-/, ''))
    .filter((coding) => coding !== '' && coding !== 'identity')
}

/** The bytes as text, if they are UTF-8 without control characters but tab, line feed and return. */
function asText(bytes: Buffer, truncated: boolean): string | undefined {
  for (const byte of bytes) {
    if ((byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13) || byte === 0x7f) return undefined
  }
  try {
    // A prefix may end within a character; `stream` leaves those bytes out.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, {
      stream: truncated,
    })
  } catch {
    return undefined
  }
}
