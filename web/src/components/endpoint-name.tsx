import { VisibleText } from './visible-text.tsx'

/** `GET /users/{id}`, the method set apart. */
export function EndpointName({ endpoint }: { readonly endpoint: string }) {
  const space = endpoint.indexOf(' ')
  return (
    <span className="endpoint">
      <span className="method">{space < 0 ? '' : endpoint.slice(0, space)}</span>{' '}
      <VisibleText text={endpoint.slice(space + 1)} />
    </span>
  )
}
