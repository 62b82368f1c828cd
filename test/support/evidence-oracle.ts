/** A run's evidence by its definition: every exchange looked at again, nothing kept. */

import { divergenceId } from '../../src/core/divergence.ts'
import type { Observation } from '../../src/core/exchange.ts'
import type { JudgedExchange } from '../../src/core/ports.ts'
import { ratioBin } from '../../src/core/statistics-ratios.ts'
import type { RunEvidence } from '../../src/core/verdict-evidence.ts'

/** What the definition says of the totals, when these divergences do not count. */
export function totalsOf(judged: readonly JudgedExchange[], uncounted: ReadonlySet<string>) {
  const compared = judged.filter(({ judgement: { outcome } }) => {
    return outcome === 'match' || outcome === 'divergent'
  })
  const samples = compared.filter(({ exchange, judgement }) => {
    return judgement.outcome === 'match' || (statusOf(exchange.primary) ?? 500) < 500
  })
  const divergent = samples.filter(({ endpoint, judgement }) =>
    judgement.differences.some(
      ({ kind, pattern }) => !uncounted.has(divergenceId(endpoint, kind, pattern)),
    ),
  )
  const failures = judged.flatMap(({ exchange: { primary, shadow } }) => {
    if (primary === undefined || shadow === undefined) return []
    const [left, right] = [howOf(primary), howOf(shadow)]
    if ((left === undefined) === (right === undefined)) return []
    return [left === undefined ? `shadow ${right}` : `primary ${left}`]
  })
  const times = (failure: string) => failures.filter((one) => one === failure).length
  const ratios = new Map<number, number>()
  for (const { exchange } of judged.filter(isContent)) {
    const bin = ratioBin(exchange.primary?.durationMs ?? 0, exchange.shadow?.durationMs ?? 0)
    ratios.set(bin, (ratios.get(bin) ?? 0) + 1)
  }
  return {
    samples: samples.length,
    divergent: divergent.length,
    measured: samples.filter(({ judgement }) => judgement.control !== undefined).length,
    failing: divergent.filter(({ exchange }) => (statusOf(exchange.shadow) ?? 500) >= 500).length,
    errors: { shadowOnly: times('shadow error'), primaryOnly: times('primary error') },
    unavailable: {
      shadowOnly: times('shadow unavailable'),
      primaryOnly: times('primary unavailable'),
    },
    unanswered: judged.filter(
      ({ exchange: { primary, shadow } }) =>
        (statusOf(primary) ?? 500) < 500 && shadow !== undefined && statusOf(shadow) === undefined,
    ).length,
    ratios: [...ratios].sort(([a], [b]) => a - b),
  }
}

/** The same of what a store says. */
export function totalsIn(evidence: RunEvidence) {
  const { samples, divergent, measured, failing, failures, latency } = evidence
  const { errors, unavailable, unanswered } = failures
  const ratios = latency?.ratios ?? []
  return { samples, divergent, measured, failing, errors, unavailable, unanswered, ratios }
}

/** What the definition says of one divergence and of control. */
export function divergenceOf(
  judged: readonly JudgedExchange[],
  endpoint: string,
  kind: string,
  pattern: string,
) {
  const own = judged.filter((one) => one.endpoint === endpoint)
  const shows = (one: JudgedExchange) =>
    one.judgement.differences.some((found) => found.kind === kind && found.pattern === pattern)
  const controlShows = ({ judgement: { control } }: JudgedExchange) =>
    control?.differences.some((found) => found.kind === kind && found.pattern === pattern) ?? false
  const measured = own.filter(({ judgement }) => judgement.control !== undefined)
  return {
    exchanges: own.filter((one) => shows(one) && isContent(one)).length,
    control: {
      measured: measured.length,
      differed: measured.filter(controlShows).length,
      shadowOnly: measured.filter((one) => shows(one) && !controlShows(one)).length,
      controlOnly: measured.filter((one) => controlShows(one) && !shows(one)).length,
    },
  }
}

function isContent({ exchange: { primary, shadow } }: JudgedExchange): boolean {
  return (statusOf(primary) ?? 500) < 500 && (statusOf(shadow) ?? 500) < 500
}

function howOf(observation: Observation): string | undefined {
  const status = statusOf(observation)
  if (status === undefined || [502, 503, 504].includes(status)) return 'unavailable'
  return status >= 500 ? 'error' : undefined
}

function statusOf(observation: Observation | undefined): number | undefined {
  return observation?.kind === 'response' ? observation.status : undefined
}
