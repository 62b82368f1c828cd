/** RESULTS.md holds the last result of each bench, one section each; a bench replaces its own. */

import { readFile, writeFile } from 'node:fs/promises'
import { format } from 'prettier'

const FILE = new URL('RESULTS.md', import.meta.url)

/** Puts a section between its markers in RESULTS.md; every other byte of the file stays. */
export async function writeSection(name: string, body: string): Promise<void> {
  const before = await readFile(FILE, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '# Results\n'
    throw error
  })
  // As the repository's format check wants it: tables get their columns aligned.
  const formatted = await format(body, { parser: 'markdown' })
  await writeFile(FILE, replaceSection(before, name, formatted))
}

/** The text with this section replaced, or added at its end. */
export function replaceSection(text: string, name: string, body: string): string {
  const start = `<!-- ${name}: start -->`
  const end = `<!-- ${name}: end -->`
  const section = `${start}\n\n${body.trim()}\n\n${end}`
  const from = text.indexOf(start)
  const to = text.indexOf(end, from)
  if (from === -1 || to === -1) return `${text.trimEnd()}\n\n${section}\n`.trimStart()
  return text.slice(0, from) + section + text.slice(to + end.length)
}
