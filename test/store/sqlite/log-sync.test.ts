import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { startLogSync } from '../../../src/store/sqlite/log-sync.ts'
import { openWriter } from '../../../src/store/sqlite/writer.ts'
import { judgedOf } from '../../support/exchange-fixtures.ts'
import { makeFolder, RUN } from '../../support/store-fixture.ts'

/** How many descriptors this process has on a file. */
function openDescriptors(path: string): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path
    } catch {
      return false
    }
  }).length
}

test('the log is synced beside the writing, and nothing stays open after it', async ({ skip }) => {
  if (!existsSync('/proc/self/fd')) skip('only Linux shows which files are open')
  const folder = makeFolder()
  const path = join(folder.path, 'shadowdiff.db')
  const writer = await openWriter({ path })
  await writer.openRun(RUN)
  await writer.save([judgedOf()])
  const before = openDescriptors(`${path}-wal`)
  const sync = startLogSync(path)
  sync.committed()
  await vi.waitFor(() => {
    expect(openDescriptors(`${path}-wal`)).toBeGreaterThan(before)
  })
  sync.stop()
  await vi.waitFor(async () => {
    await writer.save([judgedOf()])
    expect(openDescriptors(`${path}-wal`)).toBeLessThanOrEqual(before + 1)
  })
  await writer.close()
  await vi.waitFor(() => {
    expect(openDescriptors(`${path}-wal`) + openDescriptors(path)).toBe(0)
  })
  folder.remove()
})
