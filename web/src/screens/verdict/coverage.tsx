import { useState } from 'react'
import { Link } from 'wouter'
import type { EndpointReading, Verdict } from '../../../../src/core/verdict-reading.ts'
import { EndpointName } from '../../components/endpoint-name.tsx'
import { formatCount, plural } from '../../format/number.ts'

const shownAtFirst = 6
const mostShown = 200

/** Which endpoints were compared often enough, those that were not first. */
export function Coverage({ verdict }: { readonly verdict: Verdict }) {
  const [all, setAll] = useState(false)
  const { endpoints, reasons } = verdict
  const rule = reasons.find((reading) => reading.rule === 'endpoints')
  const asked = rule?.limit ?? 0
  const known = new Set(endpoints.map(({ endpoint }) => endpoint))
  // Required ones that nobody asked yet are evidence of the rule alone.
  const unseen = (rule?.evidence ?? []).filter((endpoint) => !known.has(endpoint))
  const covered = endpoints.filter((one) => one.covered).length
  const open = endpoints
    .filter((one) => !one.covered)
    .sort((a, b) => Number(b.required) - Number(a.required) || a.samples - b.samples)
  const shown = open.slice(0, all ? mostShown : shownAtFirst)
  return (
    <section className="panel coverage" aria-labelledby="coverage-heading">
      <h2 id="coverage-heading">Coverage</h2>
      <p>
        <b className="tabular">
          {formatCount(covered)} of {formatCount(endpoints.length + unseen.length)}
        </b>{' '}
        endpoints compared {formatCount(asked)} times or more.{' '}
        {open.length + unseen.length > 0 && (
          <span className="muted">The others are evidence too, but little:</span>
        )}
      </p>
      <ul>
        {unseen.map((endpoint) => (
          <li key={endpoint}>
            <EndpointName endpoint={endpoint} />
            <span className="tag required">required</span>
            <span className="tabular">never asked</span>
          </li>
        ))}
        {shown.map((one) => (
          <Line key={one.endpoint} one={one} asked={asked} />
        ))}
      </ul>
      {open.length > shownAtFirst && (
        <button
          type="button"
          className="button quiet"
          aria-expanded={all}
          onClick={() => {
            setAll(!all)
          }}
        >
          {all
            ? 'Show fewer'
            : `Show ${formatCount(Math.min(open.length, mostShown) - shownAtFirst)} more`}
        </button>
      )}
      <p>
        <Link href="/endpoints">All endpoints</Link>
      </p>
    </section>
  )
}

function Line({ one, asked }: { readonly one: EndpointReading; readonly asked: number }) {
  const { endpoint, samples, required } = one
  return (
    <li>
      <Link href={`/endpoints?${new URLSearchParams({ q: endpoint }).toString()}`}>
        <EndpointName endpoint={endpoint} />
      </Link>
      {required && <span className="tag required">required</span>}
      <span className="tabular">
        {formatCount(samples)} <span className="muted">of {plural(asked, 'request')}</span>
      </span>
      <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect width={Math.max(1, Math.min(100, (samples / Math.max(1, asked)) * 100))} height="4" />
      </svg>
    </li>
  )
}
