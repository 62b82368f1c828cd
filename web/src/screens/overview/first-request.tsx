import type { StatusView } from '../../../../src/core/report.ts'
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
      <p>
        shadowdiff answers on <code>{url}</code> with what primary (<code>{primary}</code>) says,
        and sends a copy to shadow (<code>{shadow ?? 'none configured'}</code>).
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

/** Where a client on this machine reaches the proxy. */
function proxyUrl(listen: string): string {
  const authority = listen
    .replace(/^https?:\/\//, '')
    .replace(/\/$/, '')
    .replace(/^(0\.0\.0\.0|\[::\]):/, `${location.hostname}:`)
  return `http://${authority}/`
}
