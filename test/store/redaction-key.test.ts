import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openRedactionKey } from '../../src/store/redaction-key.ts'
import { makeFolder } from '../support/store-fixture.ts'

let folder: ReturnType<typeof makeFolder>
let store: string

beforeEach(() => {
  folder = makeFolder()
  store = join(folder.path, 'shadowdiff.db')
})

afterEach(() => {
  folder.remove()
})

test('a key is made beside the database, for its owner alone, and kept', () => {
  const first = openRedactionKey(store, {})
  expect(openRedactionKey(store, {})).toEqual(first)
  expect(first.keyId).toMatch(/^[0-9a-f]{8}$/)
  expect(readdirSync(folder.path)).toEqual(['shadowdiff.db.key'])
  expect(statSync(`${store}.key`).mode.toString(8)).toBe('100600')
})

test('two databases have two keys', () => {
  const other = openRedactionKey(join(folder.path, 'other.db'), {})
  expect(openRedactionKey(store, {}).keyId).not.toBe(other.keyId)
})

test('a key from the environment is used and not written', () => {
  const env = { SHADOWDIFF_REDACTION_KEY: 'a key from the secret manager' }
  expect(openRedactionKey(store, env)).toEqual(openRedactionKey('elsewhere', env))
  expect(readdirSync(folder.path)).toEqual([])
})

test('a key that others can read is taken from them, which is told once', () => {
  writeFileSync(`${store}.key`, `${'ab'.repeat(32)}\n`, { mode: 0o644 })
  const told: string[][] = []
  const open = () => openRedactionKey(store, {}, (...news) => told.push(news))
  open()
  open()
  expect(statSync(`${store}.key`).mode.toString(8)).toBe('100600')
  expect(told).toEqual([['was-readable', `${store}.key`]])
})

test('a key that was made is told, because it is another one', () => {
  const told: string[][] = []
  const open = () => openRedactionKey(store, {}, (...news) => told.push(news))
  const first = open()
  rmSync(`${store}.key`)
  expect(open()).not.toEqual(first)
  open()
  expect(told).toEqual([
    ['made', `${store}.key`],
    ['made', `${store}.key`],
  ])
})

test('what lies where a key is drafted is neither used nor followed', () => {
  const elsewhere = join(folder.path, 'elsewhere')
  symlinkSync(elsewhere, `${store}.key.tmp`)
  openRedactionKey(store, {})
  expect(existsSync(elsewhere)).toBe(false)
  expect(lstatSync(`${store}.key`).mode.toString(8)).toBe('100600')
  const other = join(folder.path, 'other.db')
  writeFileSync(`${other}.key.tmp`, 'left over')
  chmodSync(`${other}.key.tmp`, 0o666)
  openRedactionKey(other, {})
  expect(statSync(`${other}.key`).mode.toString(8)).toBe('100600')
})

test.each([
  ['the file', {}],
  ['the environment', { SHADOWDIFF_REDACTION_KEY: 'short' }],
])('a key that is too short is refused: %s', (_title, env) => {
  writeFileSync(`${store}.key`, 'short')
  expect(() => openRedactionKey(store, env)).toThrow('at least 16 characters')
})

test('a key that cannot be made is refused with its path', () => {
  const missing = join(folder.path, 'missing', 'x.db')
  expect(() => openRedactionKey(missing, {})).toThrow(`${missing}.key: `)
  writeFileSync(`${store}.key.tmp`, 'left over')
  openRedactionKey(store, {})
  expect(readFileSync(`${store}.key`, 'utf8')).toHaveLength(65)
})
