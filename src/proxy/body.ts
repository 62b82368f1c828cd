/** Keeps what passes, up to bounds: the first bytes, and of what is longer the length and a hash. */

import { createHash, type Hash } from 'node:crypto'
import type { CapturedBody } from '../core/exchange.ts'

/** The bytes that all bodies of one proxy process hold together, so that their sum has a bound too. */
export class HeldBytes {
  readonly limit: number
  #held = 0

  constructor(limit: number) {
    this.limit = limit
  }

  get held(): number {
    return this.#held
  }

  /** Takes a share; false when that would pass the limit. */
  take(bytes: number): boolean {
    if (this.#held + bytes > this.limit) return false
    this.#held += bytes
    return true
  }

  giveBack(bytes: number): void {
    this.#held -= bytes
  }
}

/** Why a body is not held whole. */
export type CutReason = 'too-large' | 'no-memory'

/** Pieces shorter than this are copied, because each kept by itself costs an object. */
const SMALL_BYTES = 1024
const MAX_SLAB_BYTES = 16 * 1024

const NOTHING = Buffer.alloc(0)

/** One body on its way past us. */
export class BodyCapture {
  readonly #held: HeldBytes
  readonly #limit: number
  #chunks: Buffer[] = []
  #kept = 0
  #length = 0
  /** Small pieces, not among the chunks yet. */
  #slab: Buffer | undefined
  #slabLength = 0
  #hash: Hash | undefined
  #cut: CutReason | undefined
  #dropped = false

  /** Keeps at most `limit` bytes, and less when `held` is full. */
  constructor(limit: number, held: HeldBytes) {
    this.#limit = limit
    this.#held = held
  }

  /** Bytes that passed so far. */
  get length(): number {
    return this.#length
  }

  /** Set as soon as the body is known not to be held whole. */
  get cut(): CutReason | undefined {
    return this.#cut
  }

  /** Whether every byte that passed is still held. */
  get whole(): boolean {
    return this.#kept === this.#length
  }

  /** The pieces of a body that is held whole, in order. */
  get chunks(): readonly Buffer[] {
    this.#closeSlab()
    return this.#chunks
  }

  push(chunk: Buffer): void {
    this.#length += chunk.length
    if (this.#dropped) return
    if (this.#hash !== undefined) {
      this.#hash.update(chunk)
      return
    }
    if (this.#length > this.#limit) this.#startHashing('too-large', chunk)
    else if (!this.#held.take(chunk.length)) this.#startHashing('no-memory', chunk)
    else {
      this.#kept += chunk.length
      this.#keep(chunk)
    }
  }

  /** Forgets the bytes and stops hashing; only the length is counted from here on. */
  drop(): void {
    this.#dropped = true
    this.#hash = undefined
    this.release()
  }

  /**
   * What was kept, at most `limit` bytes of it; called once. The share stays taken until {@link release}. Where the
   * bytes are those of `like` it is `like` that is given, so that equal bodies are held once.
   */
  finish(
    limit: number,
    incomplete?: NonNullable<CapturedBody['incomplete']>,
    like?: Buffer,
  ): CapturedBody {
    this.#closeSlab()
    const ending = incomplete === undefined ? undefined : { incomplete }
    if (this.#dropped || this.#length === 0) {
      return { bytes: NOTHING, length: this.#length, ...ending }
    }
    if (this.#kept > limit && this.#hash === undefined) this.#hash = this.#hashOfKept()
    const bytes = like !== undefined && this.#keeps(like) ? like : this.#inOnePiece(limit)
    if (this.#hash === undefined) return { bytes, length: this.#length, ...ending }
    const sha256 = this.#hash.digest('hex')
    return { bytes, length: this.#length, sha256, ...ending }
  }

  /** Gives the memory's share back, when nobody holds the bytes any more. Idempotent. */
  release(): void {
    this.#held.giveBack(this.#kept)
    this.#chunks = []
    this.#slab = undefined
    this.#kept = 0
  }

  /** Small pieces are copied together: a body in pieces of one byte would take a hundred times its size. */
  #keep(chunk: Buffer): void {
    const { length } = chunk
    if (this.#joinsLast(chunk)) return
    if (this.#kept === length || length >= SMALL_BYTES) {
      this.#closeSlab()
      this.#chunks.push(chunk)
      return
    }
    if (this.#slab !== undefined && this.#slabLength + length > this.#slab.length) this.#closeSlab()
    if (this.#slab === undefined) {
      this.#slab = Buffer.allocUnsafe(Math.max(length, Math.min(this.#kept, MAX_SLAB_BYTES)))
      this.#slabLength = 0
    }
    chunk.copy(this.#slab, this.#slabLength)
    this.#slabLength += length
  }

  /** What lies right behind the last piece in memory is one piece with it. */
  #joinsLast(chunk: Buffer): boolean {
    const at = this.#chunks.length - 1
    const last = this.#chunks[at]
    if (last === undefined || this.#slab !== undefined || last.buffer !== chunk.buffer) return false
    if (last.byteOffset + last.length !== chunk.byteOffset) return false
    this.#chunks[at] = Buffer.from(last.buffer, last.byteOffset, last.length + chunk.length)
    return true
  }

  #closeSlab(): void {
    if (this.#slab === undefined) return
    this.#chunks.push(this.#slab.subarray(0, this.#slabLength))
    this.#slab = undefined
  }

  #startHashing(cut: CutReason, chunk: Buffer): void {
    this.#cut = cut
    this.#closeSlab()
    this.#hash = this.#hashOfKept().update(chunk)
    const room = this.#limit - this.#kept
    // Copied, because a slice would pin the whole chunk beyond the share that was taken.
    if (cut === 'too-large' && room > 0 && this.#held.take(room)) {
      this.#chunks.push(Buffer.from(chunk.subarray(0, room)))
      this.#kept += room
    }
  }

  #inOnePiece(limit: number): Buffer {
    const [first = NOTHING] = this.#chunks
    const bytes = this.#chunks.length > 1 ? Buffer.concat(this.#chunks, this.#kept) : first
    const kept = bytes.length > limit ? bytes.subarray(0, limit) : bytes
    return pinsMore(kept) ? Buffer.from(kept) : kept
  }

  /** Whether these are the bytes that are kept, found out without putting the pieces together. */
  #keeps(bytes: Buffer): boolean {
    if (bytes.length !== this.#kept) return false
    let at = 0
    return this.#chunks.every((chunk) => {
      const start = at
      at += chunk.length
      return bytes.compare(chunk, 0, chunk.length, start, at) === 0
    })
  }

  #hashOfKept(): Hash {
    const hash = createHash('sha256')
    for (const chunk of this.#chunks) hash.update(chunk)
    return hash
  }
}

/** Whether memory stays taken for these bytes of which nobody has taken a share; a page of small buffers is no more. */
function pinsMore(bytes: Buffer): boolean {
  return bytes.buffer.byteLength - bytes.length > Math.max(bytes.length, Buffer.poolSize)
}
