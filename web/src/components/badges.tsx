import type { DivergenceClass } from '../../../src/core/divergence-report.ts'
import type { DifferenceKind, Outcome, Severity } from '../../../src/core/judgement.ts'
import { kinds, outcomes, severities } from '../format/kinds.ts'
import { reasonText } from '../format/reasons.ts'

/** How bad: shape and word, colour comes on top. */
export function SeverityBadge({ severity }: { readonly severity: Severity }) {
  return (
    <span className={`severity ${severity}`} title={severities[severity]}>
      {severity}
    </span>
  )
}

/** How it differs: sign and word. */
export function KindLabel({ kind }: { readonly kind: DifferenceKind }) {
  const { sign, word, about } = kinds[kind]
  return (
    <span className="kind" title={about}>
      <span className="sign" aria-hidden="true">
        {sign}
      </span>
      {word}
    </span>
  )
}

/** That a difference does not count against shadow, and why; nothing for one that does. */
export function ClassTag({ class: known }: { readonly class: DivergenceClass | undefined }) {
  if (known === undefined || known === 'divergence') return null
  const title =
    known === 'noise' ? 'Primary varies here by itself' : 'A person expects this divergence'
  return (
    <span className="tag" title={title}>
      {known}
    </span>
  )
}

/** What became of an exchange, with the reason when there is one. */
export function OutcomeBadge({
  outcome,
  reason,
}: {
  readonly outcome: Outcome
  readonly reason?: string | undefined
}) {
  return (
    <span
      className={`outcome ${outcome}`}
      title={reason === undefined ? undefined : reasonText(reason)}
    >
      {outcomes[outcome]}
    </span>
  )
}

/** An HTTP status, or that there is none. */
export function StatusCode({ status }: { readonly status: number | undefined }) {
  if (status === undefined) return <span className="status none">none</span>
  return <span className={`status s${Math.floor(status / 100)}`}>{status}</span>
}
