import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openReader } from '../../src/store/sqlite/reader.ts'
import { runShadowdiff, shadowdiff } from '../support/shadowdiff.ts'
import type { RunningShadowdiff } from '../support/shadowdiff.ts'
import { startVersionUpstream } from '../support/version-upstream.ts'
import type { VersionUpstream } from '../support/version-upstream.ts'

let primary: VersionUpstream
let shadow: VersionUpstream
let service: RunningShadowdiff
beforeEach(async () => {
  primary = await startVersionUpstream(1)
  shadow = await startVersionUpstream(2)
  service = await runShadowdiff({ primary: primary.url, shadow: shadow.url })
  for (const path of ['/keep', '/secret-1', '/secret-2']) await fetch(`${service.proxy}${path}`)
  await service.api.settled()
})
afterEach(async () => {
  await service.remove()
  await Promise.all([primary.close(), shadow.close()])
})

async function pathsIn(db: string): Promise<readonly string[]> {
  const reader = await openReader({ path: db })
  try {
    const { items } = await reader.listExchanges({}, { limit: 100 })
    return items.map(({ path }) => path).sort()
  } finally {
    await reader.close()
  }
}

test.each(['while a service records', 'without a service'])(
  'forget and backup work %s',
  async (how) => {
    if (how === 'without a service') await service.stop()
    const { db } = service
    const copy = join(dirname(db), 'copy.db')
    const backup = shadowdiff(['backup', copy, '--db', db])
    expect(backup).toMatchObject({ code: 0, stderr: '' })
    expect(backup.stdout).toMatch(/^[\d,]+ bytes written to /)
    expect(shadowdiff(['backup', copy, '--db', db])).toMatchObject({ code: 2 })

    const unsaid = shadowdiff(['forget', '--db', db, '--query', 'secret'])
    expect(unsaid.code).toBe(2)
    expect(unsaid.stderr).toContain('2 exchanges match')
    expect(unsaid.stderr).toContain('--yes')
    expect(shadowdiff(['forget', '--db', db, '--yes'])).toMatchObject({ code: 2 })
    expect(await pathsIn(db)).toHaveLength(3)

    const forgotten = shadowdiff(['forget', '--db', db, '--query', 'secret', '--yes'])
    expect(forgotten).toMatchObject({ code: 0, stdout: '2 forgotten\n' })
    expect(await pathsIn(db)).toEqual(['/keep'])
    expect(await pathsIn(copy)).toEqual(['/keep', '/secret-1', '/secret-2'])
    if (how === 'while a service records') {
      await fetch(`${service.proxy}/after`)
      await service.api.settled()
      expect(await pathsIn(db)).toEqual(['/after', '/keep'])
    }
  },
)

test('recompare judges under the rules of a file, or under those of the service', async () => {
  const { db } = service
  const file = join(dirname(db), 'rules.yaml')
  writeFileSync(
    file,
    'primary: http://127.0.0.1:1\nrules: [{ id: version, ignore: "body:/version" }]\n',
  )
  expect(shadowdiff(['recompare', '--db', db, '--config', file])).toMatchObject({ code: 2 })
  const live = shadowdiff(['recompare', '--db', db])
  expect(live.stdout).toMatch(/^3 exchanges judged again, 0 changed/)
  await service.stop()
  const here = shadowdiff(['recompare', '--db', db, '--config', file])
  expect(here).toMatchObject({ code: 0 })
  expect(here.stdout).toMatch(/^3 exchanges judged again, 3 changed/)
})

test('a database that is not there is named, and not made', () => {
  const path = join(dirname(service.db), 'nothing.db')
  for (const args of [['backup', `${path}.copy`], ['forget', '--all', '--yes'], ['recompare']]) {
    const ended = shadowdiff([...args, '--db', path])
    expect(ended.code).toBe(2)
    expect(ended.stderr).toContain('there is no such database')
  }
  expect(existsSync(path)).toBe(false)
})

test('exchanges of one database are taken into another once, and a second time are known', async () => {
  await service.stop()
  const folder = dirname(service.db)
  const file = join(folder, 'all.jsonl')
  const other = join(folder, 'other.db')
  const exported = shadowdiff([
    ...['export', '--db', service.db, '--format', 'jsonl', '--what', 'exchanges'],
    ...['--output', file],
  ])
  expect(exported).toMatchObject({ code: 0, stdout: '' })
  expect(exported.stderr).toBe(`shadowdiff: 3 rows written to ${file}\n`)
  const take = () => shadowdiff(['import', 'exchanges', file, '--db', other])
  expect(take()).toMatchObject({
    code: 0,
    stdout: '3 exchanges imported, 0 were there already\n',
  })
  expect(take()).toMatchObject({
    code: 0,
    stdout: '0 exchanges imported, 3 were there already\n',
  })
  expect(await pathsIn(other)).toEqual(['/keep', '/secret-1', '/secret-2'])
  expect(shadowdiff(['import', 'exchanges', `${file}.not`, '--db', other])).toMatchObject({
    code: 2,
  })
  writeFileSync(file, 'id,request_id\r\n')
  const refused = take()
  expect(refused).toMatchObject({ code: 2, stdout: '' })
  expect(refused.stderr).toContain(`${file}:1: expected an exchange as JSON, one a line, as`)
  const unmade = join(folder, 'unmade.db')
  expect(shadowdiff(['import', 'exchanges', file, '--db', unmade])).toMatchObject({ code: 2 })
  expect(readdirSync(folder).filter((name) => name.startsWith('unmade'))).toEqual([])
})

test('an export takes the filters that forget takes', async () => {
  const { db } = service
  const rows = (...flags: string[]) =>
    shadowdiff(['export', '--db', db, '--what', 'exchanges', ...flags])
      .stdout.trim()
      .split('\r\n').length - 1
  expect(rows('--query', 'secret')).toBe(2)
  expect(rows('--source', 'live')).toBe(3)
  expect(rows('--source', 'import')).toBe(0)
  await service.api.settled()
})

test('an export takes the filters that the API takes, and refuses those that its rows do not have', () => {
  const run = (...flags: string[]) => shadowdiff(['export', '--db', service.db, ...flags])
  const rowsOf = (...flags: string[]) =>
    run('--format', 'jsonl', ...flags).stdout.split('\n').length - 1
  expect(rowsOf('--class', 'divergence')).toBe(3)
  expect(rowsOf('--class', 'noise')).toBe(0)
  expect(rowsOf('--what', 'divergences', '--state', 'open')).toBe(3)
  expect(rowsOf('--what', 'divergences', '--state', 'fixed')).toBe(0)
  const refused = (flags: readonly string[], expected: string) => {
    const { code, stdout, stderr } = run(...flags)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(expected)
  }
  refused(['--what', 'exchanges', '--class', 'noise'], '--class: exchanges cannot be filtered by')
  refused(['--format', 'har', '--state', 'open'], '--state: exchanges cannot be filtered by it')
  refused(['--what', 'divergences', '--request-id', 'a'], '--request-id: divergences cannot')
  refused(['--class', 'mine'], 'Allowed choices are divergence, noise, expected')
  refused(['--since', '2026-02-01', '--until', '2026-01-01'], '--until: expected a time after')
})

test.each([['export'], ['forget', '--yes'], ['recompare']])(
  'a run that nobody recorded is refused by %s, not taken for an empty one',
  (...args) => {
    const ended = shadowdiff([...args, '--db', service.db, '--run', 'defualt'])
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toContain('defualt')
  },
)
