import { expect, test } from 'vitest'
import { AppError } from '../../src/core/errors.ts'
import { consoleSettings, openConsole, READING } from '../support/console.ts'

test('the books and the state of the service are metrics', async () => {
  const app = await openConsole({
    probe: {
      read: async () => ({ ...READING, breaker: { 'default "x"': 'half-open' as const } }),
    },
  })
  const answer = await app.inject('/metrics')
  expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
  const samples = answer.body.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  expect(samples).toEqual([
    'shadowdiff_build_info{version="1.2.3"} 1',
    'shadowdiff_seen_total 12',
    'shadowdiff_pending 1',
    'shadowdiff_mirrored_total 9',
    'shadowdiff_unmirrored_total{reason="not-sampled"} 2',
    'shadowdiff_in_flight 1',
    'shadowdiff_match_total 5',
    'shadowdiff_divergent_total 2',
    'shadowdiff_incomparable_total{reason="truncated"} 1',
    'shadowdiff_outcomes_total{outcome="match"} 5',
    'shadowdiff_outcomes_total{outcome="divergent"} 2',
    'shadowdiff_outcomes_total{outcome="incomparable"} 1',
    'shadowdiff_outcomes_total{outcome="unmirrored"} 2',
    'shadowdiff_outcomes_total{outcome="lost"} 0',
    'shadowdiff_proxy_accepting 1',
    'shadowdiff_proxy_restarts_total 0',
    'shadowdiff_recorder_up 1',
    'shadowdiff_recorder_restarts_total 0',
    'shadowdiff_recorder_queued 3',
    'shadowdiff_breaker_state{route="default \\"x\\"",state="closed"} 0',
    'shadowdiff_breaker_state{route="default \\"x\\"",state="open"} 0',
    'shadowdiff_breaker_state{route="default \\"x\\"",state="half-open"} 1',
    'shadowdiff_verdict_known 0',
  ])
})

test('each scrape asks anew, and a service that does not answer fails it', async () => {
  let seen = 0
  const app = await openConsole({
    probe: {
      read: async () => {
        seen += 1
        if (seen > 2) throw new AppError('unavailable', 'The proxy does not answer')
        return { ...READING, counters: { ...READING.counters, seen } }
      },
    },
  })
  expect((await app.inject('/metrics')).body).toContain('shadowdiff_seen_total 1\n')
  expect((await app.inject('/metrics')).body).toContain('shadowdiff_seen_total 2\n')
  expect((await app.inject('/metrics')).statusCode).toBe(503)
})

test('metrics need a token like everything that tells of traffic', async () => {
  const users = [{ name: 'prometheus', role: 'gate' as const, token: 'scrape-token' }]
  const app = await openConsole({ settings: consoleSettings('0.0.0.0', users) })
  expect((await app.inject('/metrics')).statusCode).toBe(401)
  const headers = { authorization: 'Bearer scrape-token' }
  expect((await app.inject({ url: '/metrics', headers })).statusCode).toBe(200)
})

test('control’s own books are metrics where there is a control', async () => {
  const control = { sent: 9, ok: 7, failed: 1, skipped: { 'unsafe-method': 4 } }
  const app = await openConsole({
    probe: { read: async () => ({ ...READING, counters: { ...READING.counters, control } }) },
  })
  const { body } = await app.inject('/metrics')
  for (const line of [
    'shadowdiff_control_sent_total 9',
    'shadowdiff_control_ok_total 7',
    'shadowdiff_control_failed_total 1',
    'shadowdiff_control_skipped_total{reason="unsafe-method"} 4',
  ]) {
    expect(body).toContain(`${line}\n`)
  }
})
