import { expect, test } from 'vitest'
import { previewOf } from '../../src/api/preview.ts'
import { parseRule } from '../../src/core/parse-rule.ts'
import type { RulePreview } from '../../src/core/service-report.ts'
import { consoleSettings } from '../support/console.ts'
import { openReview } from '../support/review-console.ts'
import { shopReview } from '../support/shop-review.ts'

test('a rule shows what it would hide, and changes nothing', async () => {
  const { app, reader } = await openReview(shopReview())
  const before = await reader.version()
  const answer = await app.inject({
    ...{ method: 'POST', url: '/api/v1/rules/preview' },
    payload: { id: 'gen', endpoint: 'GET /items/**', ignore: 'body:/generatedAt' },
  })
  expect(answer.json()).toMatchObject({
    ...{ examined: 6, skipped: {}, hidden: 6, matching: 4, warnings: [] },
    divergences: [{ location: 'body:/generatedAt', hidden: 6, of: 6 }],
  })
  expect(await reader.version()).toBe(before)
})

test('changing a rule is tried against the rules as they are, with it in its place', async () => {
  const { app } = await openReview(shopReview())
  const create = { id: 'gen', ignore: 'body:/generatedAt' }
  await app.inject({ method: 'POST', url: '/api/v1/rules', payload: create })
  const preview = async (payload: object) =>
    (
      await app.inject({ method: 'POST', url: '/api/v1/rules/preview', payload })
    ).json<RulePreview>()
  expect(await preview(create)).toMatchObject({ hidden: 0 })
  expect(await preview({ id: 'gen', ignore: ['body:/generatedAt', 'body:/price'] })).toMatchObject({
    hidden: 2,
    matching: 2,
  })
})

test('a rule out of every exchange’s scope examines nothing and says so', async () => {
  const { app } = await openReview(shopReview())
  for (const scope of [{ endpoint: 'GET /nothing' }, { method: 'POST' }, { status: '5xx' }]) {
    const answer = await app.inject({
      ...{ method: 'POST', url: '/api/v1/rules/preview' },
      payload: { id: 'x', ignore: 'body:/generatedAt', ...scope },
    })
    expect(answer.json()).toMatchObject({
      examined: 0,
      warnings: ['No stored exchange is in its scope.'],
    })
  }
})

test('it looks at the newest exchanges, and at no more than its bound', async () => {
  const { reader } = await openReview(shopReview())
  const settings = consoleSettings()
  const { rule } = parseRule({ id: 'p', ignore: 'body:/price' })
  if (rule === undefined) throw new Error('a rule')
  const newest = await previewOf(reader, rule, [], settings, { maxExchanges: 3, maxMs: 60_000 })
  expect(newest).toMatchObject({ examined: 3, hidden: 2 })
  const hurried = await previewOf(reader, rule, [], settings, { maxExchanges: 1000, maxMs: 0 })
  expect(hurried.examined).toBe(1)
})

test('a rule that is none is refused as when it is saved', async () => {
  const { app } = await openReview()
  const payload = { id: 'x', ignore: 'nowhere' }
  const answer = await app.inject({ method: 'POST', url: '/api/v1/rules/preview', payload })
  expect(answer.statusCode).toBe(400)
})
