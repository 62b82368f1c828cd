import { useState } from 'react'
import { Link } from 'wouter'
import type { ExchangeDetail } from '../../../../src/core/exchange-report.ts'
import { formatCount, plural } from '../../format/number.ts'
import { ClassTag, KindLabel, SeverityBadge } from '../badges.tsx'
import { Icon } from '../icon.tsx'
import { LocationText } from '../location-text.tsx'
import { RuleMenu } from '../rule-menu.tsx'
import { ValueChange } from '../value-change.tsx'

const shownAtFirst = 4
const mostShown = 200

/** What differs, shortest form; choosing one shows it below. */
export function DifferenceList({
  detail,
  current,
  onChoose,
}: {
  readonly detail: ExchangeDetail
  readonly current: string | undefined
  readonly onChoose: (location: string) => void
}) {
  const [all, setAll] = useState(false)
  const { differences, differencesTotal } = detail
  if (differences.length === 0) return null
  const asked = differences.findIndex((difference) => difference.location === current)
  // The one that is asked about is always in sight.
  const first =
    asked < shownAtFirst
      ? differences.slice(0, shownAtFirst)
      : [...differences.slice(asked, asked + 1), ...differences.slice(0, shownAtFirst - 1)]
  const shown = all ? differences.slice(0, mostShown) : first
  const cut = differencesTotal > differences.length
  return (
    <section className="difference-list" aria-labelledby="differences-heading">
      <h2 id="differences-heading">
        {plural(differencesTotal, 'difference')}
        {cut && (
          <span className="muted"> the first {formatCount(differences.length)} are kept</span>
        )}
      </h2>
      <ul>
        {shown.map((difference) => (
          <li key={`${difference.kind} ${difference.location}`}>
            <button
              type="button"
              aria-current={difference.location === current ? 'true' : undefined}
              onClick={() => {
                onChoose(difference.location)
              }}
            >
              <SeverityBadge severity={difference.severity} />
              <KindLabel kind={difference.kind} />
              <LocationText location={difference.location} />
              <ValueChange
                kind={difference.kind}
                primary={difference.primary}
                shadow={difference.shadow}
              />
            </button>
            <ClassTag class={difference.class} />
            <RuleMenu
              difference={{
                kind: difference.kind,
                location: difference.pattern,
                primaryValue: difference.primary,
                shadowValue: difference.shadow,
              }}
              endpoint={detail.endpoint}
            />
            <Link
              href={`/divergences/${difference.divergence}`}
              className="button quiet square"
              title="Its divergence: every request that shows it"
              aria-label={`The divergence of ${difference.location}`}
            >
              <Icon name="right" />
            </Link>
          </li>
        ))}
      </ul>
      {differences.length > shownAtFirst && (
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
            : `Show ${formatCount(Math.min(mostShown, differences.length) - shownAtFirst)} more`}
        </button>
      )}
    </section>
  )
}
