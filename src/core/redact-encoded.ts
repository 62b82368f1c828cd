/** Secrets in what is percent-encoded within something else: `?next=%2Fcb%3Ftoken%3Dx`, `payload=%7B%22password%22…`. */

/** An encoded `=`, `:` or quote, however often it was encoded: without one there is no name beside a value. */
const SEPARATOR = /%(?:25)*(?:3D|3A|22)/i
const RUN = /[^\s"'<>&=?#;\\]+/g
/** Encodings within each other that are followed. */
const MAX_DEPTH = 3

/** The text with what is encoded in it changed as the same text would be that stands there decoded. */
export function changeEncoded(
  text: string,
  change: (decoded: string) => string,
  depth = MAX_DEPTH,
): string {
  if (depth === 0 || !SEPARATOR.test(text)) return text
  return text.replace(RUN, (run) => {
    if (!SEPARATOR.test(run)) return run
    const decoded = decodeOrKeep(run)
    if (decoded === run) return run
    const changed = change(changeEncoded(decoded, change, depth - 1))
    return changed === decoded ? run : encodeWellFormed(changed)
  })
}

/** Half a character cannot be encoded. */
function encodeWellFormed(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'))
}

function decodeOrKeep(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
