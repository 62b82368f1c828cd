/** `*` and `**` in names, paths and endpoints; linear enough for any input, because nothing backtracks twice. */

/** Whether a text is matched by a glob in which `*` stands for any characters. */
export function matchesWildcard(glob: string, text: string): boolean {
  let g = 0
  let t = 0
  let star = -1
  let resume = 0
  while (t < text.length) {
    if (glob[g] === '*') {
      star = g++
      resume = t
    } else if (glob[g] === text[t]) {
      g++
      t++
    } else if (star !== -1) {
      g = star + 1
      t = ++resume
    } else {
      return false
    }
  }
  while (glob[g] === '*') g++
  return g === glob.length
}

/**
 * Whether an endpoint is matched by a glob such as `GET /items/**`: `*` stands for characters of one segment,
 * a segment `**` for any number of segments. A glob without a method matches all methods.
 */
export function matchesEndpoint(glob: string, endpoint: string): boolean {
  const text = glob.startsWith('/') ? endpoint.slice(endpoint.indexOf(' ') + 1) : endpoint
  return matchesSegments(glob.split('/'), text.split('/'))
}

function matchesSegments(glob: readonly string[], segments: readonly string[]): boolean {
  let g = 0
  let s = 0
  let deep = -1
  let resume = 0
  while (s < segments.length) {
    const pattern = glob[g]
    if (pattern === '**') {
      deep = g++
      resume = s
    } else if (pattern !== undefined && matchesWildcard(pattern, segments[s] ?? '')) {
      g++
      s++
    } else if (deep !== -1) {
      g = deep + 1
      s = ++resume
    } else {
      return false
    }
  }
  while (glob[g] === '**') g++
  return g === glob.length
}
