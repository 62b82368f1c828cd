import { Link } from 'wouter'
import type { ExchangeDetail } from '../../../../src/core/exchange-report.ts'
import type { SuppressedDifference } from '../../../../src/core/judgement.ts'
import { useRuleText } from '../../api/rules.ts'
import { plural } from '../../format/number.ts'
import { KindLabel } from '../badges.tsx'
import { LocationText } from '../location-text.tsx'
import { ValueChange } from '../value-change.tsx'

const mostShown = 200

/** What differs and does not count: each with the rule that says so, and why. */
export function SuppressedList({ detail }: { readonly detail: ExchangeDetail }) {
  const { suppressed } = detail
  const textOf = useRuleText()
  if (suppressed.length === 0) return null
  const byRule = new Map<string, SuppressedDifference[]>()
  for (const one of suppressed.slice(0, mostShown)) {
    byRule.set(one.by, [...(byRule.get(one.by) ?? []), one])
  }
  return (
    <section className="suppressed-list" aria-labelledby="suppressed-heading">
      <h2 id="suppressed-heading">
        {plural(suppressed.length, 'difference')} that {suppressed.length === 1 ? 'does' : 'do'} not
        count
      </h2>
      <dl>
        {[...byRule].map(([by, members]) => (
          <div key={by}>
            <dt>
              <Link href={`/rules?sel=${encodeURIComponent(by)}`} className="rule-link">
                <code className="rule">{by}</code>
              </Link>
              <span className="muted">{textOf(by)}</span>
            </dt>
            {members.map((one) => (
              <dd key={`${one.kind} ${one.location}`}>
                <KindLabel kind={one.kind} />
                <LocationText location={one.location} />
                <ValueChange kind={one.kind} primary={one.primary} shadow={one.shadow} />
              </dd>
            ))}
          </div>
        ))}
      </dl>
      {suppressed.length > mostShown && (
        <p className="muted">And {plural(suppressed.length - mostShown, 'more')}.</p>
      )}
    </section>
  )
}
