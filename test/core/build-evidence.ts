import type {
  ControlEvidence,
  DivergenceEvidence,
  EndpointEvidence,
  LatencyEvidence,
  RunEvidence,
} from '../../src/core/verdict-evidence.ts'
import { ratioBin } from '../../src/core/statistics-ratios.ts'

/** A run of 10,000 requests at one endpoint, all equal; what is given replaces what is there. */
export function evidenceOf(more: Partial<RunEvidence> = {}): RunEvidence {
  return {
    run: 'checkout-2.3',
    rulesVersion: 'r1',
    samples: 10_000,
    divergent: 0,
    failing: 0,
    measured: 0,
    incomparable: {},
    unmirrored: {},
    lost: {},
    failures: {
      errors: { shadowOnly: 0, primaryOnly: 0 },
      outages: { shadowOnly: 0, primaryOnly: 0 },
      unavailable: { shadowOnly: 0, primaryOnly: 0 },
      unanswered: 0,
    },
    divergences: [],
    endpoints: [endpointOf('GET /items/{id}', more.samples ?? 10_000)],
    breaker: { main: 'closed' },
    traffic: { durationMs: 1_000_000, idleMs: 0, ended: false },
    ...more,
  }
}

/** An endpoint without a difference. */
export function endpointOf(
  endpoint: string,
  samples: number,
  more: Partial<EndpointEvidence> = {},
): EndpointEvidence {
  return {
    endpoint,
    samples,
    divergent: 0,
    errors: { shadowOnly: 0, primaryOnly: 0 },
    ...more,
  }
}

/** A price that differs in some exchanges, which control never measured. */
export function divergenceOf(
  exchanges: number,
  more: Partial<DivergenceEvidence> = {},
): DivergenceEvidence {
  return {
    id: 'd1',
    endpoint: 'GET /items/{id}',
    kind: 'value',
    location: 'body:/price',
    severity: 'changed',
    class: 'divergence',
    state: 'open',
    exchanges,
    ...more,
  }
}

/** A price that is missing. */
export function missingOf(
  exchanges: number,
  more: Partial<DivergenceEvidence> = {},
): DivergenceEvidence {
  return divergenceOf(exchanges, { kind: 'missing', severity: 'breaking', ...more })
}

/** What control says: exchanges measured, and those in which one side alone differed. */
export function controlOf(
  measured: number,
  shadowOnly: number,
  controlOnly: number,
): ControlEvidence {
  return { measured, differed: controlOnly, shadowOnly, controlOnly }
}

/** Pairs of durations that all have these ratios, each as often. */
export function latencyOf(count: number, ...ratios: readonly number[]): LatencyEvidence {
  const view = { p50: 10, p95: 20, p99: 30 }
  const bins = ratios.map((ratio) => [ratioBin(10, 10 * ratio), count] as const)
  return { ratios: bins.toSorted(([a], [b]) => a - b), primary: view, shadow: view }
}
