/** `GET /metrics`: the books and the state of the service for Prometheus. */

import { Counter, Gauge, Registry } from 'prom-client'
import type { ServiceProbe } from '../core/ports.ts'
import type { ServiceReading } from '../core/service-reading.ts'
import type { Api } from './resources.ts'

/** Adds `/metrics`; every scrape asks the proxies anew. */
export function metricsRoutes(app: Api, probe: ServiceProbe, version: string): void {
  app.get('/metrics', { config: { access: 'gate' }, schema: { hide: true } }, async (_, reply) => {
    const registry = registryOf(await probe.read(), version)
    return reply.type(registry.contentType).send(await registry.metrics())
  })
}

/** The proxies own the counters, so each scrape fills a registry of its own with what they say. */
function registryOf({ counters, proxy, recorder, breaker }: ServiceReading, version: string) {
  const registry = new Registry()
  const registers = [registry]
  const count = (name: string, help: string, value: number) => {
    new Counter({ name, help, registers }).inc(value)
  }
  const gauge = (name: string, help: string, value: number) => {
    new Gauge({ name, help, registers }).set(value)
  }
  const countBy = (name: string, help: string, counts: Readonly<Record<string, number>>) => {
    const counter = new Counter({ name, help, registers, labelNames: ['reason'] })
    for (const [reason, value] of Object.entries(counts)) counter.inc({ reason }, value)
  }

  new Gauge({
    name: 'shadowdiff_build_info',
    help: 'Always 1; the version is the label',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1)
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
  gauge('shadowdiff_proxy_accepting', '1 while the proxy accepts requests', Number(proxy.accepting))
  count('shadowdiff_proxy_restarts_total', 'Restarts of the proxy', proxy.restarts)
  gauge('shadowdiff_recorder_up', '1 while the recorder works', Number(recorder.state === 'up'))
  count('shadowdiff_recorder_restarts_total', 'Restarts of the recorder', recorder.restarts)
  gauge('shadowdiff_recorder_queued', 'Exchanges waiting for the recorder', recorder.queued)

  const breakers = new Gauge({
    name: 'shadowdiff_breaker_state',
    help: "1 for the state that the shadow's breaker is in",
    labelNames: ['route', 'state'],
    registers,
  })
  for (const [route, current] of Object.entries(breaker)) {
    for (const state of ['closed', 'open', 'half-open']) {
      breakers.set({ route, state }, Number(state === current))
    }
  }
  return registry
}
