/** Bytes of a body that are held: before there is a connection, or because they may have to be sent again. */

/** Bytes that are held of one body at most, give or take one piece. */
const MAX_BYTES = 65_536

/** What a piece takes besides its bytes, roughly: bodies may come in pieces of one byte. */
const OBJECT_BYTES = 128

/** Pieces in their order; only references, nothing is copied. */
export class HeldBody {
  readonly chunks: Buffer[] = []
  #bytes = 0

  push(chunk: Buffer): void {
    this.chunks.push(chunk)
    this.#bytes += chunk.length + OBJECT_BYTES
  }

  /** Whether no more should be held. */
  get isFull(): boolean {
    return this.#bytes >= MAX_BYTES
  }
}
