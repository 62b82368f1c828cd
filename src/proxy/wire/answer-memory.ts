/** The memory in which the bytes of an answer stay that were read into a buffer which others share. */

/** What is announced beyond this is not reserved: nobody waits for so much to come to lie in one piece. */
const MAX_BLOCK_BYTES = 256 * 1024

const NOTHING = Buffer.alloc(0)

/** Keeps the bytes of one connection's answers, each body of known length in one piece. */
export class AnswerMemory {
  #block = NOTHING
  #used = 0

  /** Whether there is memory for bytes that have not come yet. */
  get isReserved(): boolean {
    return this.#used < this.#block.length
  }

  /**
   * Copies the bytes from `start` to `end`. `missing` is how many are known to follow: they will come to lie right
   * behind these.
   */
  keep(bytes: Buffer, start: number, end: number, missing: number): Buffer {
    const length = end - start
    if (this.#used + length > this.#block.length) {
      const whole = length + missing
      this.#used = 0
      this.#block =
        missing > 0 && whole <= MAX_BLOCK_BYTES
          ? Buffer.allocUnsafeSlow(whole)
          : Buffer.allocUnsafe(length)
    }
    const at = this.#used
    this.#used += bytes.copy(this.#block, at, start, end)
    return this.#block.subarray(at, this.#used)
  }

  /** Forgets what was reserved for an answer that will not go on. */
  end(): void {
    this.#block = NOTHING
    this.#used = 0
  }
}
