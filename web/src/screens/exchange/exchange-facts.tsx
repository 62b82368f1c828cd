import { Link } from 'wouter'
import type { ExchangeDetail } from '../../../../src/core/exchange-report.ts'
import { OutcomeBadge } from '../../components/badges.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { EndpointName } from '../../components/endpoint-name.tsx'
import { Moment } from '../../components/moment.tsx'
import { VisibleText } from '../../components/visible-text.tsx'
import { reasonText } from '../../format/reasons.ts'

/** What became of the exchange and where it belongs, on one line. */
export function ExchangeFacts({ detail }: { readonly detail: ExchangeDetail }) {
  const { endpoint, requestId, run, route, source, outcome, reason } = detail
  return (
    <dl className="facts inline">
      <div>
        <dt className="visually-hidden">Outcome</dt>
        <dd>
          <OutcomeBadge outcome={outcome} reason={reason} />
          {reason !== undefined && <span>{reasonText(reason)}</span>}
        </dd>
      </div>
      <div>
        <dt className="visually-hidden">Time</dt>
        <dd className="tabular">
          <Moment time={detail.time} />
        </dd>
      </div>
      <div>
        <dt>x-request-id</dt>
        <dd>
          <code>
            <VisibleText text={requestId} />
          </code>
          <CopyButton text={requestId} label="Copy the x-request-id" quiet />
        </dd>
      </div>
      <div>
        <dt>endpoint</dt>
        <dd>
          <Link href={`/divergences?${new URLSearchParams({ endpoint }).toString()}`}>
            <EndpointName endpoint={endpoint} />
          </Link>
        </dd>
      </div>
      <div>
        <dt>run</dt>
        <dd>
          <VisibleText text={run} />
        </dd>
      </div>
      <div>
        <dt>route</dt>
        <dd>
          <VisibleText text={route} />
        </dd>
      </div>
      {source !== 'live' && (
        <div>
          <dt>source</dt>
          <dd>{source}</dd>
        </div>
      )}
    </dl>
  )
}
