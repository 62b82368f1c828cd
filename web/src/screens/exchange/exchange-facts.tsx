import { Link } from 'wouter'
import type { ExchangeDetail } from '../../../../src/core/report.ts'
import { CopyButton } from '../../components/copy-button.tsx'
import { EndpointName } from '../../components/endpoint-name.tsx'
import { VisibleText } from '../../components/visible-text.tsx'
import { reasonText } from '../../format/reasons.ts'

/** Where the exchange belongs. */
export function ExchangeFacts({ detail }: { readonly detail: ExchangeDetail }) {
  const { endpoint, requestId, run, route, source, outcome, reason } = detail
  return (
    <dl className="facts">
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
        <dt>Endpoint</dt>
        <dd>
          <Link href={`/divergences?${new URLSearchParams({ endpoint }).toString()}`}>
            <EndpointName endpoint={endpoint} />
          </Link>
        </dd>
      </div>
      <div>
        <dt>Run</dt>
        <dd>
          <VisibleText text={run} />
        </dd>
      </div>
      <div>
        <dt>Route</dt>
        <dd>
          <VisibleText text={route} />
        </dd>
      </div>
      {source !== 'live' && (
        <div>
          <dt>Source</dt>
          <dd>{source}</dd>
        </div>
      )}
      {reason !== undefined && (
        <div>
          <dt>{outcome === 'unmirrored' ? 'Not mirrored because' : 'Not compared because'}</dt>
          <dd>{reasonText(reason)}</dd>
        </div>
      )}
    </dl>
  )
}
