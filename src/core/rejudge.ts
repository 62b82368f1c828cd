/**
 * Judging an exchange again from what was stored of it. What was not kept cannot be judged: bodies of which a
 * part, a hash or nothing is left keep their first judgement, unless equal hashes say that they are equal. A
 * placeholder is equal exactly when the secret was, but no rule can look inside it: a difference that shows
 * one keeps the word that was said when the true values were there, unless a rule hides it by its place.
 */

import type { Comparer } from './compare.ts'
import type { CapturedBody, Exchange, Observation } from './exchange.ts'
import type { Difference, Judgement, SuppressedDifference } from './judgement.ts'
import { holdsPlaceholder } from './placeholder-form.ts'
import type { JudgedExchange } from './ports.ts'

/** Why a stored exchange, or a part of it, keeps its first judgement. */
export type KeptReason = 'truncated' | 'hashed' | 'absent' | 'redacted'

/** A judgement from storage. */
export interface Rejudgement {
  readonly judgement: Judgement
  /** Why something kept its first judgement: all of it, or with `redacted` some differences. */
  readonly kept?: KeptReason
}

/**
 * Judges a stored exchange by the rules of this comparer; its endpoint stays. `isInForce` tells whether a rule
 * is still there, so that what it hid of a secret stays hidden; without it every rule counts as there.
 */
export function rejudge(
  stored: JudgedExchange,
  comparer: Comparer,
  isInForce: (rule: string) => boolean = () => true,
): Rejudgement {
  const { exchange, judgement: first } = stored
  if (exchange.unmirrored !== undefined) return { judgement: first }
  const lost = lossOf(exchange)
  if (lost !== undefined) return { judgement: first, kept: lost }
  const { judgement } = comparer.judge(withKeptLengths(exchange), stored.endpoint)
  if (stored.endpoint.split(' ').length > 2) {
    // An operation stands in the request's body, and with it what its errors mean.
    const reason = lossOfBody(exchange.request.body)
    if (reason !== undefined) return { judgement: first, kept: reason }
  }
  return keepRedacted(first, judgement, isInForce)
}

/** What of the answers was not kept and is needed to compare them. */
function lossOf({ primary, shadow }: Exchange): KeptReason | undefined {
  if (primary?.kind !== 'response' || shadow?.kind !== 'response') return undefined
  const [left, right] = [primary.body, shadow.body]
  if (left.incomplete !== undefined || right.incomplete !== undefined) return undefined
  if (left.sha256 !== undefined && left.sha256 === right.sha256) return undefined
  return lossOfBody(left) ?? lossOfBody(right)
}

function lossOfBody({ bytes, length, sha256 }: CapturedBody): KeptReason | undefined {
  if (bytes.length === 0 && length > 0) return sha256 === undefined ? 'absent' : 'hashed'
  return sha256 === undefined ? undefined : 'truncated'
}

/** Bodies whose secrets were replaced are longer or shorter than they were; as they are now they are whole. */
function withKeptLengths(exchange: Exchange): Exchange {
  const { request, primary, shadow, control } = exchange
  return {
    ...exchange,
    request: { ...request, body: keptLength(request.body) },
    ...(primary !== undefined && { primary: observedLength(primary) }),
    ...(shadow !== undefined && { shadow: observedLength(shadow) }),
    ...(control !== undefined && { control: observedLength(control) }),
  }
}

function observedLength(observation: Observation): Observation {
  return observation.kind === 'failure'
    ? observation
    : { ...observation, body: keptLength(observation.body) }
}

function keptLength(body: CapturedBody): CapturedBody {
  const { bytes, length, sha256, incomplete } = body
  const isWhole = sha256 === undefined && incomplete === undefined && bytes.length > 0
  return isWhole && bytes.length !== length ? { ...body, length: bytes.length } : body
}

function keepRedacted(
  first: Judgement,
  again: Judgement,
  isInForce: (rule: string) => boolean,
): Rejudgement {
  const control = again.control ?? first.control
  if (!again.differences.some(isRedacted)) {
    return { judgement: { ...again, ...(control !== undefined && { control }) } }
  }
  const differences: Difference[] = []
  const suppressed: SuppressedDifference[] = [...again.suppressed]
  let isKept = false
  for (const difference of again.differences) {
    const at = ({ location }: Difference) => location === difference.location
    const counted = first.differences.find(at)
    const hidden = first.suppressed.filter(at)
    const stillHidden = hidden.find(({ by }) => isInForce(by))
    if (!isRedacted(difference) || (counted === undefined && hidden.length > 0 && !stillHidden)) {
      differences.push(difference)
      continue
    }
    isKept = true
    if (counted !== undefined) differences.push(counted)
    else if (stillHidden !== undefined) suppressed.push(stillHidden)
  }
  const { suppressedTotal } = again
  const differencesTotal = again.differencesTotal - again.differences.length + differences.length
  const keptControl = isKept ? first.control : control
  return {
    judgement: {
      ...concluded(first, again, differencesTotal),
      differences,
      suppressed,
      differencesTotal,
      ...(suppressedTotal !== undefined && {
        suppressedTotal: suppressedTotal - again.suppressed.length + suppressed.length,
      }),
      ...(keptControl !== undefined && { control: keptControl }),
    },
    ...(isKept && { kept: 'redacted' }),
  }
}

/** Whether a value of it is, or holds, a secret that was replaced. */
function isRedacted({ primary = '', shadow = '' }: Difference): boolean {
  return holdsPlaceholder(primary) || holdsPlaceholder(shadow)
}

function concluded(first: Judgement, again: Judgement, differencesTotal: number) {
  if (differencesTotal > 0) return { outcome: 'divergent' } as const
  // All that differed were secrets that did not when they were there.
  const { outcome, reason } = again.outcome === 'divergent' ? first : again
  if (outcome === 'divergent') return { outcome: 'match' } as const
  return reason === undefined ? { outcome } : { outcome, reason }
}
