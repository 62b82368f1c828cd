/** A stream of bytes cut into frames of `u32 length, u8 type, payload`, little endian. */

import { AppError } from '../core/errors.ts'

/** Bytes before a frame's payload: its length and its type. */
export const PREFIX_BYTES = 5

/** Cuts a stream of chunks into frames, refusing frames longer than its bound. */
export class FrameReader {
  readonly #maxFrameBytes: number
  #chunks: Buffer[] = []
  #size = 0

  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#size += chunk.length
  }

  /** The next whole frame, or `undefined` until more has arrived; throws `invalid` on an oversized one. */
  next(): Buffer | undefined {
    if (this.#size < PREFIX_BYTES) return undefined
    const length = this.#first(PREFIX_BYTES).readUInt32LE(0) + 4
    if (length < PREFIX_BYTES || length > this.#maxFrameBytes) {
      throw new AppError(
        'invalid',
        `a frame of ${length} bytes, where at most ${this.#maxFrameBytes} are expected`,
      )
    }
    if (this.#size < length) return undefined
    const first = this.#first(length)
    const frame = first.subarray(0, length)
    if (first.length === length) this.#chunks.shift()
    else this.#chunks[0] = first.subarray(length)
    this.#size -= length
    return frame
  }

  /** The first chunk, made long enough to hold `bytes`. */
  #first(bytes: number): Buffer {
    const [first] = this.#chunks
    if (first !== undefined && first.length >= bytes) return first
    const whole = Buffer.concat(this.#chunks)
    this.#chunks = [whole]
    return whole
  }
}
