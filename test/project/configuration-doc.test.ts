import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { loadSettings } from '../../src/config/load.ts'
import { runCommand } from '../../src/cli/run.ts'

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')

function load(yaml: string) {
  const folder = mkdtempSync(join(tmpdir(), 'shadowdiff-docs-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  const file = join(folder, 'config.yaml')
  writeFileSync(file, yaml)
  const env = { ANN_TOKEN: 'a-token-that-is-long', V2_TOKEN: 'another-token' }
  return loadSettings({ flags: {}, file, env })
}

test('the example in docs/configuration.md is taken without a warning', () => {
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? []
  expect(load(yaml)).toMatchObject({ ok: true, warnings: [] })
})

test.each([
  ['', 'primary: http://v1\nxxxxxxxx: 1'],
  ['routes', 'routes: [{ name: a, primary: http://v1, xxxxxxxx: 1 }]'],
  ['match', 'routes: [{ name: a, primary: http://v1, match: { xxxxxxxx: 1 } }]'],
  ['primary', 'primary: { url: http://v1, xxxxxxxx: 1 }'],
  ['shadow', 'primary: http://v1\nshadow: { url: http://v2, xxxxxxxx: 1 }'],
  ['control', 'primary: http://v1\ncontrol: { url: http://v1-b, xxxxxxxx: 1 }'],
  ['tls', 'primary: { url: http://v1, tls: { xxxxxxxx: 1 } }'],
  ['record', 'primary: http://v1\nrecord: { xxxxxxxx: 1 }'],
  ['retention', 'primary: http://v1\nretention: { xxxxxxxx: 1 }'],
  ['verdict', 'primary: http://v1\nverdict: { xxxxxxxx: 1 }'],
  ['verdict.endpoints', 'primary: http://v1\nverdict: { endpoints: { xxxxxxxx: 1 } }'],
  ['endpoints', 'primary: http://v1\nendpoints: { xxxxxxxx: 1 }'],
  ['console', 'primary: http://v1\nconsole: { xxxxxxxx: 1 }'],
])('docs/configuration.md names every key of %j', (_, yaml) => {
  const loaded = load(yaml)
  const message = loaded.ok ? '' : (loaded.problems[0]?.message ?? '')
  const [, known = ''] = /unknown key; known are (.*)$/.exec(message) ?? []
  expect(known).not.toBe('')
  const missing = known.split(', ').filter((key) => !new RegExp(`[\`. ]${key}[\`,.: ]`).test(page))
  expect(missing).toEqual([])
})

test('docs/configuration.md names every flag of run', () => {
  const flags = runCommand().options.map(({ long }) => long ?? '')
  const missing = flags.filter((flag) => !page.includes(flag))
  expect(missing).toEqual([])
})
