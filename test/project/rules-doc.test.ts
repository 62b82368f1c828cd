import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { loadSettings } from '../../src/config/load.ts'
import { BUILTIN_RULES } from '../../src/core/header-catalogue.ts'
import { VALUE_CLASSES } from '../../src/core/value-class.ts'

const page = readFileSync(new URL('../../docs/rules.md', import.meta.url), 'utf8')

test('docs/rules.md explains every builtin rule in the words of the program', () => {
  const rows = [...page.matchAll(/^\| `(builtin:[a-z-]+)` +\| (.+?) +\|$/gm)]
  expect(rows.map(([, id, about]) => ({ id, about }))).toEqual(BUILTIN_RULES)
})

test('docs/rules.md names every class', () => {
  expect(VALUE_CLASSES.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
})

test.each(['docs/rules.md', 'README.md'])(
  'the configuration in %s is one that the program takes',
  (file) => {
    const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
    const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(text) ?? []
    const folder = mkdtempSync(join(tmpdir(), 'shadowdiff-docs-'))
    onTestFinished(() => {
      rmSync(folder, { recursive: true })
    })
    const path = join(folder, 'config.yaml')
    writeFileSync(path, yaml)
    const loaded = loadSettings({
      flags: { primary: 'http://v1:1' },
      file: path,
      env: { ANN_TOKEN: 'a-token-that-is-long' },
    })
    expect(loaded).toMatchObject({ ok: true })
  },
)
