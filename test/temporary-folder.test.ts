import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeTemporaryFolder } from '../src/temporary-folder.ts'

let root: string
/** The id of a process that has ended. */
let gone: number
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sd-folders-'))
  gone = spawnSync(process.execPath, ['--version']).pid
})
afterEach(() => {
  rmSync(root, { recursive: true, force: true })
})

/** What is in the root after another folder was made, without that one. */
async function leftAfterNext(kind = 'shadowdiff'): Promise<readonly string[]> {
  const made = basename(await makeTemporaryFolder(root, kind))
  expect(made).toMatch(new RegExp(`^${kind}-${process.pid}-`))
  return readdirSync(root).filter((name) => name !== made)
}

test('what a killed process left behind is removed, with what is in it', async () => {
  const left = join(root, `shadowdiff-${gone}-abcdef`)
  mkdirSync(left)
  writeFileSync(join(left, 'commands.sock'), '')
  expect(await leftAfterNext()).toEqual([])
})

test('folders of living processes and of this one stay', async () => {
  const names = [`shadowdiff-${process.ppid}-abcdef`, `shadowdiff-1-abcdef`]
  for (const name of names) mkdirSync(join(root, name))
  const own = basename(await makeTemporaryFolder(root, 'shadowdiff'))
  expect(await leftAfterNext()).toEqual([...names, own].toSorted())
})

test('a folder in which somebody still answers stays: its process may be in another container', async () => {
  const name = `shadowdiff-${gone}-abcdef`
  mkdirSync(join(root, name))
  const server = createServer().listen(join(root, name, 'commands.sock'))
  await once(server, 'listening')
  expect(await leftAfterNext()).toEqual([name])
  server.close()
  await once(server, 'close')
  expect(await leftAfterNext()).not.toContain(name)
})

test('what is not a folder of ours stays', async () => {
  const kept = [
    'shadowdiff-abcdef',
    'shadowdiff-mine',
    `other-${gone}-abcdef`,
    `shadowdiff-${gone}-abcdef.db`,
    `shadowdiff-demo-${gone}-abcdef`,
  ]
  for (const name of kept) mkdirSync(join(root, name))
  const file = `shadowdiff-${gone}-000001`
  writeFileSync(join(root, file), '')
  const link = `shadowdiff-${gone}-000002`
  symlinkSync(tmpdir(), join(root, link))
  expect(await leftAfterNext()).toEqual([...kept, file, link].toSorted())
})
