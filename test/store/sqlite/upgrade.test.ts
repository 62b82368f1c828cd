import { join } from 'node:path'
import { Database } from '../../../src/store/sqlite/binding.ts'
import { expect, test } from 'vitest'
import type { Observation } from '../../../src/core/exchange.ts'
import { migrate, readMigrations } from '../../../src/store/sqlite/migrate.ts'
import { openReader } from '../../../src/store/sqlite/reader.ts'
import { openWriter } from '../../../src/store/sqlite/writer.ts'
import {
  differenceOf,
  FIXTURE_START,
  judgedOf,
  responseOf,
} from '../../support/exchange-fixtures.ts'
import { makeFolder, openStore } from '../../support/store-fixture.ts'

const refused: Observation = {
  kind: 'failure',
  reason: 'refused',
  message: 'refused',
  durationMs: 1,
  sentHeaders: [],
}
const answer = (status: number) => responseOf('{}', { status })
const failure = differenceOf({ kind: 'failure', location: 'failure:refused' })
const status = differenceOf({ location: 'status' })

test('a database from before has the evidence of its runs when it is brought up to date', async () => {
  const at = (n: number) => ({ startedAt: FIXTURE_START + n * 20_000 })
  const store = await openStore([
    judgedOf(at(0)),
    judgedOf(at(1), { differences: [differenceOf(), differenceOf({ location: 'body:/b' })] }),
    judgedOf(at(2), { differences: [differenceOf()] }),
    judgedOf({ ...at(3), shadow: refused }, { differences: [failure] }),
    judgedOf({ ...at(4), shadow: answer(500) }, { differences: [status] }),
    judgedOf({ ...at(5), primary: answer(500) }, { differences: [status] }),
    judgedOf({ ...at(6), primary: refused }, { outcome: 'incomparable', reason: 'primary-failed' }),
    judgedOf({ ...at(7), source: 'replay' }, { differences: [differenceOf()] }, 'GET /b'),
  ])
  const folder = makeFolder()
  const path = join(folder.path, 'old.db')
  try {
    copyAsBefore(store.path, path)
    await (await openWriter({ path })).close()
    const reader = await openReader({ path })
    const ours = await store.reader.runEvidence(undefined)
    const read = await reader.runEvidence(undefined)
    // Durations are in no row by bin.
    expect(ours?.latency?.ratios).toHaveLength(1)
    const byId = (a: { readonly id: string }, b: { readonly id: string }) => (a.id < b.id ? -1 : 1)
    const comparable = (evidence: typeof ours) => ({
      ...evidence,
      latency: undefined,
      endpoints: evidence?.endpoints.map((endpoint) => ({ ...endpoint, latency: undefined })),
      divergences: evidence?.divergences.toSorted(byId),
      traffic: { ...evidence?.traffic, idleMs: 0 },
    })
    // Nor was it counted what never became a row: no such run passes.
    expect(comparable(read)).toEqual({ ...comparable(ours), uncounted: true })
    const counts = async (from: typeof reader) =>
      (await from.traffic({})).points.map((point) => [point.time, point.match, point.divergent])
    expect(await counts(reader)).toEqual(await counts(store.reader))
    await reader.close()
  } finally {
    await store.close()
    folder.remove()
  }
})

/** A copy that has only what the program before this schema knew. */
function copyAsBefore(from: string, to: string): void {
  const db = new Database(to)
  try {
    migrate(db, readMigrations().slice(0, 2))
    db.pragma('foreign_keys = OFF')
    db.prepare('ATTACH ? AS new').run(from)
    const tables = db
      .prepare<[], string>(
        `SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name <> 'schema_migrations'`,
      )
      .pluck()
      .all()
    for (const table of tables) {
      const columns = db
        .prepare<[string], string>('SELECT name FROM pragma_table_info(?)')
        .pluck()
        .all(table)
        .join(', ')
      db.exec(`INSERT INTO main.${table} (${columns}) SELECT ${columns} FROM new.${table}`)
    }
  } finally {
    db.close()
  }
}
