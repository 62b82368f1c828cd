/** How placeholders are known again: without the key, and so wherever recorded text is read. */

const WHOLE = /^redacted\.(?:string|number)\.\d+-\d*\.[0-9a-f]{16}\.[0-9a-f]{8}$/
const ANYWHERE = /redacted\.(?:string|number)\.\d+-\d*\.[0-9a-f]{16}\.[0-9a-f]{8}/

/** Whether the text is a placeholder. */
export function isPlaceholder(text: string): boolean {
  return WHOLE.test(text)
}

/** Whether a placeholder stands anywhere in the text. */
export function holdsPlaceholder(text: string): boolean {
  return text.includes('redacted.') && ANYWHERE.test(text)
}
