/** Random numbers that are the same for the same seed, so that both shops hold the same goods. */
export interface SeededRandom {
  /** An integer from 0 up to, not including, `limit`. */
  below(limit: number): number
  /** One of them. */
  pick<T>(list: readonly [T, ...T[]]): T
  /** True with this probability. */
  chance(probability: number): boolean
  /** A UUID of version 4. */
  uuid(): string
}

/** Starts a sequence; equal seeds give equal sequences. */
export function seededRandom(seed: number): SeededRandom {
  // xorshift32 (Marsaglia 2003); zero is its one dead state.
  let state = Math.imul(seed ^ 0x5f356495, 0x2545f491) | 0 || 1
  const next = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    below,
    pick: (list) => list[below(list.length)] ?? list[0],
    chance: (probability) => next() < probability,
    uuid: () => uuidOf(Array.from({ length: 32 }, () => below(16).toString(16)).join('')),
  }
}

/** Shapes at least 32 hex digits into a UUID of version 4. */
export function uuidOf(hex: string): string {
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}
