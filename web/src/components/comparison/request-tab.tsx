import type { HeaderList } from '../../../../src/core/exchange.ts'
import type { ExchangeDetail } from '../../../../src/core/exchange-report.ts'
import { formatBytes, plural } from '../../format/number.ts'
import { VisibleText } from '../visible-text.tsx'
import { HeaderLines } from './header-lines.tsx'
import { PlainBody } from './plain-body.tsx'

/** The request as the client sent it, and what each version was sent of it. */
export function RequestTab({ detail }: { readonly detail: ExchangeDetail }) {
  const { method, target, headers, body } = detail.request
  return (
    <div className="request-tab">
      <code className="target">
        <b>{method}</b> <VisibleText text={target} />
      </code>
      <HeaderLines headers={headers} />
      {body.length === 0 ? (
        <p className="muted">No body.</p>
      ) : (
        <section aria-label="Request body">
          <h2>
            Body <span className="muted">{formatBytes(body.length)}</span>
          </h2>
          <PlainBody body={body} />
        </section>
      )}
      <Sent role="primary" headers={detail.primary?.sentHeaders} />
      <Sent role="shadow" headers={detail.shadow?.sentHeaders} />
    </div>
  )
}

function Sent({
  role,
  headers,
}: {
  readonly role: 'primary' | 'shadow'
  readonly headers: HeaderList | undefined
}) {
  if (headers === undefined || headers.length === 0) return null
  return (
    <details>
      <summary>
        As it was sent to {role}{' '}
        <span className="muted">{plural(headers.length / 2, 'header')}</span>
      </summary>
      <HeaderLines headers={headers} />
    </details>
  )
}
