import type { DifferenceKind } from '../../../src/core/judgement.ts'
import { cutCommonStart } from '../format/values.ts'
import { ValueText } from './value-text.tsx'

/** `before → after`: primary's value and shadow's. */
export function ValueChange({
  kind,
  primary,
  shadow,
}: {
  readonly kind: DifferenceKind
  readonly primary: string | undefined
  readonly shadow: string | undefined
}) {
  const [left, right] = cutCommonStart(primary, shadow)
  return (
    <span className="value-change">
      {kind === 'failure' && primary === undefined ? (
        <span className="value absent">answered</span>
      ) : (
        <ValueText text={left} side="primary" />
      )}
      <span className="arrow" aria-hidden="true">
        →
      </span>
      <span className="visually-hidden"> in shadow </span>
      <ValueText text={right} side="shadow" />
    </span>
  )
}
