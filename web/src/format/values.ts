/** Two values beside each other in little room. */

const longestStart = 24
const kept = 14

/** Both values without most of what they begin with alike, so that what differs is seen first. */
export function cutCommonStart(
  left: string | undefined,
  right: string | undefined,
): readonly [string | undefined, string | undefined] {
  if (left === undefined || right === undefined) return [left, right]
  const limit = Math.min(left.length, right.length)
  let same = 0
  while (same < limit && left.charCodeAt(same) === right.charCodeAt(same)) same++
  if (same <= longestStart) return [left, right]
  let from = same - kept
  const first = left.charCodeAt(from)
  // Not in the middle of a surrogate pair.
  if (first >= 0xdc00 && first <= 0xdfff) from--
  return [`…${left.slice(from)}`, `…${right.slice(from)}`]
}
