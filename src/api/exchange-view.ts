/** An exchange that was never stored, in the form in which stored ones are shown. */

import { viewBody } from '../core/body-view.ts'
import { divergenceId } from '../core/divergence.ts'
import type { Observation } from '../core/exchange.ts'
import type { JudgedExchange } from '../core/ports.ts'
import type { ExchangeDetail, ObservationView } from '../core/exchange-report.ts'

/** The exchange in full; `run` is the one whose exchange it repeats. */
export function viewExchange({ exchange, endpoint, judgement }: JudgedExchange, run: string) {
  const { id, requestId, startedAt, source, route, request, primary, shadow } = exchange
  const { outcome, reason, differences, differencesTotal, suppressed, suppressedTotal } = judgement
  const { method, target, headers } = request
  return {
    ...{ id, requestId, time: new Date(startedAt).toISOString(), run, source, route, method },
    path: target.split('?', 1)[0] ?? '',
    ...{ endpoint, outcome },
    ...(reason !== undefined && { reason }),
    ...(primary?.kind === 'response' && { primaryStatus: primary.status }),
    ...(shadow?.kind === 'response' && { shadowStatus: shadow.status }),
    ...(primary && { primaryMs: primary.durationMs, primary: viewObservation(primary) }),
    ...(shadow && { shadowMs: shadow.durationMs, shadow: viewObservation(shadow) }),
    request: { method, target, headers, body: viewBody(request.body, headers) },
    differences: differences.map((difference) => ({
      ...difference,
      divergence: divergenceId(endpoint, difference.kind, difference.pattern),
    })),
    ...{ differencesTotal, suppressed },
    ...(suppressedTotal !== undefined && { suppressedTotal }),
  } satisfies ExchangeDetail
}

function viewObservation(observation: Observation): ObservationView {
  return observation.kind === 'failure'
    ? observation
    : { ...observation, body: viewBody(observation.body, observation.headers) }
}
