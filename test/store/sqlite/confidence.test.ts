import { expect, test } from 'vitest'
import { openReader } from '../../../src/store/sqlite/reader.ts'
import { differenceOf, FIXTURE_START, judgedOf } from '../../support/exchange-fixtures.ts'
import { openStore } from '../../support/store-fixture.ts'

test('noise is told with the confidence that is configured, in lists, counts, exports and evidence', async () => {
  const difference = differenceOf()
  const shown = { differences: [{ kind: difference.kind, pattern: difference.pattern }] }
  const batch = Array.from({ length: 40 }, (_, n) =>
    judgedOf(
      { startedAt: FIXTURE_START + n },
      // Control shows it once, shadow in twelve others: much for chance, not too much.
      n === 0
        ? { control: shown }
        : { differences: n <= 12 ? [difference] : [], control: { differences: [] } },
    ),
  )
  const store = await openStore(batch)
  let confidence: number | undefined
  const reader = await openReader({ path: store.path, confidence: () => confidence })
  const classes = async () => {
    const [row] = (await reader.listDivergences({}, { limit: 1 })).items
    const counts = await reader.countDivergences({})
    const [exchange] = (await reader.listExchanges({ outcome: 'divergent' }, { limit: 1 })).items
    const detail = await reader.findExchange(exchange?.id ?? '')
    const evidence = await reader.runEvidence(undefined)
    return [
      row?.class,
      Object.entries(counts).find(([, n]) => n === 1)?.[0],
      detail?.differences[0]?.class,
      evidence?.divergences[0]?.class,
      evidence?.divergent === 12 ? 'divergence' : 'noise',
    ]
  }
  try {
    expect(new Set(await classes())).toEqual(new Set(['noise']))
    confidence = 0.5
    expect(new Set(await classes())).toEqual(new Set(['divergence']))
    confidence = 0.99
    expect(new Set(await classes())).toEqual(new Set(['noise']))
  } finally {
    await reader.close()
    await store.close()
  }
})
