import { Link } from 'wouter'
import type { ExchangeDetail, ObservationView } from '../../../../src/core/exchange-report.ts'
import { formatBytes, formatMs } from '../../format/number.ts'
import { reasonText } from '../../format/reasons.ts'
import { OutcomeBadge, StatusCode } from '../badges.tsx'
import { Moment } from '../moment.tsx'
import { VisibleText } from '../visible-text.tsx'

/** How each version answered, in one line each. */
export function ExchangeHead({
  detail,
  link = false,
}: {
  readonly detail: ExchangeDetail
  /** With the request line above, leading to the exchange's own screen. */
  readonly link?: boolean
}) {
  return (
    <div className="exchange-head">
      {link && (
        <div className="request-line">
          <Link href={`/exchanges/${detail.id}`}>
            <code className="target">
              <b>{detail.request.method}</b> <VisibleText text={detail.request.target} />
            </code>
          </Link>
          <OutcomeBadge outcome={detail.outcome} reason={detail.reason} />
          <span className="muted">
            <Moment time={detail.time} />
          </span>
        </div>
      )}
      <div className="legs">
        <Leg
          role="primary"
          observation={detail.primary}
          absent="the client left before it answered"
        />
        <Leg
          role="shadow"
          observation={detail.shadow}
          absent={
            detail.outcome === 'unmirrored' && detail.reason !== undefined
              ? `no copy was sent: ${reasonText(detail.reason)}`
              : 'no copy was sent'
          }
        />
      </div>
    </div>
  )
}

function Leg({
  role,
  observation,
  absent,
}: {
  readonly role: 'primary' | 'shadow'
  readonly observation: ObservationView | undefined
  readonly absent: string
}) {
  return (
    <div className={`leg ${role}`}>
      <span className="role">{role}</span>
      {observation === undefined ? (
        <span className="muted">{absent}</span>
      ) : observation.kind === 'failure' ? (
        <>
          <span className="failed">{observation.reason}</span>
          <span className="muted">{formatMs(observation.durationMs)}</span>
        </>
      ) : (
        <>
          <StatusCode status={observation.status} />
          <span className="muted">
            <VisibleText text={observation.reason} />
          </span>
          <span className="tabular">{formatMs(observation.durationMs)}</span>
          <span className="tabular muted">{formatBytes(observation.body.length)}</span>
        </>
      )}
    </div>
  )
}
