import { useState } from 'react'
import { Link } from 'wouter'
import type { Regression, Verdict } from '../../../../src/core/verdict-reading.ts'
import { KindLabel, SeverityBadge } from '../../components/badges.tsx'
import { EndpointName } from '../../components/endpoint-name.tsx'
import { LocationText } from '../../components/location-text.tsx'
import { VisibleText } from '../../components/visible-text.tsx'
import { formatCount, plural } from '../../format/number.ts'
import { sentence } from '../../format/verdict.ts'

const shownAtFirst = 5
const examplesShown = 3

/** The divergences that fail the run by themselves, each with exchanges that show it. */
export function Regressions({ verdict: { regressions } }: { readonly verdict: Verdict }) {
  const [all, setAll] = useState(false)
  const shown = all ? regressions : regressions.slice(0, shownAtFirst)
  return (
    <section className="panel regressions" aria-labelledby="regressions-heading">
      <h2 id="regressions-heading">
        {plural(regressions.length, 'regression')}
        <span className="muted"> each fails the run by itself</span>
      </h2>
      <ol>
        {shown.map((regression) => (
          <Line key={regression.id} regression={regression} />
        ))}
      </ol>
      {regressions.length > shownAtFirst && (
        <button
          type="button"
          className="button quiet"
          aria-expanded={all}
          onClick={() => {
            setAll(!all)
          }}
        >
          {all ? 'Show fewer' : `Show ${formatCount(regressions.length - shownAtFirst)} more`}
        </button>
      )}
    </section>
  )
}

function Line({ regression }: { readonly regression: Regression }) {
  const { id, endpoint, kind, location, severity, exchanges, examples, rule, words } = regression
  return (
    <li>
      <SeverityBadge severity={severity} />
      <KindLabel kind={kind} />
      <Link href={`/divergences/${id}`} className="where">
        <LocationText location={location} />
      </Link>
      <EndpointName endpoint={endpoint} />
      <span className="tabular">{plural(exchanges, 'request')}</span>
      {rule === 'control' && (
        <p className="muted">
          <VisibleText text={sentence(words)} />
        </p>
      )}
      {examples.length > 0 && (
        <p className="examples-of">
          {examples.slice(0, examplesShown).map((example, index) => (
            <Link key={example} href={`/exchanges/${example}`}>
              example {index + 1}
              <span className="visually-hidden"> of {location}</span>
            </Link>
          ))}
        </p>
      )}
    </li>
  )
}
