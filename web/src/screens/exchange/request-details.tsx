import type { ExchangeDetail } from '../../../../src/core/report.ts'
import { HeaderLines } from '../../components/comparison/header-lines.tsx'
import { PlainBody } from '../../components/comparison/plain-body.tsx'
import { VisibleText } from '../../components/visible-text.tsx'
import { formatBytes, plural } from '../../format/number.ts'

/** The request as the client sent it. */
export function RequestDetails({ detail }: { readonly detail: ExchangeDetail }) {
  const { headers, body } = detail.request
  const size = body.length === 0 ? 'no body' : `body of ${formatBytes(body.length)}`
  return (
    <details className="request-details">
      <summary>
        Request{' '}
        <span className="muted">
          {plural(headers.length / 2, 'header')}, {size}
        </span>
      </summary>
      <div className="request-parts">
        <code>
          {detail.request.method} <VisibleText text={detail.request.target} />
        </code>
        <HeaderLines headers={headers} />
        {body.length > 0 && <PlainBody body={body} />}
      </div>
    </details>
  )
}
