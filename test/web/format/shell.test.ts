import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shellQuote } from '../../../web/src/format/shell.ts'

const bash = ['/bin/bash', '/usr/bin/bash'].find((path) => existsSync(path))
if (bash === undefined) console.warn('quoting is not tried in a shell: no bash is installed')

test.each([
  ['plain-word_1', 'plain-word_1'],
  ['', "''"],
  ['two words', "'two words'"],
  ["it's $HOME `id`", "'it'\\''s $HOME `id`'"],
  ['a\nb', "$'a\\nb'"],
  ['\u001b[201~rm', "$'\\033[201~rm'"],
  ["\u202e'\\", "$'\\342\\200\\256\\'\\\\'"],
])('%j becomes %s', (text, quoted) => {
  expect(shellQuote(text)).toBe(quoted)
})

test('no control or invisible character reaches the terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(shellQuote(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    }),
  )
})

test.skipIf(bash === undefined)('bash reads back exactly the text', () => {
  const argument = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'))
  const hostile = fc.constantFrom(
    '; rm -rf /',
    "'; id; '",
    '$(id)',
    '\\',
    "\\'",
    '!!',
    '\n\n',
    '@f',
    '-n',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(argument, hostile), { maxLength: 8 }), (parts) => {
      const script = `printf '%s\\0' ${parts.map(shellQuote).join(' ')}`
      const out = execFileSync(bash ?? '', ['--norc', '-c', script], { env: { LC_ALL: 'C.UTF-8' } })
      const expected = parts.length === 0 ? '\0' : parts.map((part) => `${part}\0`).join('')
      expect(out.toString()).toBe(Buffer.from(expected).toString())
    }),
    { numRuns: 60 },
  )
})
