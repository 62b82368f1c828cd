import type { Counters } from '../../../../src/core/counters.ts'
import { useLive } from '../../api/live.ts'
import { formatCount } from '../../format/number.ts'
import { reasonText } from '../../format/reasons.ts'

/**
 * The books of the proxy as a funnel. Both equations are on the screen: what comes in at each step is what
 * leaves it, in one place or another.
 */
export function MirrorFunnel({ counters }: { readonly counters: Counters }) {
  const { seen, pending, mirrored, inFlight, match, divergent } = counters
  const unmirrored = entriesOf(counters.unmirrored)
  const incomparable = entriesOf(counters.incomparable)
  const lost = entriesOf(counters.lost)
  const compared = match + divergent
  const { perSecond } = useLive()
  return (
    <section className="panel funnel" aria-labelledby="funnel-heading">
      <h2 id="funnel-heading">Where every request went</h2>
      <p className="muted">
        Since the proxy started. Every request is in exactly one place.
        {perSecond !== undefined && ` Now about ${rateText(perSecond)}.`}
      </p>
      <table role="table">
        <tbody role="rowgroup">
          <Step label="Seen" count={seen} of={seen} kind="seen" />
          <Loss label="pending" about="not known yet whether a copy leaves" count={pending} />
          {unmirrored.map(([reason, count]) => (
            <Loss
              key={reason}
              label={`not mirrored: ${reason}`}
              about={reasonText(reason)}
              count={count}
            />
          ))}
          <Step label="Mirrored" count={mirrored} of={seen} kind="mirrored" />
          <Loss label="in flight" about="being answered, compared or written" count={inFlight} />
          {incomparable.map(([reason, count]) => (
            <Loss
              key={reason}
              label={`not comparable: ${reason}`}
              about={reasonText(reason)}
              count={count}
            />
          ))}
          {lost.map(([reason, count]) => (
            <Loss
              key={reason}
              label={`lost: ${reason}`}
              about={reasonText(reason)}
              count={count}
              bad
            />
          ))}
          <Step label="Compared" count={compared} of={seen} kind="compared" />
          <Loss label="match" about="both versions answered the same" count={match} />
          <Loss label="differ" about="at least one difference counts" count={divergent} />
        </tbody>
      </table>
    </section>
  )
}

function rateText(perSecond: number): string {
  if (perSecond < 0.05) return 'none a second'
  return `${perSecond < 10 ? perSecond.toFixed(1) : formatCount(Math.round(perSecond))} a second`
}

function Step({
  label,
  count,
  of,
  kind,
}: {
  readonly label: string
  readonly count: number
  readonly of: number
  readonly kind: string
}) {
  return (
    <tr role="row" className="step">
      <th role="rowheader" scope="row">
        {label}
      </th>
      <td role="cell" className="tabular">
        {formatCount(count)}
      </td>
      <td role="cell" className="bar-cell">
        <svg viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
          <rect className={kind} width={of === 0 ? 0 : (count / of) * 1000} height="10" />
        </svg>
      </td>
    </tr>
  )
}

function Loss({
  label,
  about,
  count,
  bad = false,
}: {
  readonly label: string
  readonly about: string
  readonly count: number
  /** Whether it means that evidence went missing. */
  readonly bad?: boolean
}) {
  return (
    <tr role="row" className={bad ? 'loss bad' : 'loss'}>
      <th role="rowheader" scope="row">
        {label}
      </th>
      <td role="cell" className="tabular">
        {formatCount(count)}
      </td>
      <td role="cell" className="muted">
        {about}
      </td>
    </tr>
  )
}

function entriesOf(
  counts: Readonly<Partial<Record<string, number>>>,
): (readonly [string, number])[] {
  return Object.entries(counts)
    .map(([reason, count]) => [reason, count ?? 0] as const)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
}
