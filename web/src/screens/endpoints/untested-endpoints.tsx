import { useUntestedEndpoints } from '../../api/queries.ts'
import { EndpointName } from '../../components/endpoint-name.tsx'

/** Names that are shown before somebody asks for the rest. */
const SHOWN = 20

/** What an OpenAPI document or a pattern names and no compared request reached; nothing when there is nothing to say. */
export function UntestedEndpoints({ run }: { readonly run: string | undefined }) {
  const { data } = useUntestedEndpoints(run)
  const items = data?.items ?? []
  if (items.length === 0) return null
  const names = (from: number, to?: number) => (
    <ul>
      {items.slice(from, to).map((endpoint) => (
        <li key={endpoint}>
          <EndpointName endpoint={endpoint} />
        </li>
      ))}
    </ul>
  )
  return (
    <section className="untested-endpoints" aria-labelledby="untested-title">
      <h2 id="untested-title">
        {items.length === 1 ? '1 endpoint' : `${items.length} endpoints`} not tested yet
      </h2>
      <p>The configuration names them, and no compared request has reached them.</p>
      {names(0, SHOWN)}
      {items.length > SHOWN && (
        <details>
          <summary>{items.length - SHOWN} more</summary>
          {names(SHOWN)}
        </details>
      )}
    </section>
  )
}
