/**
 * What control shows beside shadow in one exchange. A place that varies by itself may vary only as it does: when
 * one of the two leaves the form of primary's value (a time another zone, a UUID its shape) and the other keeps
 * it, only the first one differs by this measure. The measure is the same for both, so that in two runs of one
 * version either is as likely to be the first.
 */

import type { ControlDifference, ControlJudgement, Difference, Judgement } from './judgement.ts'
import { type Comparison, keepsForm } from './value-form.ts'

/** The judgement of control, given the unsuppressed differences of both. */
export function measureControl(
  shadow: readonly Difference[],
  control: readonly Difference[],
  requestedAt: number,
): ControlJudgement {
  const places = new Map<string, Difference[]>()
  for (const difference of control) {
    const place = placeOf(difference)
    const known = places.get(place)
    if (known === undefined) places.set(place, [difference])
    else known.push(difference)
  }
  const inShadow = groupSome(shadow, places)
  const differences: ControlDifference[] = []
  for (const [place, found] of places) {
    const [first] = found
    if (first === undefined) continue
    const { kind, pattern } = first
    const other = inShadow.get(place)
    if (kind !== 'value' || other === undefined) {
      differences.push({ kind, pattern })
      continue
    }
    const comparison = { requestedAt, isText: pattern === 'body:' }
    const controlKeeps = keepAll(found, comparison)
    const shadowKeeps = keepAll(other, comparison)
    // Only shadow leaves the form: to control it is as if it agreed.
    if (controlKeeps && !shadowKeeps) continue
    if (shadowKeeps && !controlKeeps) differences.push({ kind, pattern, beyond: true })
    else differences.push({ kind, pattern })
  }
  return { differences }
}

/**
 * Whether shadow's difference is held against control in this exchange: control measured it, and does not differ
 * alone there.
 */
export function isMeasured(
  { control }: Judgement,
  { kind, pattern }: Pick<Difference, 'kind' | 'pattern'>,
): boolean {
  return (
    control !== undefined &&
    !control.differences.some(
      (one) => one.beyond === true && one.pattern === pattern && one.kind === kind,
    )
  )
}

function keepAll(differences: readonly Difference[], comparison: Comparison): boolean {
  return differences.every(({ primary, shadow }) => keepsForm(primary, shadow, comparison) === true)
}

/** The values of shadow at those places that control shows too. */
function groupSome(
  differences: readonly Difference[],
  places: ReadonlyMap<string, unknown>,
): Map<string, Difference[]> {
  const groups = new Map<string, Difference[]>()
  for (const difference of differences) {
    const place = placeOf(difference)
    if (!places.has(place)) continue
    const known = groups.get(place)
    if (known === undefined) groups.set(place, [difference])
    else known.push(difference)
  }
  return groups
}

function placeOf({ kind, pattern }: Difference): string {
  return `${kind} ${pattern}`
}
