/** The rules that a difference suggests by itself: what the menu beside it offers. */

import type { DifferenceKind } from '../../../src/core/judgement.ts'
import type { RulePreset } from '../state/rule-drawer.ts'

/** What is known of the difference. */
export interface Differing {
  readonly kind: DifferenceKind
  /** With array indexes as `*`, as divergences and rules have it. */
  readonly location: string
  /** JSON text. */
  readonly primaryValue?: string | undefined
  readonly shadowValue?: string | undefined
}

/** An offer: what the menu says, and the rule. */
export interface Offer {
  readonly text: string
  readonly preset: RulePreset
}

/** Nothing counts there, at this endpoint. */
export function ignoreHere({ location }: Differing, endpoint: string): RulePreset {
  return { kind: 'ignore', at: [location], endpoint }
}

/** Every rule that would fit, the narrowest first. */
export function offersOf(difference: Differing, endpoint: string): readonly Offer[] {
  const { location } = difference
  const array = arrayOf(difference)
  return [
    { text: 'Ignore here', preset: ignoreHere(difference, endpoint) },
    { text: 'Ignore everywhere', preset: { kind: 'ignore', at: [location] } },
    ...toleranceOf(difference, endpoint),
    ...(array === undefined
      ? []
      : [
          {
            text: 'Set the array’s key',
            preset: { kind: 'key', at: [array], by: 'id', endpoint } as const,
          },
        ]),
    ...(difference.kind === 'order'
      ? [
          {
            text: 'Order does not count',
            preset: { kind: 'unordered', at: [location], endpoint } as const,
          },
        ]
      : []),
    ...(isNullOnOneSide(difference)
      ? [
          {
            text: 'A null is as good as absent',
            preset: { kind: 'null-is-missing', at: [location], endpoint } as const,
          },
        ]
      : []),
  ]
}

/** The innermost array that holds the place, or the place itself when its elements are what differs. */
function arrayOf({ kind, location }: Differing): string | undefined {
  if (!location.startsWith('body:')) return undefined
  if (kind === 'order' || kind === 'length') return location
  const star = location.lastIndexOf('/*')
  return star < 0 ? undefined : location.slice(0, star)
}

function toleranceOf(difference: Differing, endpoint: string): readonly Offer[] {
  const { kind, location, primaryValue, shadowValue } = difference
  if (kind !== 'value' || primaryValue === undefined || shadowValue === undefined) return []
  const [left, right] = [valueOf(primaryValue), valueOf(shadowValue)]
  if (typeof left === 'number' && typeof right === 'number') {
    const absolute = Number(Math.abs(left - right).toPrecision(2))
    return [
      {
        text: 'Tolerate numbers this close',
        preset: { kind: 'tolerate', at: [location], absolute, endpoint },
      },
    ]
  }
  const apart = Math.abs(timeOf(left) - timeOf(right))
  if (!Number.isFinite(apart)) return []
  return [
    {
      text: 'Tolerate times this close',
      preset: { kind: 'tolerate', at: [location], withinMs: Math.max(1000, apart), endpoint },
    },
  ]
}

function isNullOnOneSide({ kind, primaryValue, shadowValue }: Differing): boolean {
  return (
    (kind === 'missing' && primaryValue === 'null') || (kind === 'extra' && shadowValue === 'null')
  )
}

const timeOf = (value: unknown) =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : NaN

function valueOf(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    // A long value is cut.
    return undefined
  }
}
