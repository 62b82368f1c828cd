import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openReader } from '../../../src/store/sqlite/reader.ts'
import { openWriter } from '../../../src/store/sqlite/writer.ts'
import { expectConsistent } from '../../support/store-consistency.ts'
import { makeFolder } from '../../support/store-fixture.ts'
import { compileStoreChild, startStoreProcess } from '../../support/store-process.ts'

let folder: ReturnType<typeof makeFolder>
let path: string

beforeEach(() => {
  folder = makeFolder()
  path = join(folder.path, 'shadowdiff.db')
})

afterEach(() => {
  folder.remove()
})

const KILLS = 100
/** Processes that are starting while another one writes; starting takes most of the time. */
const READY = 3

test(
  'after each of a hundred kill -9 under load the database is whole and has all that was acknowledged',
  { timeout: 240_000 },
  async () => {
    const script = compileStoreChild(join(folder.path, 'child'))
    const ready = Array.from({ length: READY }, () => startStoreProcess(script, path, 1_000_000))
    let acknowledged = 0
    try {
      for (let kill = 0; kill < KILLS; kill++) {
        const child = ready.shift()
        if (child === undefined) throw new Error('no process is ready')
        if (kill + READY < KILLS) ready.push(startStoreProcess(script, path, 1_000_000))
        await child.open()
        // Not always at the same place of a transaction.
        await child.untilKept(20 * (1 + (kill % 7)))
        await child.kill()
        acknowledged += child.kept()
        const reader = await openReader({ path })
        const [run] = (await reader.listRuns({ limit: 1 })).items
        await reader.close()
        expect(run?.exchanges).toBeGreaterThanOrEqual(acknowledged)
        acknowledged = run?.exchanges ?? 0
        if (kill % 10 === 9) expectConsistent(path)
      }
    } finally {
      for (const child of ready) await child.kill()
    }
    const writer = await openWriter({ path })
    await writer.close()
    expectConsistent(path)
  },
)
