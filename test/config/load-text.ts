import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { Flags } from '../../src/config/flags.ts'
import type { LoadedSettings } from '../../src/config/load.ts'
import { loadSettings } from '../../src/config/load.ts'

/** A folder of the test file, for what its configurations name. */
export const folder = mkdtempSync(join(tmpdir(), 'shadowdiff-config-'))
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

let files = 0

/** Loads a configuration from a file with this text; without a text from the flags alone. */
export function loadText(
  yaml: string | undefined,
  { flags = {}, env = {} }: { flags?: Flags; env?: Record<string, string> } = {},
): LoadedSettings {
  let file: string | undefined
  if (yaml !== undefined) {
    file = join(folder, `${files++}.yaml`)
    writeFileSync(file, yaml)
  }
  return loadSettings({ flags, file, env })
}

/** `1 key: message`: the line, or the flag, and what is said. */
export function linesOf(
  problems: readonly { readonly where: string; readonly message: string }[],
): string[] {
  return problems.map(({ where, message }) => `${where.replace(/^.*:/, '')} ${message}`)
}

/** What is wrong; throws when nothing is. */
export function problemsOf(loaded: LoadedSettings): string[] {
  if (loaded.ok) throw new Error('expected problems, got settings')
  return linesOf(loaded.problems)
}

/** The settings and what was warned of; throws when something is wrong. */
export function settingsOf(loaded: LoadedSettings) {
  if (!loaded.ok) throw new Error(linesOf(loaded.problems).join('\n'))
  return { settings: loaded.settings, warnings: linesOf(loaded.warnings) }
}
