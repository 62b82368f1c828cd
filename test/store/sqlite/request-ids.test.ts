import { createHash, randomUUID } from 'node:crypto'
import { Database } from '../../../src/store/sqlite/binding.ts'
import { expect, test } from 'vitest'
import { openForReading } from '../../../src/store/sqlite/open-for-reading.ts'
import { findRequestId } from '../../../src/store/sqlite/request-ids.ts'
import { openReader } from '../../../src/store/sqlite/reader.ts'
import { openWriter } from '../../../src/store/sqlite/writer.ts'
import { FIXTURE_START, judgedOf } from '../../support/exchange-fixtures.ts'
import { collect, makeFolder, openStore, RUN } from '../../support/store-fixture.ts'

/** More than share one part of the index. */
const MANY = 9000

test('an exchange is found by its request id, however many came before and after, and after a restart', async () => {
  const folder = makeFolder()
  const path = `${folder.path}/a.db`
  const ids = Array.from({ length: MANY }, () => randomUUID())
  try {
    for (const half of [ids.slice(0, MANY / 2), ids.slice(MANY / 2)]) {
      const writer = await openWriter({ path })
      await writer.openRun(RUN)
      await writer.save(
        half.map((requestId, n) => judgedOf({ requestId, startedAt: FIXTURE_START + n })),
      )
      await writer.close()
    }
    const reader = await openReader({ path })
    for (const n of [0, MANY / 2 - 1, MANY / 2, 8191, 8192, MANY - 1]) {
      const requestId = ids[n] ?? ''
      const found = await collect(reader.iterateExchanges({ requestId }))
      expect(found.map((row) => row.requestId)).toEqual([requestId])
      const more = { requestId, outcome: 'match', endpoint: found[0]?.endpoint ?? '' } as const
      expect(await collect(reader.iterateExchanges(more))).toHaveLength(1)
    }
    expect(await collect(reader.iterateExchanges({ requestId: randomUUID() }))).toEqual([])
    await reader.close()
  } finally {
    folder.remove()
  }
})

const withoutVersion = (uuid: string) => uuid.slice(0, 14) + uuid.slice(15)

test('rows from before there were buckets are found too', async () => {
  const store = await openStore()
  const [old, fresh] = [randomUUID(), randomUUID()]
  try {
    await store.writer.save([judgedOf({ requestId: old })])
    const db = new Database(store.path)
    db.prepare('UPDATE exchanges SET request_hash = ?').run(
      parseInt(createHash('sha1').update(withoutVersion(old)).digest('hex').slice(0, 12), 16),
    )
    db.close()
    await store.writer.save([judgedOf({ requestId: fresh, startedAt: FIXTURE_START + 1 })])
    for (const requestId of [old, fresh]) {
      const found = await collect(store.reader.iterateExchanges({ requestId }))
      expect(found.map((row) => row.requestId)).toEqual([requestId])
    }
  } finally {
    await store.close()
  }
})

test('a request id that very many exchanges share lists all of them, newest first', async () => {
  const store = await openStore()
  const count = 1500
  try {
    await store.writer.save(
      Array.from({ length: 2 * count }, (_, n) =>
        judgedOf({ startedAt: FIXTURE_START + n, requestId: n % 2 === 0 ? 'constant' : `id-${n}` }),
      ),
    )
    const db = openForReading(store.path)
    expect(findRequestId(db, 'constant').keys).toBeUndefined()
    db.close()
    const found = await collect(store.reader.iterateExchanges({ requestId: 'constant' }))
    const times = found.map(({ time }) => Date.parse(time))
    expect(times).toEqual(
      Array.from({ length: count }, (_, n) => FIXTURE_START + 2 * (count - 1 - n)),
    )
  } finally {
    await store.close()
  }
})
