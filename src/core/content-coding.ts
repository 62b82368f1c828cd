/**
 * Content codings undone, with a bound on what comes out: a kilobyte of gzip can hold a gigabyte of zeros.
 */

import * as zlib from 'node:zlib'

import { codeOf } from './errors.ts'
import { decompressZstd } from './zstd.ts'

/** What became of a coded body. */
export type Uncoded =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  /** The coding is known, the bytes are not of it. */
  | { readonly kind: 'corrupt'; readonly coding: string }
  /** Nothing here undoes this coding. */
  | { readonly kind: 'unsupported'; readonly coding: string }
  | { readonly kind: 'too-large' }

/** Nobody stacks more; each layer multiplies the work. */
const MAX_CODINGS = 4

type Decoder = (bytes: Buffer, options: { maxOutputLength: number }) => Buffer

/** Newer Node has zstd; the types of the oldest supported one do not know it. */
const { zstdDecompressSync: zstd = decompressZstd } = zlib as { zstdDecompressSync?: Decoder }

const DECODERS: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['gzip', zlib.gunzipSync],
  ['deflate', inflateEither],
  ['br', zlib.brotliDecompressSync],
  ['zstd', zstd],
])

/** Undoes the codings, last applied first; at no moment more than `maxBytes` come out. */
export function undoCodings(bytes: Buffer, codings: readonly string[], maxBytes: number): Uncoded {
  if (codings.length > MAX_CODINGS) return { kind: 'unsupported', coding: codings.join(', ') }
  let result = bytes
  for (const coding of codings.toReversed()) {
    const decoder = DECODERS.get(coding)
    if (decoder === undefined) return { kind: 'unsupported', coding }
    try {
      result = decoder(result, { maxOutputLength: maxBytes })
    } catch (thrown) {
      // Anything but the bound means that these bytes are not of this coding.
      return codeOf(thrown) === 'ERR_BUFFER_TOO_LARGE'
        ? { kind: 'too-large' }
        : { kind: 'corrupt', coding }
    }
  }
  return result.length > maxBytes ? { kind: 'too-large' } : { kind: 'bytes', bytes: result }
}

/** `deflate` is zlib's format (RFC 9110 §8.4.1.2), and raw deflate from servers that never read that. */
function inflateEither(bytes: Buffer, options: { maxOutputLength: number }): Buffer {
  const isZlib =
    bytes.length > 1 && ((bytes[0] ?? 0) & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0
  return isZlib ? zlib.inflateSync(bytes, options) : zlib.inflateRawSync(bytes, options)
}
