/**
 * Counts by bin as bytes: pairs of varints (distance to the last bin, count), because most bins are empty. A
 * store adds to many of them in every transaction, so adding works on the bytes.
 */

/** Counts of bins that hold something, ascending. */
export type BinCounts = readonly (readonly [bin: number, count: number])[]

/** Writes counts by bin; empty for none. */
export function encodeBins(counts: BinCounts): Buffer {
  const writer = new BinWriter(counts.length * LONGEST_PAIR)
  for (const [bin, count] of counts) writer.put(bin, count)
  return writer.bytes()
}

/** Reads what {@link encodeBins} wrote. */
export function decodeBins(encoded: Uint8Array, take: (bin: number, count: number) => void): void {
  const reader = new BinReader(encoded)
  while (reader.next()) take(reader.bin, reader.count)
}

/** What {@link encodeBins} wrote, with each of these bins counted once more. */
export function addToBins(encoded: Uint8Array, bins: readonly number[]): Buffer {
  const added = Int32Array.from(bins).sort()
  const writer = new BinWriter(encoded.length + added.length * LONGEST_PAIR)
  const reader = new BinReader(encoded)
  let isLeft = reader.next()
  for (let i = 0; i < added.length;) {
    const bin = added[i] ?? 0
    let count = 0
    for (; added[i] === bin; i++) count++
    for (; isLeft && reader.bin < bin; isLeft = reader.next()) writer.put(reader.bin, reader.count)
    if (isLeft && reader.bin === bin) {
      count += reader.count
      isLeft = reader.next()
    }
    writer.put(bin, count)
  }
  for (; isLeft; isLeft = reader.next()) writer.put(reader.bin, reader.count)
  return writer.bytes()
}

/** Bytes of a pair at most: two numbers up to 2^53. */
const LONGEST_PAIR = 16

class BinReader {
  bin = 0
  count = 0
  readonly #encoded: Uint8Array
  #at = 0

  constructor(encoded: Uint8Array) {
    this.#encoded = encoded
  }

  /** Goes to the next bin; tells whether there is one. */
  next(): boolean {
    if (this.#at >= this.#encoded.length) return false
    const distance = this.#number()
    this.bin += distance % 2 === 0 ? distance / 2 : -(distance + 1) / 2
    this.count = this.#number()
    return true
  }

  #number(): number {
    let byte = this.#encoded[this.#at++] ?? 0
    if (byte < 0x80) return byte
    let value = byte & 0x7f
    for (let scale = 0x80; byte >= 0x80; scale *= 0x80) {
      byte = this.#encoded[this.#at++] ?? 0
      value += (byte & 0x7f) * scale
    }
    return value
  }
}

class BinWriter {
  readonly #bytes: Buffer
  #at = 0
  #last = 0

  constructor(longest: number) {
    this.#bytes = Buffer.allocUnsafe(longest)
  }

  put(bin: number, count: number): void {
    const distance = bin - this.#last
    this.#number(distance >= 0 ? distance * 2 : -distance * 2 - 1)
    this.#number(count)
    this.#last = bin
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#at)
  }

  #number(value: number): void {
    let rest = value
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
      this.#bytes[this.#at++] = (rest % 0x80) | 0x80
    }
    this.#bytes[this.#at++] = rest
  }
}
