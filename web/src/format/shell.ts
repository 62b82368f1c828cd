/**
 * Text that is safe to paste into a shell. Recorded content is hostile: quotes would end the command, and
 * control characters would talk to the terminal before the shell reads them.
 */

// Everything that is not plainly visible, line breaks included.
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/u
const unsafeAll = new RegExp(unsafe.source, 'gu')

/** One word of a POSIX shell; of bash, zsh or ksh when it holds what is not plainly visible. */
export function shellQuote(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text
  if (!unsafe.test(text)) return `'${text.replaceAll("'", "'\\''")}'`
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replace(unsafeAll, escapeCharacter)
  return `$'${escaped}'`
}

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n'
  if (character === '\r') return '\\r'
  if (character === '\t') return '\\t'
  // Byte by byte in octal: it ends after three digits, whatever follows.
  const bytes = new TextEncoder().encode(character)
  return Array.from(bytes, (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
}
