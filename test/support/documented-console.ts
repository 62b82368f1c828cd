/** The console behind the examples of docs/api.md: two exchanges, one of which differs in its price, and a rule. */

import { expect } from 'vitest'
import { differenceOf, exchangeOf, judgedOf, responseOf } from './exchange-fixtures.ts'
import { openReview } from './review-console.ts'

/** Listens on a free port of loopback; gives the address as `host:port`. */
export async function startDocumentedConsole(): Promise<string> {
  const same = exchangeOf({
    id: '019b8e0f-1e00-7c4a-9a61-6b0c7d2f4a01',
    startedAt: Date.UTC(2026, 0, 5, 12, 0, 0),
  })
  const differing = exchangeOf({
    id: '019b8e0f-21e8-7d1b-8f52-3c9a5e7b6d02',
    startedAt: Date.UTC(2026, 0, 5, 12, 0, 1),
    requestId: 'c0ffee00-1234-4abc-8def-0123456789ab',
    primary: responseOf('{"id":17,"price":10}', { headers: ['Content-Type', 'application/json'] }),
    shadow: responseOf('{"id":17,"price":11}', {
      headers: ['Content-Type', 'application/json'],
      durationMs: 20,
    }),
  })
  const { app } = await openReview([
    judgedOf(same),
    judgedOf(differing, {
      differences: [differenceOf()],
      suppressed: [
        {
          ...differenceOf({ location: 'header:date', primary: '"Mon"', shadow: '"Tue"' }),
          by: 'builtin:date',
        },
      ],
    }),
  ])
  const rule = { id: 'gen-time', ignore: 'body:/generatedAt' }
  await app.inject({ method: 'POST', url: '/api/v1/rules', payload: rule })
  await app.inject({ method: 'POST', url: '/api/v1/recompare?method=TRACE' })
  await expect
    .poll(async () => (await app.inject('/api/v1/jobs/1')).json<object>())
    .toMatchObject({ state: 'done' })
  return (await app.listen({ host: '127.0.0.1', port: 0 })).replace('http://', '')
}
