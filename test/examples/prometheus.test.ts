/** The alert rules, checked and tried by Prometheus' own tool over the names that the console exposes. */

import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'

import { differenceOf, judgedOf } from '../support/exchange-fixtures.ts'
import { temporaryFolder } from '../support/console.ts'
import { lacks } from '../support/program.ts'
import { openReview } from '../support/review-console.ts'

const RULES = fileURLToPath(new URL('../../examples/prometheus-rules.yaml', import.meta.url))

interface RuleFile {
  readonly groups: readonly { readonly rules: readonly { alert: string; expr: string }[] }[]
}

const readRules = async () =>
  ((parse(await readFile(RULES, 'utf8')) as RuleFile).groups[0] ?? { rules: [] }).rules

const promtool = (...args: string[]) => spawnSync('promtool', args, { encoding: 'utf8' })

test('every name that the alerts use is one that the console exposes', async () => {
  const { app } = await openReview([judgedOf({}, { differences: [differenceOf()] })])
  const { body } = await app.inject({ url: '/metrics', headers: { host: 'localhost' } })
  const exposed = new Set([...body.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name))
  const used = (await readRules()).flatMap(({ expr }) => expr.match(/shadowdiff_\w+/g) ?? [])
  expect(used.length).toBeGreaterThan(4)
  expect(used.filter((name) => !exposed.has(name))).toEqual([])
})

const isMissing = lacks(
  promtool('--version').error === undefined,
  'promtool',
  'apt-get install prometheus',
)

describe.skipIf(isMissing)('with promtool', () => {
  test('the rules are valid', () => {
    const { status, stdout, stderr } = promtool('check', 'rules', RULES)
    expect(`${stdout}${stderr}`).toContain('SUCCESS')
    expect(status).toBe(0)
  })

  test('each alert fires for what it is named after, and is silent while all is well', async () => {
    const bad: Readonly<Record<string, readonly [series: string, values: string]>> = {
      ShadowdiffVerdictFails: ['shadowdiff_verdict{run="r",verdict="fail"}', '1x30'],
      ShadowdiffUncompared: ['shadowdiff_uncompared_rate{run="r"}', '0.02x30'],
      ShadowdiffShadowLeftAlone: ['shadowdiff_breaker_state{route="r",state="open"}', '1x30'],
      ShadowdiffRecorderDown: ['shadowdiff_recorder_up', '0x30'],
      ShadowdiffLosesExchanges: ['shadowdiff_lost_total{reason="queue-full"}', '0+5x30'],
      ShadowdiffDown: ['up{job="shadowdiff"}', '0x30'],
    }
    const rules = await readRules()
    expect(rules.map(({ alert }) => alert).sort()).toEqual(Object.keys(bad).sort())
    const good: Readonly<Record<string, string>> = {
      ShadowdiffUncompared: '0.001x30',
      ShadowdiffRecorderDown: '1x30',
      ShadowdiffLosesExchanges: '5x30',
      ShadowdiffDown: '1x30',
    }
    const folder = await temporaryFolder()
    for (const isBad of [true, false]) {
      const file = join(folder, `${String(isBad)}.yaml`)
      const tests = Object.entries(bad).map(([alert, [series, values]]) => ({
        interval: '1m',
        input_series: [{ series, values: isBad ? values : (good[alert] ?? '0x30') }],
        promql_expr_test: [
          {
            expr: `count(ALERTS{alertname="${alert}",alertstate="firing"})`,
            eval_time: '25m',
            exp_samples: isBad ? [{ labels: '{}', value: 1 }] : [],
          },
        ],
      }))
      await writeFile(file, stringify({ rule_files: [RULES], tests }))
      const { status, stdout, stderr } = promtool('test', 'rules', file)
      expect(`${stdout}${stderr}`).toContain('SUCCESS')
      expect(status).toBe(0)
    }
  })
})
