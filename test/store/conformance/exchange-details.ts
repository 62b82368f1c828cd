/** Promises of a store: one exchange in full. */

import { afterEach, beforeEach, expect, test, describe } from 'vitest'
import { bodyOf, differenceOf, judgedOf, responseOf } from '../../support/exchange-fixtures.ts'
import { FAILURE } from '../../support/exchange-variety.ts'
import { type OpenedStore, type OpenStore } from '../../support/store-fixture.ts'

/** Registers the tests. */
export function testExchangeDetails(open: OpenStore): void {
  describe('one exchange', () => {
    let store: OpenedStore

    beforeEach(async () => {
      store = await open()
    })

    afterEach(() => store.close())

    test('one exchange is found whole', async () => {
      const judged = judgedOf(
        {
          shadow: FAILURE,
          request: {
            method: 'PUT',
            target: '/items/1?x=\u00ff',
            headers: ['X-A', '\u00e9', 'x-a', 'second'],
            body: bodyOf('{"n":1}'),
          },
          primary: responseOf('hello', {
            trailers: ['grpc-status', '0'],
            headers: ['Content-Type', 'text/plain'],
            reason: 'Fine',
          }),
        },
        {
          differences: [
            differenceOf({
              location: 'body:/items/3/price',
              primary: '1',
              shadow: '"1"',
              kind: 'type',
            }),
            differenceOf({ location: 'header:etag', kind: 'missing', severity: 'breaking' }),
          ],
          suppressed: [{ ...differenceOf({ location: 'header:date' }), by: 'builtin:date' }],
          differencesTotal: 2,
          suppressedTotal: 7,
        },
      )
      await store.writer.save([judged])
      const { exchange, judgement } = judged
      const found = await store.reader.findExchange(exchange.id)
      expect(found).toMatchObject({
        id: exchange.id,
        request: {
          method: 'PUT',
          target: '/items/1?x=\u00ff',
          headers: exchange.request.headers,
          body: { length: 7, text: '{"n":1}', truncated: false },
        },
        primary: {
          kind: 'response',
          status: 200,
          reason: 'Fine',
          trailers: ['grpc-status', '0'],
          sentHeaders: ['Host', 'shop.example', 'Accept', '*/*'],
          body: { length: 5, text: 'hello' },
        },
        shadow: FAILURE,
        differencesTotal: 2,
        suppressed: judgement.suppressed,
        suppressedTotal: 7,
      })
      expect(Object.keys(found ?? {})).not.toContain('control')
      const divergence: unknown = expect.stringMatching(/^[0-9a-f]{16}$/)
      expect(found?.differences).toEqual(
        judgement.differences.map((difference) => ({
          ...difference,
          divergence,
          class: 'divergence',
        })),
      )
    })

    test('what the repeat to primary did is shown beside the others, its body too', async () => {
      const judged = judgedOf({
        control: responseOf('{"price":12}', { status: 203, sentHeaders: ['x-shadow', 'control'] }),
      })
      const { exchange } = judged
      await store.writer.save([judged, judgedOf({ control: FAILURE })])
      const found = await store.reader.findExchange(exchange.id)
      expect(found?.control).toMatchObject({
        kind: 'response',
        status: 203,
        sentHeaders: ['x-shadow', 'control'],
        body: { length: 12, text: '{"price":12}' },
      })
      expect(Object.keys(found ?? {})).not.toContain('suppressedTotal')
    })

    test.each(['019b8e07-4799-7190-a57b-50eaf2668982', 'nonsense', ''])(
      'an exchange that is not there is not found: "%s"',
      async (id) => {
        expect(await store.reader.findExchange(id)).toBeUndefined()
      },
    )
  })
}
