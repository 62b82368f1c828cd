/** What sending a recorded request again will and will not do, before anybody says yes. */

import type { ExchangeDetail } from '../../../src/core/exchange-report.ts'
import { holdsPlaceholder } from '../../../src/core/placeholder-form.ts'

/** Why the API would refuse to send the request again, as a sentence; undefined when it would not. */
export function unsendable({
  request,
  reason,
}: Pick<ExchangeDetail, 'request' | 'reason'>): string | undefined {
  const { target, body } = request
  if (reason === 'upgrade') return 'An upgraded connection cannot be sent again.'
  if (holdsPlaceholder(target)) return secretIn('address')
  if (holdsPlaceholder(body.text ?? '')) return secretIn('body')
  if (body.truncated || body.incomplete !== undefined) {
    return 'The whole body of the request was not kept, so it cannot be sent again.'
  }
  return undefined
}

/** The names of the headers that are left out because their values were not kept. */
export function leftOutHeaders({
  request,
  primary,
  shadow,
}: Pick<ExchangeDetail, 'request' | 'primary' | 'shadow'>): readonly string[] {
  const toPrimary = primary?.sentHeaders ?? request.headers
  const sent = [toPrimary, shadow?.sentHeaders ?? toPrimary]
  const names = sent.flatMap((lines) =>
    lines.filter((_, i) => i % 2 === 0 && holdsPlaceholder(lines[i + 1] ?? '')),
  )
  return [...new Set(names.map((name) => name.toLowerCase()))]
}

function secretIn(place: string): string {
  return `The request held a secret in its ${place}, which was not kept, so it cannot be sent again.`
}
