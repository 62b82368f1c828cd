import { statSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Database } from '../../src/store/sqlite/binding.ts'
import { expect, onTestFinished, test } from 'vitest'
import { imbalanceOf, total } from '../support/books-balance.ts'
import { startMixedLoad } from '../support/mixed-load.ts'
import { startMixedUpstream } from '../support/mixed-upstream.ts'
import { runShadowdiff, shadowdiff } from '../support/shadowdiff.ts'

const SIZE = 10_000_000

/** Totals outlive the rows that they were added up from, so only the file itself is looked at. */
function expectWhole(path: string): void {
  const db = new Database(path, { readonly: true })
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  expect(db.pragma('foreign_key_check')).toEqual([])
  db.close()
}

test('retention by size gives space back while it records, also after kills of the recorder, and backups are whole', async () => {
  const [primary, shadow] = await Promise.all([startMixedUpstream(1), startMixedUpstream(2)])
  onTestFinished(() => Promise.all([primary.close(), shadow.close()]).then(() => undefined))
  const folder = await mkdtemp(join(tmpdir(), 'shadowdiff-retention-'))
  const config = join(folder, 'small.yaml')
  await writeFile(config, `retention: { size: ${SIZE} }\nworkers: 2\n`)
  const service = await runShadowdiff({
    ...{ primary: primary.url, shadow: shadow.url, folder },
    args: ['--config', config],
  })
  onTestFinished(() => service.remove())
  const load = startMixedLoad(service.proxy, { concurrency: 8 })
  onTestFinished(() => load.stop())

  const hasPruned = async () => {
    const { counters } = await service.api.status()
    expect(imbalanceOf(counters)).toBe('')
    const rows = (await service.api.exchanges()).length
    return rows < counters.match + counters.divergent + total(counters.incomparable)
  }
  for (let kills = 0; kills < 3; kills++) {
    await expect.poll(hasPruned, { timeout: 60_000 }).toBe(true)
    const copy = join(folder, `copy-${kills}.db`)
    expect(shadowdiff(['backup', copy, '--db', service.db])).toMatchObject({ code: 0 })
    expectWhole(copy)
    const recorder = service.partPid('recorder')
    if (recorder === undefined) throw new Error('there is no recorder')
    process.kill(recorder, 'SIGKILL')
    await expect
      .poll(() => [undefined, recorder].includes(service.partPid('recorder')), { timeout: 20_000 })
      .toBe(false)
    await expect
      .poll(async () => (await service.api.status()).recorder.state, { timeout: 20_000 })
      .toBe('up')
  }
  await load.stop()
  expect(load.wrong).toEqual([])
  const { counters } = await service.api.settled()
  expect(imbalanceOf(counters)).toBe('')
  await expect.poll(() => statSync(service.db).size, { timeout: 60_000 }).toBeLessThan(1.5 * SIZE)
  await service.stop()
  expectWhole(service.db)
}, 240_000)
