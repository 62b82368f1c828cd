/** `GET /metrics`: the books and the state of the service, and the verdict, for Prometheus. Names stay. */

import { Counter, Gauge, Registry } from 'prom-client'
import { messageOf } from '../core/errors.ts'
import type { ServiceProbe } from '../core/ports.ts'
import type { VerdictView } from '../core/run-report.ts'
import type { ServiceReading } from '../core/service-reading.ts'
import type { Api } from './resources.ts'
import type { Verdicts } from './verdicts.ts'

/** What the metrics are read from. */
export interface MetricsOptions {
  readonly probe: ServiceProbe
  readonly verdicts: Verdicts
  /** Version of the program. */
  readonly version: string
}

/** Adds `/metrics`; every scrape asks the proxies anew. */
export function metricsRoutes(app: Api, { probe, verdicts, version }: MetricsOptions): void {
  app.get(
    '/metrics',
    { config: { access: 'gate' }, schema: { hide: true } },
    async (request, reply) => {
      const registry = new Registry()
      addReading(registry, await probe.read(), version)
      // Without a store there is no verdict yet, and still something to be told.
      const verdict = await verdicts.latest().catch((error: unknown) => {
        request.log.debug({ reason: messageOf(error) }, 'no verdict for the metrics')
        return undefined
      })
      addVerdict(registry, verdict)
      return reply.type(registry.contentType).send(await registry.metrics())
    },
  )
}

/** Adds single numbers and numbers by label to a registry, which lives for one scrape. */
function adderOf(registry: Registry) {
  const registers = [registry]
  return {
    count: (name: string, help: string, value: number) => {
      new Counter({ name, help, registers }).inc(value)
    },
    gauge: (name: string, help: string, value: number) => {
      new Gauge({ name, help, registers }).set(value)
    },
    countBy: (
      name: string,
      help: string,
      counts: Readonly<Record<string, number>>,
      label = 'reason',
    ) => {
      const counter = new Counter({ name, help, registers, labelNames: [label] })
      for (const [reason, value] of Object.entries(counts)) counter.inc({ [label]: reason }, value)
    },
    gaugeBy: (
      name: string,
      help: string,
      values: readonly (readonly [Readonly<Record<string, string>>, number])[],
    ) => {
      const labelNames = Object.keys(values[0]?.[0] ?? {})
      const gauge = new Gauge({ name, help, registers, labelNames })
      for (const [labels, value] of values) gauge.set(labels, value)
    },
  }
}

/** The proxies own the counters, so each scrape fills a registry of its own with what they say. */
function addReading(registry: Registry, reading: ServiceReading, version: string): void {
  const { counters, proxy, recorder, breaker } = reading
  const { count, gauge, countBy, gaugeBy } = adderOf(registry)
  gaugeBy('shadowdiff_build_info', 'Always 1; the version is the label', [[{ version }, 1]])
  count('shadowdiff_seen_total', 'Requests whose head arrived', counters.seen)
  gauge(
    'shadowdiff_pending',
    'Requests of which it is not known yet if a copy will leave',
    counters.pending,
  )
  count('shadowdiff_mirrored_total', 'Requests whose copy was attempted', counters.mirrored)
  countBy('shadowdiff_unmirrored_total', 'Requests of which no copy was sent', counters.unmirrored)
  gauge('shadowdiff_in_flight', 'Mirrored requests whose row cannot be read yet', counters.inFlight)
  count('shadowdiff_match_total', 'Exchanges without a difference', counters.match)
  count('shadowdiff_divergent_total', 'Exchanges with a difference', counters.divergent)
  countBy(
    'shadowdiff_incomparable_total',
    'Exchanges that could not be compared',
    counters.incomparable,
  )
  countBy('shadowdiff_lost_total', 'Mirrored requests that never became a row', counters.lost)
  countBy(
    'shadowdiff_outcomes_total',
    'What became of requests: the counters above by outcome',
    {
      match: counters.match,
      divergent: counters.divergent,
      incomparable: sum(counters.incomparable),
      unmirrored: sum(counters.unmirrored),
      lost: sum(counters.lost),
    },
    'outcome',
  )
  if (counters.control !== undefined) {
    const { sent, ok, failed, skipped } = counters.control
    count('shadowdiff_control_sent_total', 'Repeats to primary’s own version', sent)
    count('shadowdiff_control_ok_total', 'Repeats that were answered', ok)
    count('shadowdiff_control_failed_total', 'Repeats that were not answered', failed)
    countBy('shadowdiff_control_skipped_total', 'Requests that were not repeated', skipped)
  }
  gauge('shadowdiff_proxy_accepting', '1 while the proxy accepts requests', Number(proxy.accepting))
  count('shadowdiff_proxy_restarts_total', 'Restarts of the proxy', proxy.restarts)
  gauge('shadowdiff_recorder_up', '1 while the recorder works', Number(recorder.state === 'up'))
  count('shadowdiff_recorder_restarts_total', 'Restarts of the recorder', recorder.restarts)
  gauge('shadowdiff_recorder_queued', 'Exchanges waiting for the recorder', recorder.queued)
  const states = Object.entries(breaker).flatMap(([route, current]) =>
    (['closed', 'open', 'half-open'] as const).map(
      (state) => [{ route, state }, Number(state === current)] as const,
    ),
  )
  gaugeBy('shadowdiff_breaker_state', "1 for the state that the shadow's breaker is in", states)
}

function addVerdict(registry: Registry, view: VerdictView | undefined): void {
  const { gauge, gaugeBy } = adderOf(registry)
  gauge('shadowdiff_verdict_known', '1 while there is a verdict', Number(view !== undefined))
  if (view === undefined) return
  const { run } = view
  const states = (['pass', 'fail', 'inconclusive'] as const).map(
    (verdict) => [{ run, verdict }, Number(verdict === view.verdict)] as const,
  )
  gaugeBy('shadowdiff_verdict', '1 for the verdict of the newest run', states)
  const ofRun = (name: string, help: string, value: number | undefined) => {
    if (value !== undefined) gaugeBy(name, help, [[{ run }, value]])
  }
  ofRun('shadowdiff_verdict_samples', 'Compared requests of the run', view.samples)
  ofRun(
    'shadowdiff_verdict_divergent',
    'Of these, the ones that count as different',
    view.divergent,
  )
  ofRun(
    'shadowdiff_verdict_always_counted',
    'Of these, the ones that marking a divergence as expected does not take out',
    view.alwaysCounted ?? 0,
  )
  ofRun('shadowdiff_divergence_rate', 'Divergent among the compared, 0 to 1', view.divergenceRate)
  ofRun(
    'shadowdiff_divergence_rate_upper',
    'The rate is at most this, with the confidence of the configuration',
    view.divergenceRateUpper,
  )
  ofRun('shadowdiff_uncompared_rate', 'Missed among those to compare, 0 to 1', view.uncomparedRate)
  ofRun('shadowdiff_latency_ratio', 'Median of shadow over primary', view.latency?.ratio)
  ofRun('shadowdiff_regressions', 'Divergences that fail the run', view.regressions.length)
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}
