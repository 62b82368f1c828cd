/** Which of the endpoints that the configuration names nothing was compared of. */

/** The patterns, in their order, that none of these endpoints belongs to; an operation's name does not matter. */
export function untestedEndpoints(
  patterns: readonly string[],
  compared: Iterable<string>,
): readonly string[] {
  const seen = new Set<string>()
  for (const endpoint of compared) {
    const [method = '', path = ''] = endpoint.split(' ', 2)
    seen.add(`${method} ${path}`)
    // A pattern without method is for every one.
    seen.add(path)
  }
  return patterns.filter((pattern) => !seen.has(pattern))
}
