import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Database } from '../../src/store/sqlite/binding.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate, readMigrations } from '../../src/store/sqlite/migrate.ts'
import { runShadowdiff, shadowdiff } from '../support/shadowdiff.ts'
import type { Ended } from '../support/shadowdiff.ts'

/** An upstream that nobody asks anything. */
const NOBODY = 'http://127.0.0.1:9'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shadowdiff-bad-input-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** What is always right, so that only the flag under test is wrong. */
function run(...args: string[]): Ended {
  return shadowdiff(
    [
      ...['run', '--primary', NOBODY, '--shadow', 'http://127.0.0.1:10'],
      ...['--listen', '127.0.0.1:0', '--console', '127.0.0.1:0', '--db', join(folder, 'bad.db')],
      ...args,
    ],
    { cwd: folder },
  )
}

/** Exit code 2 and one line that says this, nothing on standard output. */
function expectRefused(ended: Ended, ...says: readonly (string | RegExp)[]): void {
  expect(ended).toMatchObject({ code: 2, signal: null, stdout: '' })
  expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1)
  for (const words of says) expect(ended.stderr).toMatch(words)
  expect(ended.stderr).not.toMatch(/^\s+at /m)
}

test.each([
  ['--primary', 'localhost:80'],
  ['--primary', 'ftp://example.org'],
  ['--shadow', '//example.org'],
  ['--shadow', 'http://'],
  ['--primary', ''],
  ['--primary', 'http://user:secret@example.org'],
])('%s "%s" is no address of an upstream', (flag, url) => {
  const ended = run(flag, url)
  expectRefused(ended, flag, 'http')
  expect(ended.stderr).not.toContain('secret')
})

test.each([
  ['--percent', '120', 'percent'],
  ['--percent', 'half', 'percent'],
  ['--methods', 'GET,B@D', 'methods'],
  ['--listen', 'nowhere', 'listen'],
  ['--listen', '127.0.0.1:99999', 'listen'],
  ['--shadow-host', 'a b', 'host'],
])('%s %s is refused by name', (flag, value, word) => {
  expectRefused(run(flag, value), word)
})

test('a primary that is not given is asked for', () => {
  expectRefused(shadowdiff(['run']), 'primary')
})

test('an unknown flag is named', () => {
  const { code, stderr, stdout } = run('--frobnicate')
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain('--frobnicate')
})

test('an unknown command is named', () => {
  const { code, stderr } = shadowdiff(['frobnicate'])
  expect(code).toBe(2)
  expect(stderr).toContain('frobnicate')
})

test.each([
  ['help', 'frobnicate'],
  ['frobnicate', '--help'],
  ['help', 'import', 'frobnicate'],
  ['import', 'help', 'frobnicate'],
  ['import', 'frobnicate', '--help'],
])('help for a command that does not exist says so: %s %s', (...words) => {
  const { code, stdout, stderr } = shadowdiff(words)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/^error: unknown command 'frobnicate'\n\(add --help/)
})

test('help for a misspelt command names the one that was meant', () => {
  expect(shadowdiff(['help', 'gat']).stderr).toContain('(Did you mean gate?)')
})

test.each([
  [['help', 'import', 'istio'], 'shadowdiff import istio'],
  [['help', 'check'], 'shadowdiff check'],
  [['import', 'help', 'exchanges'], 'shadowdiff import exchanges'],
  [['help'], 'shadowdiff'],
])('help shows the command that is named: %s', (words, usage) => {
  expect(shadowdiff(words)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(`^Usage: ${usage} \\[`) as string,
  })
})

test.each(['--listen', '--console'])('a port in use is told with its flag %s', async (flag) => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  expectRefused(run(flag, `127.0.0.1:${port}`), `127.0.0.1:${port}`, 'in use', flag)
  await new Promise((resolve) => server.close(resolve))
})

test.each([
  ['a folder that does not exist', () => join(folder, 'none', 'x.db')],
  ['a folder instead of a file', () => mkdtempSync(join(folder, 'sub-'))],
  ['a place where nobody may write', () => '/proc/shadowdiff.db'],
])('a database in %s is refused by its path', (_, pathOf) => {
  const path = pathOf()
  expectRefused(run('--db', path), path)
})

test('a file that is no database is left alone', () => {
  const path = join(folder, 'letter.db')
  writeFileSync(path, 'Dear reader, this is a letter and no database.\n'.repeat(100))
  expectRefused(run('--db', path), path)
})

test('a database of a newer version is refused, and says what to do', async () => {
  const service = await runShadowdiff({ primary: NOBODY, shadow: NOBODY })
  await service.stop()
  const db = new Database(service.db)
  db.exec("insert into schema_migrations values (9999, '9999-of-tomorrow.sql', 'x', 0)")
  db.close()
  expectRefused(run('--db', service.db), service.db, 'newer')
  await service.remove()
})

test('a database of an older version is only read when something that may write has opened it', () => {
  const path = join(folder, 'older.db')
  const db = new Database(path)
  migrate(db, readMigrations().slice(0, -1))
  db.close()
  const gate = () => shadowdiff(['gate', '--db', path])
  for (const command of [gate, () => shadowdiff(['export', '--db', path, '--format', 'csv'])]) {
    expectRefused(command(), path, 'older', 'shadowdiff run')
  }
  const copy = shadowdiff(['backup', join(folder, 'older-copy.db'), '--db', path])
  expect(copy).toMatchObject({ code: 0 })
  expectRefused(gate(), path, 'no run was recorded yet')
})

test('a database of another program is refused and not touched', () => {
  const path = join(folder, 'foreign.db')
  const db = new Database(path)
  db.exec("create table letters (text); insert into letters values ('Dear reader')")
  db.close()
  const before = readFileSync(path)
  expectRefused(run('--db', path), path, 'another program')
  expect(readFileSync(path).equals(before)).toBe(true)
})

test('a database that is in use by another shadowdiff is refused', async () => {
  const service = await runShadowdiff({ primary: NOBODY, shadow: NOBODY })
  expectRefused(run('--db', service.db), service.db)
  await service.remove()
})

test('an export of a database that is not there is refused, and makes none', () => {
  const path = join(folder, 'nothing.db')
  expectRefused(shadowdiff(['export', '--db', path]), path)
  expect(existsSync(path)).toBe(false)
})

test('a configuration with several mistakes tells all of them with their lines', () => {
  const path = join(folder, 'bad.yaml')
  writeFileSync(
    path,
    [
      'primary: localhost:80',
      'shadow: http://127.0.0.1:9',
      'percent: 101',
      'retention: { age: long }',
      'colour: blue',
      '',
    ].join('\n'),
  )
  for (const args of [
    ['check', '--config', path],
    ['run', '--config', path],
  ]) {
    const { code, stderr, stdout } = shadowdiff(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    const lines = stderr.trimEnd().split('\n')
    expect(lines).toHaveLength(4)
    expect(lines[0]).toMatch(/bad\.yaml:1\b.*primary.*http/)
    expect(lines[1]).toMatch(/bad\.yaml:3\b.*percent/)
    expect(lines[2]).toMatch(/bad\.yaml:4\b.*retention\.age.*such as/)
    expect(lines[3]).toMatch(/bad\.yaml:5\b.*colour/)
  }
})

test('a configuration that is no YAML tells the line', () => {
  const path = join(folder, 'broken.yaml')
  writeFileSync(path, 'primary: http://127.0.0.1:9\nshadow: [http://127.0.0.1:9\npercent: 5\n')
  const { code, stderr } = shadowdiff(['check', '--config', path])
  expect(code).toBe(2)
  expect(stderr).toMatch(/broken\.yaml:[23]\b/)
})

test('a configuration file that is not there is named', () => {
  expectRefused(shadowdiff(['check', '--config', join(folder, 'none.yaml')]), 'none.yaml')
})

test('help and version are no mistakes', () => {
  expect(shadowdiff(['--version'])).toMatchObject({ code: 0, stderr: '' })
  for (const command of ['run', 'check', 'export', 'demo']) {
    const { code, stdout } = shadowdiff([command, '--help'])
    expect(code).toBe(0)
    expect(stdout).toContain(`shadowdiff ${command}`)
  }
})
