/**
 * Whether a divergence is what primary's version does by itself. Noise is learned, never declared: control
 * must have shown the same kind at the same location, so that a member that goes missing is not explained by
 * one whose value varies. And what varies may not vary more in shadow: the test of the verdict decides that,
 * so that a list never calls noise what a verdict calls a regression.
 */

import type { ControlView, DivergenceClass, DivergenceState } from './divergence-report.ts'
import { logEvidenceExcess } from './statistics-pairs.ts'
import { DEFAULT_LIMITS, failAlpha, memberAlpha } from './verdict-limits.ts'

/** What `classify` holds against chance where nobody counted the places that control measured. */
const USUAL_PLACES = 30

/**
 * The chance that one noisy place is ever taken for a divergence, however often it is looked at, when control
 * measured `places` divergences of the run: what a verdict of this confidence grants each of them.
 */
export function noiseAlpha(places: number, confidence = DEFAULT_LIMITS.confidence): number {
  return memberAlpha(failAlpha({ confidence }), Math.max(1, places))
}

/**
 * The class of a divergence by its triage state and what control says. `noise`: control shows it too and
 * shadow not significantly more often. A location that control never measured, or never saw vary, is held to
 * equality: `divergence`.
 */
export function classify(
  state: DivergenceState,
  control: ControlView | undefined,
  alpha = noiseAlpha(USUAL_PLACES),
): DivergenceClass {
  if (state === 'expected') return 'expected'
  if (control === undefined || control.differed === 0) return 'divergence'
  const { shadowOnly, controlOnly } = control
  const isExcess = logEvidenceExcess(shadowOnly, controlOnly) >= -Math.log(alpha)
  return isExcess ? 'divergence' : 'noise'
}
