import { memo, useMemo } from 'react'
import { Link } from 'wouter'
import { inlineDiff, plainSegments, type Segment } from '../../diff/inline.ts'
import type { Line, Row, RowKind } from '../../diff/row.ts'
import { plural } from '../../format/number.ts'
import { SegmentText } from './segment-text.tsx'
import { RuledBy } from './ruled-by.tsx'

const signs: Readonly<Record<RowKind, string>> = {
  equal: '',
  spelling: '≈',
  changed: '~',
  missing: '−',
  extra: '+',
  order: '⇅',
}

const words: Readonly<Record<RowKind, string>> = {
  equal: '',
  spelling: 'same value, written differently',
  changed: 'changed',
  missing: 'only in primary',
  extra: 'only in shadow',
  order: 'another order',
}

/** One row of a diff: a line of each side, or of the one that has it. */
export const DiffRow = memo(function DiffRow({
  row,
  index,
  unified,
  isCurrent,
}: {
  readonly row: Row
  readonly index: number
  readonly unified: boolean
  readonly isCurrent: boolean
}) {
  const { left, right, kind, by } = row
  const pieces = useMemo(() => segmentsOf(row), [row])
  const state = `diff-row ${kind}${by === undefined ? '' : ' suppressed'}${isCurrent ? ' current' : ''}`
  // Equal lines stand once in a unified diff.
  const single = unified && kind === 'equal'
  return (
    <div role="row" aria-rowindex={index + 2} className={state}>
      {!(unified && left === undefined) && (
        <Cell
          side="left"
          line={left}
          segments={pieces.left}
          row={row}
          sign={
            unified && kind === 'changed' ? '−' : right === undefined || unified ? signs[kind] : ''
          }
        />
      )}
      {!single && !(unified && right === undefined) && (
        <Cell
          side="right"
          line={right}
          segments={pieces.right}
          row={row}
          sign={unified && kind === 'changed' ? '+' : signs[kind]}
        />
      )}
    </div>
  )
})

function Cell({
  side,
  line,
  segments,
  row,
  sign,
}: {
  readonly side: 'left' | 'right'
  readonly line: Line | undefined
  readonly segments: readonly Segment[]
  readonly row: Row
  readonly sign: string
}) {
  const notes = side === 'right' || row.right === undefined
  return (
    <div role="cell" className={`cell ${side}${line === undefined ? ' void' : ''}`}>
      <span className="number">{line?.number}</span>
      <span className="sign" title={words[row.kind]}>
        {line !== undefined && sign}
      </span>
      <code className="text" style={{ '--depth': row.depth } as React.CSSProperties}>
        <SegmentText segments={segments} />
      </code>
      {notes && row.note !== undefined && <span className="row-note">{row.note}</span>}
      {notes && row.by !== undefined && row.stop && (
        <RuledBy id={row.by} className="row-note">
          <Link href={`/rules?sel=${encodeURIComponent(row.by)}`} className="rule-link">
            <code className="rule">{row.by}</code>
          </Link>
        </RuledBy>
      )}
      {side === 'right' && row.kind !== 'equal' && (
        <span className="visually-hidden">
          {words[row.kind]}
          {row.by !== undefined && `, suppressed by ${row.by}`}
        </span>
      )}
    </div>
  )
}

function segmentsOf({ left, right, kind, by }: Row): {
  left: readonly Segment[]
  right: readonly Segment[]
} {
  const a = left?.text ?? ''
  const b = right?.text ?? ''
  const marked = left !== undefined && right !== undefined && a !== b && by === undefined
  if (marked && (kind === 'changed' || kind === 'spelling')) return inlineDiff(a, b)
  return { left: plainSegments(a), right: plainSegments(b) }
}

/** Stands for equal rows; a click shows them. */
export function FoldRow({
  count,
  index,
  onUnfold,
}: {
  readonly count: number
  readonly index: number
  readonly onUnfold: () => void
}) {
  return (
    <div role="row" aria-rowindex={index + 2} className="fold-row">
      <div role="cell" className="fold-cell">
        <button type="button" onClick={onUnfold}>
          {plural(count, 'equal line')}
        </button>
      </div>
    </div>
  )
}
