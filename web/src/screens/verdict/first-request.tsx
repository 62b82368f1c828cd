import type { StatusView } from '../../../../src/core/service-report.ts'
import { CopyButton } from '../../components/copy-button.tsx'
import { shellQuote } from '../../format/shell.ts'

/** First start: how to send the first request, and a line that waits for it. */
export function FirstRequest({ status }: { readonly status: StatusView }) {
  const url = proxyUrl(status.listen)
  const command = `curl -i ${shellQuote(url)}`
  const { primary, shadow } = status.upstreams[0] ?? { primary: 'primary', shadow: undefined }
  return (
    <section className="panel first-request" aria-label="Getting started">
      <h2>Send the first request</h2>
      <RouteFigure primary={primary} shadow={shadow} />
      <p>
        shadowdiff answers on <code>{url}</code> with what primary says, and sends a copy of each
        request to shadow. What shadow answers differently shows up here.
      </p>
      <div className="command">
        <pre tabIndex={0} aria-label="Command">
          <code>{command}</code>
        </pre>
        <CopyButton text={command} label="Copy" />
      </div>
      <p>Then point real traffic there: a client, a test suite, or a load balancer’s backend.</p>
      <p className="waiting" role="status">
        <span className="dot" aria-hidden="true" />
        Waiting for the first request
      </p>
    </section>
  )
}

/** The way of a request, drawn. */
function RouteFigure({
  primary,
  shadow,
}: {
  readonly primary: string
  readonly shadow: string | undefined
}) {
  return (
    <div className="route-figure" aria-hidden="true">
      <span className="box">client</span>
      <span className="way">⇄</span>
      <span className="box self">shadowdiff</span>
      <span className="forks">
        <span className="fork">
          <span className="way">⇄</span>
          <span className="box primary">
            primary <code>{primary}</code>
          </span>
        </span>
        <span className="fork">
          <span className="way copy">⇢</span>
          <span className="box shadow">
            shadow <code>{shadow ?? 'none'}</code>
          </span>
        </span>
      </span>
    </div>
  )
}

/** Where a client on this machine reaches the proxy. */
function proxyUrl(listen: string): string {
  const authority = listen
    .replace(/^https?:\/\//, '')
    .replace(/\/$/, '')
    .replace(/^(0\.0\.0\.0|\[::\]):/, `${location.hostname}:`)
  return `http://${authority}/`
}
