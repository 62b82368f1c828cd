/**
 * The bytes of bodies as text that can be looked into and changed: content codings are undone for that, and done
 * again only when something was changed. What nothing here can look into is not kept: it might be anything.
 */

import * as zlib from 'node:zlib'
import { undoCodings } from './content-coding.ts'
import type { CapturedBody, HeaderList } from './exchange.ts'
import { hashInsteadOfBytes } from './hashed-body.ts'
import { contentCodings } from './header-values.ts'
import { headerValues } from './headers.ts'
import { storedZstd } from './zstd.ts'

/** A coded body that becomes longer is not looked into. */
const MAX_DECODED_BYTES = 16 * 1024 * 1024

/** Changes a body's text. */
export type ChangeText = (text: string) => string

/** Codings that can be done again. */
const ENCODERS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: (bytes) => zlib.gzipSync(bytes),
  br: (bytes) => zlib.brotliCompressSync(bytes),
  deflate: (bytes) => zlib.deflateSync(bytes),
  zstd: storedZstd,
}

/** Gives what there is of a body that was cut short; throws on what is no such body. */
type Beginning = (bytes: Buffer, options: { readonly maxOutputLength: number }) => Buffer
const CUT = { finishFlush: zlib.constants.Z_SYNC_FLUSH }
const BEGINNINGS: Readonly<Record<string, Beginning>> = {
  gzip: (bytes, options) => zlib.gunzipSync(bytes, { ...CUT, ...options }),
  deflate: (bytes, options) => zlib.inflateSync(bytes, { ...CUT, ...options }),
  br: (bytes, options) => {
    const finishFlush = zlib.constants.BROTLI_OPERATION_FLUSH
    return zlib.brotliDecompressSync(bytes, { finishFlush, ...options })
  },
}

/** The body with its text changed; the same body when nothing changes. Its length stays that of the true one. */
export function rewriteBody(
  body: CapturedBody,
  headers: HeaderList,
  change: ChangeText,
): CapturedBody {
  if (body.bytes.length === 0) return body
  const codings = contentCodings(headerValues(headers, 'content-encoding'))
  const opened = undoCodings(body.bytes, codings, MAX_DECODED_BYTES)
  if (opened.kind === 'bytes') {
    const changed = changeBytes(opened.bytes, change)
    return changed === undefined ? body : { ...body, bytes: encode(changed, codings) }
  }
  // Some name a coding that they do not use, or that is none.
  const changed = changeBytes(body.bytes, change)
  if (changed !== undefined) return { ...body, bytes: changed }
  if (isText(body.bytes)) return body
  const beginning = beginningOf(body.bytes, codings)
  const isClean = beginning !== undefined && changeBytes(beginning, change) === undefined
  return isClean ? body : hashInsteadOfBytes(body)
}

function encode(bytes: Buffer, codings: readonly string[]): Buffer {
  return codings.reduce((coded, coding) => ENCODERS[coding]?.(coded) ?? coded, bytes)
}

function beginningOf(bytes: Buffer, [coding = '', ...more]: readonly string[]): Buffer | undefined {
  if (more.length > 0) return undefined
  try {
    return BEGINNINGS[coding]?.(bytes, { maxOutputLength: MAX_DECODED_BYTES })
  } catch {
    return undefined
  }
}

/** The bytes of the changed text; `undefined` when nothing changes. */
function changeBytes(bytes: Buffer, change: ChangeText): Buffer | undefined {
  const order = utf16Order(bytes)
  if (order !== undefined) {
    const text = swapped(bytes, order).toString('utf16le')
    const changed = change(text)
    return changed === text ? undefined : swapped(Buffer.from(changed, 'utf16le'), order)
  }
  // One character is one byte here, so that whatever is not replaced keeps its bytes.
  const text = bytes.toString('latin1')
  const changed = change(text)
  return changed === text ? undefined : Buffer.from(changed, 'latin1')
}

type ByteOrder = 'little' | 'big'

/** Of UTF-16, by its mark or by its first two characters, which are ASCII in JSON and markup. */
function utf16Order(bytes: Buffer): ByteOrder | undefined {
  if (bytes.length < 4 || bytes.length % 2 !== 0) return undefined
  const [a = 0, b = 0, c = 0, d = 0] = bytes
  if ((a === 0xff && b === 0xfe) || (a > 0 && b === 0 && c > 0 && d === 0)) return 'little'
  if ((a === 0xfe && b === 0xff) || (a === 0 && b > 0 && c === 0 && d > 0)) return 'big'
  return undefined
}

function swapped(bytes: Buffer, order: ByteOrder): Buffer {
  return order === 'little' ? bytes : Buffer.from(bytes).swap16()
}

/** Whether it was read as it stands: without control characters but white space. */
function isText(bytes: Buffer): boolean {
  return bytes.every((byte) => byte >= 0x20 || (byte >= 9 && byte <= 13))
}
