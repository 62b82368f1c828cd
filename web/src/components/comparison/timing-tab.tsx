import type { ExchangeDetail, ObservationView } from '../../../../src/core/exchange-report.ts'
import { formatMs } from '../../format/number.ts'

const width = 600

/** How long each version took, on one scale, and what each was sent. */
export function TimingTab({ detail }: { readonly detail: ExchangeDetail }) {
  const { primary, shadow, shadowWaitMs = 0 } = detail
  const longest = Math.max(
    1,
    primary?.durationMs ?? 0,
    shadow === undefined ? 0 : shadowWaitMs + shadow.durationMs,
  )
  const scale = (ms: number) => (ms / longest) * width
  const ratio =
    primary?.kind === 'response' && shadow?.kind === 'response' && primary.durationMs > 0
      ? shadow.durationMs / primary.durationMs
      : undefined
  return (
    <div className="timing">
      <p>
        {ratio === undefined
          ? 'Only one version answered; there is nothing to compare.'
          : `Shadow took ${ratio.toFixed(2)} × primary’s time in this one request.`}{' '}
        <span className="muted">
          From the request sent to the last byte of the answer. Shadow answers a copy that leaves
          when the request is complete, so single requests vary; the endpoint’s percentiles say
          more.
        </span>
      </p>
      <table role="table" className="timing-bars">
        <tbody role="rowgroup">
          <Bar role="primary" observation={primary} from={0} scale={scale} />
          <Bar role="shadow" observation={shadow} from={shadowWaitMs} scale={scale} />
        </tbody>
      </table>
      {shadow !== undefined && (
        <p className="muted">The copy waited {formatMs(shadowWaitMs)} before it was sent.</p>
      )}
    </div>
  )
}

function Bar({
  role,
  observation,
  from,
  scale,
}: {
  readonly role: 'primary' | 'shadow'
  readonly observation: ObservationView | undefined
  readonly from: number
  readonly scale: (ms: number) => number
}) {
  return (
    <tr role="row">
      <th role="rowheader" scope="row" className={role}>
        {role}
      </th>
      <td role="cell" className="tabular">
        {observation === undefined ? 'not sent' : formatMs(observation.durationMs)}
      </td>
      <td role="cell" className="bar-cell">
        {observation !== undefined && (
          <svg viewBox={`0 0 ${width} 12`} preserveAspectRatio="none" aria-hidden="true">
            {from > 0 && <rect className="wait" y="5" height="2" width={scale(from)} />}
            <rect
              className={role}
              x={scale(from)}
              height="12"
              width={Math.max(2, scale(observation.durationMs))}
            />
          </svg>
        )}
      </td>
    </tr>
  )
}
