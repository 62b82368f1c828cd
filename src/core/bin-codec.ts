/** Counts by bin as bytes: pairs of varints (distance to the last bin, count), because most bins are empty. */

/** Writes counts by bin, the bins ascending; empty for none. */
export function encodeBins(bins: Iterable<readonly [bin: number, count: number]>): Buffer {
  const bytes: number[] = []
  const put = (value: number) => {
    let rest = value
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80)
    bytes.push(rest)
  }
  let last = 0
  for (const [bin, count] of bins) {
    const distance = bin - last
    put(distance >= 0 ? distance * 2 : -distance * 2 - 1)
    put(count)
    last = bin
  }
  return Buffer.from(bytes)
}

/** Reads what {@link encodeBins} wrote. */
export function decodeBins(encoded: Uint8Array, take: (bin: number, count: number) => void): void {
  let at = 0
  const next = () => {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = encoded[at++] ?? 0
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 0x80
    }
  }
  let bin = 0
  while (at < encoded.length) {
    const distance = next()
    const count = next()
    bin += distance % 2 === 0 ? distance / 2 : -(distance + 1) / 2
    take(bin, count)
  }
}
