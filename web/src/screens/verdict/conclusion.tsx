import { Link } from 'wouter'
import type { DivergenceRow } from '../../../../src/core/divergence-report.ts'
import { severityOrder } from '../../format/kinds.ts'
import { formatCount, formatShare, plural } from '../../format/number.ts'
import type { Totals } from '../../state/totals.ts'
import { changed, useUrlState } from '../../state/url-state.ts'

/** The state of the comparison as a sentence, with the numbers it rests on. */
export function Conclusion({
  totals,
  divergences,
  hasMore,
}: {
  readonly totals: Totals
  readonly divergences: readonly DivergenceRow[]
  /** There are more divergences than these. */
  readonly hasMore: boolean
}) {
  return (
    <>
      <Sentence totals={totals} divergences={divergences} hasMore={hasMore} />
      {totals.exchanges > 0 && <Proportions totals={totals} />}
    </>
  )
}

function Sentence({
  totals,
  divergences,
  hasMore,
}: {
  readonly totals: Totals
  readonly divergences: readonly DivergenceRow[]
  readonly hasMore: boolean
}) {
  const { compared, divergent } = totals
  const of = useRunParams()
  if (compared === 0) {
    return (
      <>
        <p className="lead">Nothing was compared yet.</p>
        <p className="muted">
          {plural(totals.exchanges, 'request')} recorded, none of which both versions answered
          comparably.
        </p>
      </>
    )
  }
  const counting = divergences.filter((row) => row.class === 'divergence')
  if (divergent === 0) {
    return <p className="lead">No differences after {plural(compared, 'compared request')}.</p>
  }
  const endpoints = new Set(counting.map((row) => row.endpoint)).size
  const bySeverity = severityOrder
    .map((severity) => ({
      severity,
      count: counting.filter((row) => row.severity === severity).length,
    }))
    .filter(({ count }) => count > 0)
  return (
    <>
      <p className="lead">
        <b>{formatCount(divergent)}</b> of {plural(compared, 'compared request')}{' '}
        {divergent === 1 ? 'differs' : 'differ'}, in{' '}
        <Link href={`/divergences${changed(of, {})}`}>
          {hasMore ? 'more than ' : ''}
          {plural(counting.length, 'divergence')}
        </Link>{' '}
        on {plural(endpoints, 'endpoint')}.
      </p>
      <p className="muted by-severity">
        {formatShare(divergent / compared)} of the compared requests.
        {bySeverity.map(({ severity, count }) => (
          <Link
            key={severity}
            href={`/divergences${changed(of, { severity })}`}
            className={`severity ${severity}`}
          >
            {formatCount(count)} {severity}
          </Link>
        ))}
      </p>
    </>
  )
}

const parts = [
  { name: 'match', word: 'match' },
  { name: 'divergent', word: 'differ' },
  { name: 'incomparable', word: 'not comparable' },
  { name: 'unmirrored', word: 'not mirrored' },
] as const

/** All recorded requests as one bar, and its parts as links. */
function Proportions({ totals }: { readonly totals: Totals }) {
  const of = useRunParams()
  let from = 0
  return (
    <div className="proportions">
      <svg viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
        {parts.map(({ name }) => {
          const x = from
          const share = (totals[name] / totals.exchanges) * 1000
          from += share
          return share === 0 ? null : (
            <rect key={name} className={name} x={x} width={Math.max(2, share)} height="10" />
          )
        })}
      </svg>
      <ul>
        {parts.map(({ name, word }) => (
          <li key={name}>
            <Link href={`/requests${changed(of, { outcome: name })}`}>
              <span className={`swatch ${name}`} aria-hidden="true" />
              <span className="tabular">{formatCount(totals[name])}</span> {word}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** The chosen run, which links take along. */
function useRunParams(): URLSearchParams {
  const [params] = useUrlState()
  const run = params.get('run')
  return new URLSearchParams(run === null ? {} : { run })
}
