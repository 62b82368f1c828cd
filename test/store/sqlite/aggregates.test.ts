import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JudgedExchange } from '../../../src/core/ports.ts'
import {
  bodyOf,
  differenceOf,
  FIXTURE_START,
  judgedOf,
  responseOf,
} from '../../support/exchange-fixtures.ts'
import { expectConsistent } from '../../support/store-consistency.ts'
import { openStore } from '../../support/store-fixture.ts'

const differences = fc.array(
  fc
    .record({
      kind: fc.constantFrom('value' as const, 'missing' as const, 'type' as const),
      location: fc.constantFrom('body:/a', 'body:/b/0', 'body:/b/1', 'header:etag', 'status'),
      severity: fc.constantFrom('breaking' as const, 'changed' as const),
    })
    .map(differenceOf),
  { maxLength: 4 },
)

const judgements = fc.oneof(
  differences.map((found) => ({ differences: found })),
  fc.constant({ outcome: 'incomparable' as const, reason: 'truncated' }),
  fc.constant({ outcome: 'unmirrored' as const, reason: 'not-sampled' }),
)

const exchanges: fc.Arbitrary<JudgedExchange> = fc
  .record({
    startedAt: fc.integer({ min: FIXTURE_START, max: FIXTURE_START + 300_000 }),
    source: fc.constantFrom('live' as const, 'replay' as const),
    target: fc.constantFrom('/a?b', '/c'),
    body: fc.constantFrom('', 'one', 'two'),
    fails: fc.boolean(),
    control: fc.constantFrom(undefined, 'one', 'three'),
    endpoint: fc.constantFrom('GET /a', 'GET /b', 'POST /c'),
    judgement: judgements,
  })
  .map(({ startedAt, source, target, body, fails, control, endpoint, judgement }) =>
    judgedOf(
      {
        startedAt,
        source,
        request: { method: 'GET', target, headers: [], body: bodyOf(body) },
        primary: responseOf(body, { durationMs: startedAt % 1000 }),
        shadow: fails
          ? { kind: 'failure', reason: 'reset', message: 'reset', durationMs: 3, sentHeaders: [] }
          : responseOf('two'),
        ...(control !== undefined && { control: responseOf(control) }),
      },
      judgement,
      endpoint,
    ),
  )

test('whatever is written, the aggregates say what a scan of the rows says', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(exchanges, { maxLength: 30 }), { maxLength: 4 }),
      async (batches) => {
        const store = await openStore()
        try {
          for (const [index, batch] of batches.entries()) {
            if (index === 2)
              await store.writer.openRun({ name: 'b', primaryVersion: '1', shadowVersion: '2' })
            await store.writer.save(batch)
          }
          expectConsistent(store.path)
        } finally {
          await store.close()
        }
      },
    ),
    { numRuns: 25 },
  )
})

test('a batch that fails leaves nothing of itself, and the next one is written', async () => {
  const store = await openStore()
  const bad = judgedOf({ id: 'no uuid' }, { differences: [differenceOf()] }, 'GET /bad')
  const good = (n: number) =>
    judgedOf(
      { startedAt: FIXTURE_START + n, primary: responseOf('{"a":1}') },
      { differences: [differenceOf()] },
      n === 0 ? 'GET /bad' : 'GET /good',
    )
  await expect(store.writer.save([good(0), good(1), bad])).rejects.toThrow('UUID')
  expectConsistent(store.path)
  expect((await store.reader.listExchanges({}, { limit: 5 })).items).toEqual([])
  await store.writer.save([good(2), good(3)])
  expectConsistent(store.path)
  expect((await store.reader.listEndpoints({}, { limit: 5 })).items).toHaveLength(1)
  await store.close()
})

test('equal bodies are stored once', async () => {
  const same = Array.from({ length: 50 }, (_, n) =>
    judgedOf({
      startedAt: FIXTURE_START + n,
      primary: responseOf('x'.repeat(5000)),
      shadow: responseOf('x'.repeat(5000)),
    }),
  )
  const store = await openStore(same)
  expectConsistent(store.path)
  const rows = (await store.reader.listExchanges({}, { limit: 50 })).items
  const found = await store.reader.findExchange(rows[49]?.id ?? '')
  expect(found?.primary).toMatchObject({ body: { text: 'x'.repeat(5000) } })
  await store.close()
})
