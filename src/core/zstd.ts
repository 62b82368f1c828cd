/**
 * Zstandard (RFC 8878) where Node has none of its own. The library decodes block by block and shifts its whole
 * window after each one, so windows and blocks are looked at before: memory and work are bounded whatever the
 * bytes say.
 */

import { Decompress } from 'fzstd'

/** The largest window that a content coding may ask for (RFC 9659 §3). */
const MAX_WINDOW = 8 * 1024 * 1024
/** Bytes of windows that may be shifted in all: about a second. */
const MAX_SHIFTED = 8 * 1024 * 1024 * 1024

/** How decoding is to end when the bound is reached, as `node:zlib` ends it. */
class TooLargeError extends Error {
  readonly code = 'ERR_BUFFER_TOO_LARGE'
}

/** Decodes all frames; throws what has the code `ERR_BUFFER_TOO_LARGE` when more than the bound would come out. */
export function decompressZstd(
  bytes: Buffer,
  { maxOutputLength }: { readonly maxOutputLength: number },
): Buffer {
  checkFrames(bytes)
  const chunks: Uint8Array[] = []
  let length = 0
  const decoder = new Decompress((chunk) => {
    length += chunk.length
    if (length > maxOutputLength) throw new TooLargeError('zstd: more than the bound comes out')
    chunks.push(chunk)
  })
  decoder.push(bytes, true)
  return Buffer.concat(chunks, length)
}

const MAGIC = 0xfd2fb528

/** Walks the headers of frames and blocks; throws when they are broken, or cost too much. */
function checkFrames(bytes: Buffer): void {
  let at = 0
  let shifted = 0
  let frames = 0
  while (at < bytes.length) {
    const magic = bytes.readUInt32LE(at)
    if ((magic & 0xfffffff0) >>> 0 === 0x184d2a50) {
      at += 8 + bytes.readUInt32LE(at + 4)
      continue
    }
    if (magic !== MAGIC) throw new Error('zstd: no frame begins here')
    const frame = frameAt(bytes, at)
    if (frame.window > MAX_WINDOW) throw new Error('zstd: the window is larger than 8 MB')
    frames++
    at = frame.blocksAt
    for (let isLast = false; !isLast;) {
      const header = bytes.readUIntLE(at, 3)
      isLast = (header & 1) === 1
      // Of a run, one byte is there.
      at += 3 + ((header & 6) === 2 ? 1 : header >>> 3)
      shifted += frame.window
      if (shifted > MAX_SHIFTED) throw new TooLargeError('zstd: too many small blocks')
    }
    if (frame.hasChecksum) at += 4
  }
  if (frames === 0 || at > bytes.length) throw new Error('zstd: the last frame is not whole')
}

/** A frame's header (RFC 8878 §3.1.1.1). */
function frameAt(bytes: Buffer, at: number) {
  const descriptor = bytes.readUInt8(at + 4)
  const isSingle = (descriptor & 0x20) !== 0
  const sizeFlag = descriptor >>> 6
  const sizeLength = sizeFlag === 0 ? (isSingle ? 1 : 0) : 1 << sizeFlag
  if ((descriptor & 3) !== 0) throw new Error('zstd: a dictionary would be needed')
  const sizeAt = at + 5 + (isSingle ? 0 : 1)
  return {
    window: isSingle ? contentSize(bytes, sizeAt, sizeLength) : windowOf(bytes.readUInt8(at + 5)),
    blocksAt: sizeAt + sizeLength,
    hasChecksum: (descriptor & 4) !== 0,
  }
}

function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >>> 3))
  return base + (base / 8) * (descriptor & 7)
}

function contentSize(bytes: Buffer, at: number, length: number): number {
  if (length === 8) return Number(bytes.readBigUInt64LE(at))
  return bytes.readUIntLE(at, length) + (length === 2 ? 256 : 0)
}

/** A block holds at most this (RFC 8878 §3.1.1.2.4), and our windows are as large. */
const MAX_BLOCK = 128 * 1024
const WINDOW_OF_MAX_BLOCK = 7 << 3

/** A frame of these bytes as they are, for where nothing compresses. */
export function storedZstd(bytes: Buffer): Buffer {
  const head = Buffer.alloc(6)
  head.writeUInt32LE(MAGIC)
  head.writeUInt8(WINDOW_OF_MAX_BLOCK, 5)
  const parts: Uint8Array[] = [head]
  let at = 0
  do {
    const block = bytes.subarray(at, at + MAX_BLOCK)
    at += MAX_BLOCK
    const header = Buffer.alloc(3)
    header.writeUIntLE((block.length << 3) | Number(at >= bytes.length), 0, 3)
    parts.push(header, block)
  } while (at < bytes.length)
  return Buffer.concat(parts)
}
