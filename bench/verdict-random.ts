/** Random numbers that are the same for the same seed on every machine. */

/** One sequence. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number
  /** True with this probability; draws nothing for 0 and 1. */
  chance(probability: number): boolean
  /** Of the standard normal distribution. */
  gauss(): number
}

/** Starts a sequence: C. Doty-Humphrey's sfc32 (PractRand), with 2^127 states on average before it repeats. */
export function startRandom(seed: number, stream: number): Random {
  let a = seed | 0
  let b = stream | 0
  let c = 0x9e3779b9 | 0
  let counter = 1
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
  for (let i = 0; i < 16; i++) next()
  return {
    next,
    chance: (probability) => probability > 0 && (probability >= 1 || next() < probability),
    gauss: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  }
}
