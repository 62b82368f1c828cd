/** A few exchanges with differences, for tests of what people do with them. */

import type { JudgedExchange } from '../../src/core/ports.ts'
import { createComparer } from '../../src/core/compare.ts'
import { exchangeOf, responseOf } from './exchange-fixtures.ts'

/** An exchange of `GET /items/{id}` with these two bodies, judged under the builtin rules. */
export function itemExchange(index: number, primary: object, shadow: object): JudgedExchange {
  const startedAt = Date.UTC(2026, 0, 5, 12, 0, index)
  return createComparer().judge(
    exchangeOf({
      id: `019b8e0f-1e00-7c4a-9a61-${String(index).padStart(12, '0')}`,
      startedAt,
      request: { method: 'GET', target: `/items/${17 + index}`, headers: [], body: bodyless },
      primary: responseOf(JSON.stringify(primary)),
      shadow: responseOf(JSON.stringify(shadow)),
    }),
  )
}

const bodyless = { bytes: Buffer.alloc(0), length: 0 }

/** Six exchanges: all differ in `generatedAt`, the last two in `price` too. */
export function shopReview(): JudgedExchange[] {
  return [0, 1, 2, 3, 4, 5].map((index) =>
    itemExchange(
      index,
      { price: 10, generatedAt: `a${index}` },
      { price: index < 4 ? 10 : 11, generatedAt: `b${index}` },
    ),
  )
}
