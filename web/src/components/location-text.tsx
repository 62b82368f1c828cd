import { VisibleText } from './visible-text.tsx'

/** Where something differs: `body:/items/0/price`, its part of the answer set apart. */
export function LocationText({ location }: { readonly location: string }) {
  const colon = location.indexOf(':')
  const part = colon < 0 ? location : location.slice(0, colon + 1)
  const rest = colon < 0 ? '' : location.slice(colon + 1)
  return (
    <code className="location">
      <span className="part">{part}</span>
      {rest === '' && part === 'body:' ? (
        <span className="whole">whole body</span>
      ) : (
        <VisibleText text={rest} />
      )}
    </code>
  )
}
