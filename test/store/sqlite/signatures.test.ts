import { Database } from '../../../src/store/sqlite/binding.ts'
import { expect, test } from 'vitest'
import { EvidenceTable } from '../../../src/store/sqlite/evidence.ts'
import { differenceOf, FIXTURE_START, judgedOf } from '../../support/exchange-fixtures.ts'
import { openStore } from '../../support/store-fixture.ts'

test('beyond the bound of sets, noise is left out of them, and what then has no room always counts', async () => {
  const places = ['body:/a', 'body:/b', 'body:/c', 'body:/noise']
  const store = await openStore(
    places.map((location, n) => {
      const difference = differenceOf({ location })
      const { kind, pattern } = difference
      const isNoise = location === 'body:/noise'
      return judgedOf(
        { startedAt: FIXTURE_START + n },
        { differences: [difference], control: { differences: isNoise ? [{ kind, pattern }] : [] } },
      )
    }),
  )
  const db = new Database(store.path)
  try {
    db.prepare('DELETE FROM run_signatures').run()
    const keys = db
      .prepare<[], { key: number; location: string }>('SELECT key, location FROM divergences')
      .all()
    const keyOf = (place: string) => {
      return keys.find(({ location }) => location === `body:/${place}`)?.key ?? 0
    }
    const evidence = new EvidenceTable(db, { whole: 2, reduced: 4 })
    const show = (...shown: readonly string[]) => {
      const { exchange, judgement } = judgedOf({}, { differences: [differenceOf()] })
      evidence.begin()
      evidence.add(1, exchange, judgement, shown.map(keyOf))
      evidence.flush(1)
    }
    show('a')
    show('a', 'b')
    show('b', 'a')
    show('b', 'noise')
    show('noise')
    show('a', 'noise')
    show('c')
    show('a', 'c', 'noise')
    const rows = db
      .prepare<[], { members: string; exchanges: number }>(
        'SELECT members, exchanges FROM run_signatures',
      )
      .all()
    const sets = new Map(rows.map(({ members, exchanges }) => [members, exchanges]))
    const [a, b] = [keyOf('a'), keyOf('b')]
    expect(sets).toEqual(
      new Map([
        // Noise alone never counts, and what had no room always does.
        ['', 1],
        ['*', 2],
        [String(a), 2],
        [[a, b].sort((x, y) => x - y).join(), 2],
        [String(b), 1],
      ]),
    )
    const known = await store.reader.runEvidence(undefined)
    expect(known?.divergent).toBe(7)
    expect(known?.alwaysCounted).toBe(2)
  } finally {
    db.close()
    await store.close()
  }
})
