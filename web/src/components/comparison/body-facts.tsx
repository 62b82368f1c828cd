import type { BodyView, ExchangeDetail } from '../../../../src/core/exchange-report.ts'
import { formatBytes } from '../../format/number.ts'
import { reasonText } from '../../format/reasons.ts'

/** What must be known before reading the bodies: cut, broken off, unpacked. */
export function BodyFacts({
  primary,
  shadow,
  detail,
}: {
  readonly primary: BodyView
  readonly shadow: BodyView
  readonly detail: ExchangeDetail
}) {
  const facts = [...factsOf('Primary', primary), ...factsOf('Shadow', shadow)]
  if (primary.truncated && shadow.truncated) {
    facts.push(
      primary.sha256 === shadow.sha256
        ? 'The whole bodies are the same: their hashes agree.'
        : 'The whole bodies are not the same: their hashes differ.',
    )
  }
  if (detail.outcome === 'incomparable' && detail.reason !== undefined) {
    facts.unshift(`These answers could not be compared: ${reasonText(detail.reason)}.`)
  }
  if (facts.length === 0) return null
  return (
    <ul className="body-facts">
      {facts.map((fact) => (
        <li key={fact}>{fact}</li>
      ))}
    </ul>
  )
}

function factsOf(who: string, body: BodyView): string[] {
  const facts: string[] = []
  if (body.truncated) {
    facts.push(`${who}’s body of ${formatBytes(body.length)} is recorded in part only.`)
  }
  if (body.incomplete !== undefined) {
    facts.push(`${who}’s body broke off: ${reasonText(body.incomplete)}.`)
  }
  if (body.decoded !== undefined)
    facts.push(`${who}’s body came as ${body.decoded}, shown unpacked.`)
  return facts
}
