/**
 * The line before each chunk: size and extensions (RFC 9112 §7.1). Extensions are checked, bounded and
 * dropped. Reads byte by byte across any cut, because a size line is a handful of bytes.
 */

import { BYTE_CLASS, CR, LF, QUOTED, TEXT, TOKEN } from './byte-class.ts'

/** Hexadecimal digits of a chunk size at most, leading zeros included. */
const MAX_SIZE_DIGITS = 16
/** Bytes of one chunk's extensions at most, as in Node's own parser. */
const MAX_EXTENSION_BYTES = 16_384

const SIZE = 0
const EXTENSION_START = 1
const EXTENSION_NAME = 2
const EXTENSION_VALUE = 3
const QUOTED_VALUE = 4
const QUOTED_PAIR = 5
const AFTER_QUOTED = 6
const LINE_FEED = 7
const DONE = 8

const SEMICOLON = 0x3b
const EQUALS = 0x3d
const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Scans one size line at a time; `start` first, then `scan` until `isDone`. */
export class ChunkHeader {
  /** Valid once `isDone`. */
  size = 0
  problem = ''

  #step = SIZE
  #digits = 0
  #extensionBytes = 0

  start(): void {
    this.size = 0
    this.#step = SIZE
    this.#digits = 0
    this.#extensionBytes = 0
  }

  get isDone(): boolean {
    return this.#step === DONE
  }

  /** Returns where it stopped, or -1 when the line is broken. */
  scan(bytes: Buffer, start: number, end: number): number {
    let at = start
    for (; at < end && this.#step !== DONE; at += 1) {
      const byte = bytes[at] ?? 0
      if (this.#step === SIZE) {
        if (!this.#readSize(byte)) return this.#break('a chunk size is malformed or too large')
      } else if (this.#step === LINE_FEED) {
        if (byte !== LF) return this.#break('a chunk size line ends in CR without LF')
        this.#step = DONE
      } else {
        this.#extensionBytes += 1
        if (this.#extensionBytes > MAX_EXTENSION_BYTES) {
          return this.#break('the extensions of a chunk are longer than 16 KB')
        }
        if (!this.#readExtension(byte)) return this.#break('a chunk extension is malformed')
      }
    }
    return at
  }

  #break(problem: string): number {
    this.problem = problem
    return -1
  }

  #readSize(byte: number): boolean {
    const digit = digitOf(byte)
    if (digit >= 0) {
      this.#digits += 1
      this.size = this.size * 16 + digit
      return this.#digits <= MAX_SIZE_DIGITS && this.size <= Number.MAX_SAFE_INTEGER
    }
    if (this.#digits === 0) return false
    if (byte === CR) this.#step = LINE_FEED
    else if (byte === SEMICOLON) this.#step = EXTENSION_START
    else return false
    return true
  }

  #readExtension(byte: number): boolean {
    const byteClass = BYTE_CLASS[byte] ?? 0
    switch (this.#step) {
      case EXTENSION_START:
        if (byte === CR) return false
        this.#step = EXTENSION_NAME
        return this.#readExtension(byte)
      case EXTENSION_NAME:
        if (byte === EQUALS) this.#step = EXTENSION_VALUE
        else if ((byteClass & TOKEN) === 0) return this.#endExtension(byte)
        return true
      case EXTENSION_VALUE:
        if (byte === QUOTE) this.#step = QUOTED_VALUE
        else if ((byteClass & TOKEN) === 0) return this.#endExtension(byte)
        return true
      case QUOTED_VALUE:
        if (byte === QUOTE) this.#step = AFTER_QUOTED
        else if (byte === BACKSLASH) this.#step = QUOTED_PAIR
        else return (byteClass & QUOTED) !== 0
        return true
      case QUOTED_PAIR:
        this.#step = QUOTED_VALUE
        return (byteClass & TEXT) !== 0
      default:
        return this.#endExtension(byte)
    }
  }

  #endExtension(byte: number): boolean {
    if (byte === SEMICOLON) this.#step = EXTENSION_START
    else if (byte === CR) this.#step = LINE_FEED
    else return false
    return true
  }
}

function digitOf(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}
