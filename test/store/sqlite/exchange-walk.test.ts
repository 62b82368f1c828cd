import { expect, test } from 'vitest'
import { openForReading } from '../../../src/store/sqlite/open-for-reading.ts'
import { selectExchanges, type ExchangeStep } from '../../../src/store/sqlite/exchange-walk.ts'
import { NEWEST } from '../../../src/store/sqlite/keys.ts'
import { FIXTURE_START, judgedOf } from '../../support/exchange-fixtures.ts'
import { collect, openStore } from '../../support/store-fixture.ts'

test('a question that no index answers ends early with the place to go on, and finds all in the end', async () => {
  const count = 30_000
  const store = await openStore()
  const db = openForReading(store.path)
  try {
    await store.writer.save(
      Array.from({ length: count }, (_, n) =>
        judgedOf({
          startedAt: FIXTURE_START + n,
          requestId: n % 12_500 === 7 ? `needle-${n}` : 'hay',
        }),
      ),
    )
    const steps: string[][] = []
    let before: number | undefined = NEWEST
    while (before !== undefined) {
      const step: ExchangeStep = selectExchanges(db, { q: 'needle' }, before, 10, 0)
      steps.push(step.rows.map((row) => row.request_id))
      before = step.next
    }
    expect(steps.length).toBe(count / 1000 + 1)
    const all = ['needle-25007', 'needle-12507', 'needle-7']
    expect(steps.flat()).toEqual(all)
    const whole = selectExchanges(db, { q: 'needle' }, NEWEST, 10, Infinity)
    expect(whole.rows.map((row) => row.request_id)).toEqual(all)
    expect(whole.next).toBeUndefined()
    const walked = await collect(store.reader.iterateExchanges({ q: 'needle', method: 'GET' }))
    expect(walked.map(({ requestId }) => requestId)).toEqual(all)
  } finally {
    db.close()
    await store.close()
  }
})
