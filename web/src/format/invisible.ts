/**
 * Recorded text may hold characters that hide, reorder or imitate text. They are shown by their code point
 * instead, so that what is on the screen is what was on the wire.
 */

/** A piece of text, or one character that must be named. */
export interface TextPiece {
  readonly text: string
  /** `U+202E`; present when `text` is one such character. */
  readonly code?: string
}

// Controls, formats (bidirectional ones included), separators but the space, lone surrogates, private use,
// and what fonts draw as nothing; U+FE0F belongs to ordinary emoji.
const hidden =
  /(?!\uFE0F)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu

const names: Readonly<Record<string, string>> = {
  'U+0000': 'null',
  'U+0007': 'bell',
  'U+0009': 'tab',
  'U+000A': 'line feed',
  'U+000D': 'carriage return',
  'U+001B': 'escape',
  'U+00A0': 'no-break space',
  'U+00AD': 'soft hyphen',
  'U+200B': 'zero width space',
  'U+200C': 'zero width non-joiner',
  'U+200D': 'zero width joiner',
  'U+200E': 'left-to-right mark',
  'U+200F': 'right-to-left mark',
  'U+2028': 'line separator',
  'U+2029': 'paragraph separator',
  'U+202A': 'left-to-right embedding',
  'U+202B': 'right-to-left embedding',
  'U+202C': 'pop directional formatting',
  'U+202D': 'left-to-right override',
  'U+202E': 'right-to-left override',
  'U+2060': 'word joiner',
  'U+2066': 'left-to-right isolate',
  'U+2067': 'right-to-left isolate',
  'U+2068': 'first strong isolate',
  'U+2069': 'pop directional isolate',
  'U+FEFF': 'byte order mark',
}

/** Text cut at every character that must be named. */
export function namePieces(text: string): readonly TextPiece[] {
  const pieces: TextPiece[] = []
  let end = 0
  for (const match of text.matchAll(hidden)) {
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) })
    pieces.push({ text: match[0], code: codeOf(match[0]) })
    end = match.index + match[0].length
  }
  if (end < text.length) pieces.push({ text: text.slice(end) })
  return pieces
}

/** Text with every such character written as its code point, where no markup can stand. */
export function nameHidden(text: string): string {
  return text.replace(hidden, (character) => `[${codeOf(character)}]`)
}

/** What a code point is called. */
export function nameOfCode(code: string): string {
  const name = names[code]
  return name === undefined ? `${code}, not visible by itself` : `${code} ${name}`
}

function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}
