import { VisibleText } from './visible-text.tsx'

/** A value as JSON text on one line; the stylesheet cuts what does not fit. */
export function ValueText({
  text,
  side,
  limit = 160,
}: {
  readonly text: string | undefined
  readonly side: 'primary' | 'shadow'
  readonly limit?: number
}) {
  if (text === undefined) return <span className="value absent">absent</span>
  const shown = text.length > limit ? `${text.slice(0, limit)}…` : text
  return (
    <code className={`value ${side}`}>
      <VisibleText text={shown} />
    </code>
  )
}
