/** Opens a configuration file: its data, where everything stands in it, and what is wrong with its text. */

import { readFileSync } from 'node:fs'
import { codeOf } from '../core/errors.ts'
import type { KeyPath, Problem } from './document.ts'
import { parseConfigText } from './document.ts'
import type { Origin } from './report.ts'

/** A file that was read. */
export interface OpenedFile {
  readonly data: unknown
  readonly origin: Origin
  /** With a path when a variable that is part of this value is not set. */
  readonly problems: readonly (Problem & { readonly path?: KeyPath })[]
}

/** Reads a file; without a name it is an empty one. */
export function openFile(
  file: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): OpenedFile {
  const nowhere = {
    file,
    lineOf: () => undefined,
    flagOf: () => undefined,
    writtenAs: () => undefined,
  }
  if (file === undefined) return { data: undefined, origin: nowhere, problems: [] }
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const code = codeOf(error)
    const message =
      code === 'ENOENT' ? 'no such file' : `cannot be read (${code ?? 'unknown error'})`
    return { data: undefined, origin: nowhere, problems: [{ where: file, message }] }
  }
  // Its bytes would be told as YAML's problems with them, a screen full of each.
  if (text.includes('\0')) {
    const message = 'expected a text, found binary data'
    return { data: undefined, origin: nowhere, problems: [{ where: file, message }] }
  }
  const { document, problems } = parseConfigText(text, env)
  const { data, lineOf, writtenAs } = document
  return {
    data,
    origin: { file, lineOf, writtenAs, flagOf: () => undefined },
    problems: problems.map(({ line, ...problem }) => ({ where: `${file}:${line}`, ...problem })),
  }
}
