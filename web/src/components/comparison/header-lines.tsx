import type { HeaderList } from '../../../../src/core/exchange.ts'
import { VisibleText } from '../visible-text.tsx'

/** Header lines as they were on the wire. */
export function HeaderLines({ headers }: { readonly headers: HeaderList }) {
  const lines: (readonly [string, string])[] = []
  for (let i = 0; i + 1 < headers.length; i += 2)
    lines.push([headers[i] ?? '', headers[i + 1] ?? ''])
  if (lines.length === 0) return <p className="muted">None.</p>
  return (
    <dl className="header-lines">
      {lines.map(([name, value], index) => (
        <div key={index}>
          <dt>
            <VisibleText text={name} />
          </dt>
          <dd>
            <VisibleText text={value} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
