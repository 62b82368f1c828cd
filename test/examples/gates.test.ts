/** The examples for rollout controllers, asked with the calls that those controllers make. */

import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

import type { JudgedExchange } from '../../src/core/ports.ts'
import { consoleSettings } from '../support/console.ts'
import { differenceOf, FIXTURE_START, judgedOf } from '../support/exchange-fixtures.ts'
import { openReview } from '../support/review-console.ts'

const TOKEN = 'a-token-for-the-gate-alone'

const example = async (name: string): Promise<unknown> =>
  parse(await readFile(new URL(`../../examples/${name}`, import.meta.url), 'utf8'))

type Outcome = 'pass' | 'fail' | 'inconclusive'

/** A console that listens, whose run has this verdict. */
async function consoleWith(outcome: Outcome) {
  const missing = { kind: 'missing', severity: 'breaking', location: 'body:/price' } as const
  const at = (index: number) => ({ startedAt: FIXTURE_START + index })
  const exchanges: JudgedExchange[] = Array.from(
    { length: outcome === 'inconclusive' ? 5 : 400 },
    (_, index) => judgedOf(at(index)),
  )
  if (outcome === 'fail') {
    for (const index of [1000, 1001]) {
      exchanges.push(judgedOf(at(index), { differences: [differenceOf(missing)] }))
    }
  }
  const settings = {
    ...consoleSettings(),
    console: {
      listen: { host: '127.0.0.1', port: 0 },
      users: [{ name: 'rollouts', role: 'gate', token: TOKEN }],
    },
    verdict: {
      minRequests: 100,
      maxDivergence: 0.5,
      maxUncompared: 0.5,
      confidence: 0.95,
      endpoints: { minRequests: 10, required: [] },
    },
  } as const
  const { app } = await openReview(exchanges, { settings })
  return app.listen({ host: '127.0.0.1', port: 0 })
}

interface WebMetric {
  readonly successCondition: string
  readonly failureCondition: string
  readonly provider: {
    readonly web: {
      readonly url: string
      readonly jsonPath: string
      readonly headers: readonly { readonly key: string; readonly value: string }[]
    }
  }
}

/** What Argo's conditions here are: one member of the result is one text. */
function holds(condition: string, result: Readonly<Record<string, unknown>>): boolean {
  const [, member = '', text] = /^result\.(\w+) == "(\w+)"$/.exec(condition) ?? []
  if (text === undefined) throw new Error(`another condition than this test reads: ${condition}`)
  return result[member] === text
}

test.each(['pass', 'fail', 'inconclusive'] as const)(
  'Argo Rollouts measures a run that is %s as what it is',
  async (outcome) => {
    const base = await consoleWith(outcome)
    const template = (await example('argo-analysis-template.yaml')) as {
      spec: { metrics: readonly [WebMetric] }
    }
    const [{ provider, successCondition, failureCondition }] = template.spec.metrics
    const fill = (text: string) =>
      text
        .replace('{{args.console}}', base)
        .replace('{{args.run}}', 'checkout-2.3')
        .replace('{{args.token}}', TOKEN)
    const { url, headers, jsonPath } = provider.web
    const answer = await fetch(fill(url), {
      headers: Object.fromEntries(headers.map(({ key, value }) => [key, fill(value)])),
    })
    expect(answer.status).toBe(200)
    expect(jsonPath).toBe('{$}')
    const result = (await answer.json()) as Readonly<Record<string, unknown>>
    expect({
      success: holds(successCondition, result),
      failure: holds(failureCondition, result),
    }).toEqual({ success: outcome === 'pass', failure: outcome === 'fail' })
  },
)

interface Webhook {
  readonly name: string
  readonly type: string
  readonly url: string
  readonly metadata: Readonly<Record<string, string>>
}

test.each([
  ['pass', { rollout: 200, 'confirm-promotion': 200, rollback: 409 }],
  ['fail', { rollout: 409, 'confirm-promotion': 409, rollback: 200 }],
  ['inconclusive', { rollout: 200, 'confirm-promotion': 409, rollback: 409 }],
] as const)(
  'Flagger goes on, promotes and rolls back as a run that is %s asks',
  async (outcome, expected) => {
    const base = await consoleWith(outcome)
    const canary = (await example('flagger-canary.yaml')) as {
      spec: { analysis: { webhooks: readonly Webhook[] } }
    }
    const answers: Record<string, number> = {}
    for (const { type, url, metadata } of canary.spec.analysis.webhooks) {
      const answer = await fetch(new URL(new URL(url).pathname, base), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          ...{ name: 'checkout', namespace: 'shop', phase: 'Progressing', checksum: '1' },
          metadata: { ...metadata, token: metadata['token']?.replace('${GATE_TOKEN}', TOKEN) },
        }),
      })
      answers[type] = answer.status
      expect(await answer.text()).toMatch(new RegExp(`^${outcome}: `))
    }
    expect(answers).toEqual(expected)
  },
)
