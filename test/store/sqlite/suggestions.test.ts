import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { differenceOf, FIXTURE_START, judgedOf } from '../../support/exchange-fixtures.ts'
import { openStore } from '../../support/store-fixture.ts'

const save = (count: number, valueOf: () => string) =>
  Array.from({ length: count }, (_, n) => {
    const difference = differenceOf()
    return judgedOf(
      { startedAt: FIXTURE_START + n },
      {
        differences: [
          {
            ...difference,
            ...{ kind: 'value', severity: 'changed' },
            ...{ primary: JSON.stringify(valueOf()), shadow: JSON.stringify(valueOf()) },
          },
        ],
      },
    )
  })

test('divergences of values that vary by themselves bring a suggestion, in lists and alone', async () => {
  const store = await openStore(save(5, randomUUID))
  try {
    const [row] = (await store.reader.listDivergences({}, { limit: 5 })).items
    expect(row?.suggestion).toMatchObject({
      rule: { kind: 'class', as: 'uuid', endpoint: row?.endpoint, at: [row?.location] },
      evidence: expect.stringContaining('5 newest examples') as string,
    })
    const detail = await store.reader.findDivergence(row?.id ?? '', 1)
    expect(detail?.suggestion).toEqual(row?.suggestion)
  } finally {
    await store.close()
  }
})

test('others bring none', async () => {
  const store = await openStore(save(5, () => `word-${Math.random()}`))
  try {
    const [row] = (await store.reader.listDivergences({}, { limit: 5 })).items
    expect(row).toBeDefined()
    expect(row?.suggestion).toBeUndefined()
  } finally {
    await store.close()
  }
})
