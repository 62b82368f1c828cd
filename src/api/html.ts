/** Pages of ours: whatever is put into one is text unless it was made here. */

/** Markup that was made by {@link markup}. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** What may be put into a page. */
export type Content = string | number | Markup | undefined | readonly Content[]

/** A piece of a page: its own text is markup, every value that is put in is text. */
export function markup(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(strings.map((text, i) => text + render(values[i])).join(''))
}

function render(content: Content): string {
  if (content === undefined) return ''
  if (content instanceof Markup) return content.text
  if (typeof content === 'object') return content.map(render).join('')
  return escapeHtml(showInvisible(String(content)))
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** The text for a page's text or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? '')
}

/**
 * Characters that show nothing, or turn the text around them (control, format, private and unpaired ones, and
 * the line ends that only some readers know), by their number: `⟨U+202E⟩`. Tabs and line feeds stay.
 */
export function showInvisible(text: string): string {
  return text.replaceAll(/[^\P{C}\t\n]|[\u2028\u2029\u{E0000}-\u{E01EF}]/gu, (character) => {
    const number = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
    return `⟨U+${number}⟩`
  })
}
