/** Exchanges of every sort. */

import type { JudgedExchange } from '../../src/core/ports.ts'
import { bodyOf, differenceOf, FIXTURE_START, judgedOf, responseOf } from './exchange-fixtures.ts'

/** What an upstream did that did not answer. */
export const FAILURE = {
  kind: 'failure',
  reason: 'timeout',
  message: 'no answer within 15 s',
  durationMs: 15_000,
  sentHeaders: [],
} as const

/** Exchanges that differ in what filters look at, each with the name of what is special about it. */
export const VARIETY: readonly (readonly [string, JudgedExchange])[] = [
  ['plain', judgedOf({ startedAt: FIXTURE_START })],
  ['route', judgedOf({ startedAt: FIXTURE_START + 1, route: 'other' })],
  ['endpoint', judgedOf({ startedAt: FIXTURE_START + 2 }, {}, 'GET /carts')],
  [
    'post',
    judgedOf(
      {
        startedAt: FIXTURE_START + 3,
        request: { method: 'POST', target: '/orders/100%_a', headers: [], body: bodyOf('x') },
      },
      {},
      'POST /orders/{id}',
    ),
  ],
  [
    'value',
    judgedOf(
      { startedAt: FIXTURE_START + 4 },
      { differences: [differenceOf({ severity: 'added' })] },
    ),
  ],
  [
    'missing',
    judgedOf(
      { startedAt: FIXTURE_START + 5 },
      { differences: [differenceOf({ kind: 'missing', severity: 'breaking' })] },
    ),
  ],
  [
    'failure',
    judgedOf(
      { startedAt: FIXTURE_START + 6, shadow: FAILURE },
      {
        outcome: 'divergent',
        differences: [
          differenceOf({ kind: 'failure', location: 'failure:timeout', severity: 'breaking' }),
        ],
      },
    ),
  ],
  [
    'incomparable',
    judgedOf({ startedAt: FIXTURE_START + 7 }, { outcome: 'incomparable', reason: 'truncated' }),
  ],
  [
    'primary 500',
    judgedOf({ startedAt: FIXTURE_START + 8, primary: responseOf('', { status: 500 }) }),
  ],
  [
    'shadow 500',
    judgedOf({ startedAt: FIXTURE_START + 9, shadow: responseOf('', { status: 500 }) }),
  ],
]
