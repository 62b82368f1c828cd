/** Which known word a person probably meant. */

/** The known word that is closest to what was written, if one is close enough to be meant. */
export function nearestWord(written: string, known: readonly string[]): string | undefined {
  const word = written.slice(0, 64).toLowerCase()
  let best: string | undefined
  let least = Math.max(1, Math.floor(word.length / 3)) + 1
  for (const candidate of known) {
    const distance = distanceTo(word, candidate.toLowerCase())
    if (distance < least) {
      least = distance
      best = candidate
    }
  }
  return best
}

/** Edits from one word to the other; a beginning of at least four letters counts as one edit. */
function distanceTo(a: string, b: string): number {
  if (a === b) return 0
  const shorter = a.length < b.length ? a : b
  if (shorter.length >= 4 && a.startsWith(shorter) && b.startsWith(shorter)) return 1
  let above = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const kept = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(kept, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1))
    }
    above = row
  }
  return above[b.length] ?? 0
}
