/** Promises of a store: evidence. */

import fc from 'fast-check'
import { expect, test, describe } from 'vitest'
import type { Observation } from '../../../src/core/exchange.ts'
import type { DifferenceKind, Judgement } from '../../../src/core/judgement.ts'
import type { JudgedExchange } from '../../../src/core/ports.ts'
import { OUTAGE_WINDOW_MS } from '../../../src/core/verdict-evidence.ts'
import { divergenceOf, totalsIn, totalsOf } from '../../support/evidence-oracle.ts'
import {
  differenceOf,
  FIXTURE_START,
  judgedOf,
  responseOf,
} from '../../support/exchange-fixtures.ts'
import { RUN, type OpenStore } from '../../support/store-fixture.ts'

/** Registers the tests. */
export function testEvidence(open: OpenStore): void {
  describe('evidence', () => {
    const refused: Observation = {
      kind: 'failure',
      reason: 'refused',
      message: 'refused',
      durationMs: 1,
      sentHeaders: [],
    }
    const answers = fc.oneof(
      { weight: 8, arbitrary: fc.constant(200) },
      { weight: 3, arbitrary: fc.constantFrom(404, 500, 503) },
      { weight: 1, arbitrary: fc.constant(0) },
    )
    const locations = ['body:/a', 'body:/b', 'body:/c']
    const places = fc.subarray(locations)
    const kinds = fc.constantFrom<DifferenceKind>('value', 'missing')

    const exchanges = fc
      .record({
        at: fc.integer({ min: 0, max: 200_000 }),
        primary: answers,
        shadow: answers,
        ms: fc.integer({ min: 1, max: 500 }),
        endpoint: fc.constantFrom('GET /a', 'GET /b'),
        kind: kinds,
        shown: fc.oneof(fc.constant<string[]>([]), places),
        control: fc.option(fc.record({ kind: kinds, shown: places }), { nil: undefined }),
      })
      .map(({ at, primary, shadow, ms, endpoint, kind, shown, control }): JudgedExchange => {
        const observationOf = (status: number, durationMs: number) =>
          status === 0 ? refused : responseOf('{}', { status, durationMs })
        const compared = primary > 0
        const differences = [
          ...shown.map((location) => differenceOf({ kind, location })),
          ...(shadow === 0 ? [differenceOf({ kind: 'failure', location: 'failure:refused' })] : []),
          ...(primary !== shadow ? [differenceOf({ location: 'status' })] : []),
        ]
        const isMeasured = primary > 0 && shadow > 0 && primary < 500 && shadow < 500
        const judgement: Partial<Judgement> = compared
          ? {
              differences,
              ...(isMeasured &&
                control !== undefined && {
                  control: {
                    differences: control.shown.map((pattern) => ({ kind: control.kind, pattern })),
                  },
                }),
            }
          : { outcome: 'incomparable', reason: shadow > 0 ? 'primary-failed' : 'both-failed' }
        return judgedOf(
          {
            startedAt: FIXTURE_START + at,
            primary: observationOf(primary, ms),
            shadow: observationOf(shadow, (ms * 7) % 500),
          },
          judgement,
          endpoint,
        )
      })

    test('the totals are what looking at every exchange again says, whatever people mark as expected', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(exchanges, { maxLength: 40 }), { minLength: 1, maxLength: 3 }),
          fc.nat(),
          async (batches, pick) => {
            const store = await open()
            try {
              for (const batch of batches) await store.writer.save(batch)
              const judged = batches.flat()
              for (const marking of [false, true]) {
                const { items } = await store.reader.listDivergences({}, { limit: 100 })
                const marked = items[pick % Math.max(1, items.length)]
                if (marking && marked !== undefined)
                  await store.writer.triage(marked.id, { state: 'expected' })
                const evidence = await store.reader.runEvidence(RUN.name)
                if (evidence === undefined) throw new Error('no evidence')
                const uncounted = evidence.divergences.filter((one) => one.class !== 'divergence')
                expect(uncounted.some(({ id }) => id === marked?.id) || !marking || !marked).toBe(
                  true,
                )
                const ids = new Set(uncounted.map(({ id }) => id))
                expect(totalsIn(evidence)).toEqual(totalsOf(judged, ids))
                for (const { endpoint, samples, divergent } of evidence.endpoints) {
                  const own = judged.filter((one) => one.endpoint === endpoint)
                  const totals = totalsOf(own, ids)
                  expect([samples, divergent]).toEqual([totals.samples, totals.divergent])
                }
                for (const {
                  endpoint,
                  kind,
                  location,
                  exchanges: shown,
                  control,
                } of evidence.divergences) {
                  const expected = divergenceOf(judged, endpoint, kind, location)
                  expect(shown).toBe(expected.exchanges)
                  expect(control ?? { ...expected.control, measured: 0 }).toEqual(expected.control)
                }
              }
            } finally {
              await store.close()
            }
          },
        ),
        { numRuns: 30 },
      )
    }, 60_000)

    test('a divergence that control shows as often is noise, and its exchanges do not count', async () => {
      const difference = differenceOf({ location: 'body:/at' })
      const control = { differences: [{ kind: difference.kind, pattern: difference.pattern }] }
      const batch = Array.from({ length: 20 }, (_, n) =>
        judgedOf({ startedAt: FIXTURE_START + n }, { differences: [difference], control }),
      )
      const store = await open(batch)
      try {
        expect(await store.reader.runEvidence(undefined)).toMatchObject({
          samples: 20,
          divergent: 0,
          measured: 20,
          divergences: [
            {
              class: 'noise',
              control: { measured: 20, differed: 20, shadowOnly: 0, controlOnly: 0 },
            },
          ],
        })
      } finally {
        await store.close()
      }
    })

    test('what control showed before shadow did is counted from the first exchange', async () => {
      const difference = differenceOf({ location: 'body:/at' })
      const { kind, pattern } = difference
      const store = await open([
        judgedOf({ startedAt: FIXTURE_START }, { control: { differences: [{ kind, pattern }] } }),
        judgedOf(
          { startedAt: FIXTURE_START + 1 },
          { differences: [difference], control: { differences: [] } },
        ),
      ])
      try {
        const [one] = (await store.reader.runEvidence(undefined))?.divergences ?? []
        expect(one?.control).toEqual({ measured: 2, differed: 1, shadowOnly: 1, controlOnly: 1 })
      } finally {
        await store.close()
      }
    })

    test('only live exchanges feed the evidence of a run that has any', async () => {
      const store = await open([judgedOf({ source: 'replay' }), judgedOf({ source: 'import' })])
      try {
        expect((await store.reader.runEvidence(RUN.name))?.samples).toBe(1)
        await store.writer.save([judgedOf(), judgedOf()])
        expect((await store.reader.runEvidence(RUN.name))?.samples).toBe(2)
      } finally {
        await store.close()
      }
    })

    test('windows in which one side was unavailable count for the side with more, once they are complete', async () => {
      const start = Math.ceil(FIXTURE_START / OUTAGE_WINDOW_MS) * OUTAGE_WINDOW_MS
      const away = (startedAt: number) => judgedOf({ startedAt, shadow: refused })
      const primaryAway = (startedAt: number) => judgedOf({ startedAt, primary: refused })
      const later = start + 3 * OUTAGE_WINDOW_MS
      const store = await open(
        [
          ...[0, 1, 2].map((n) => away(start + n)),
          primaryAway(start + 5),
          ...[0, 1].map((n) => primaryAway(start + OUTAGE_WINDOW_MS + n)),
          away(start + 2 * OUTAGE_WINDOW_MS),
          primaryAway(start + 2 * OUTAGE_WINDOW_MS),
          away(later),
        ],
        { now: () => later + 10 },
      )
      try {
        const evidence = await store.reader.runEvidence(RUN.name)
        expect(evidence?.failures.outages).toEqual({ shadowOnly: 1, primaryOnly: 1 })
        expect(evidence?.traffic).toEqual({ durationMs: later - start, idleMs: 10, ended: false })
      } finally {
        await store.close()
      }
    })

    test('a body that an upstream broke off is no answer', async () => {
      const { body, ...answer } = responseOf('{"price"')
      const broken = { ...answer, body: { ...body, length: 8, incomplete: 'reset' as const } }
      const store = await open([
        judgedOf(
          { shadow: broken },
          { differences: [differenceOf({ location: 'failure:reset' })] },
        ),
      ])
      try {
        expect(await store.reader.runEvidence(undefined)).toMatchObject({
          samples: 1,
          failing: 1,
          failures: { unanswered: 1, unavailable: { shadowOnly: 1, primaryOnly: 0 } },
          divergences: [{ exchanges: 0 }],
        })
      } finally {
        await store.close()
      }
    })

    test('the worst divergences bring along their newest exchanges', async () => {
      const batch = Array.from({ length: 5 }, (_, n) =>
        judgedOf({ startedAt: FIXTURE_START + n }, { differences: [differenceOf()] }),
      )
      const store = await open(batch)
      try {
        const [one] = (await store.reader.runEvidence(undefined))?.divergences ?? []
        const newest = batch.map(({ exchange }) => exchange.id).reverse()
        expect(one?.examples).toEqual(newest.slice(0, 3))
      } finally {
        await store.close()
      }
    })

    test('a database without runs, and a run that is not there, have no evidence', async () => {
      const store = await open()
      try {
        expect(await store.reader.runEvidence('another')).toBeUndefined()
        expect(await store.reader.runEvidence(undefined)).toMatchObject({
          run: RUN.name,
          samples: 0,
        })
      } finally {
        await store.close()
      }
    })
  })
}
