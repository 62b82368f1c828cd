import { useMemo, useState } from 'react'
import type { BodyView, ExchangeDetail } from '../../../../src/core/report.ts'
import { bodyRows } from '../../diff/body-rows.ts'
import { foldRows } from '../../diff/fold.ts'
import { useKeys } from '../../state/keys.ts'
import { useMedia } from '../../state/media.ts'
import { useUrlState } from '../../state/url-state.ts'
import { CopyButton } from '../copy-button.tsx'
import { Icon } from '../icon.tsx'
import { DiffTable } from './diff-table.tsx'

/** Two text bodies as a diff: beside each other or unified, equal parts folded. */
export function BodyDiff({
  primary,
  shadow,
  detail,
  location,
}: {
  readonly primary: BodyView
  readonly shadow: BodyView
  readonly detail: ExchangeDetail
  readonly location: string | undefined
}) {
  const [params, change] = useUrlState()
  const narrow = useMedia('(max-width: 700px)')
  const unified = (params.get('view') ?? (narrow ? 'unified' : 'split')) === 'unified'
  const [opened, setOpened] = useState<ReadonlySet<number> | 'all'>(new Set<number>())
  const { rows, stops, remarks } = useMemo(
    () => bodyRows(primary, shadow, detail) ?? { rows: [], stops: [], remarks: [] },
    [primary, shadow, detail],
  )
  const allEqual = useMemo(() => rows.every((row) => row.kind === 'equal'), [rows])
  const items = useMemo(() => foldRows(rows, allEqual ? 'all' : opened), [rows, opened, allEqual])
  const wanted = useMemo(() => stopAt(location, rows, stops), [location, rows, stops])
  const [current, setCurrent] = useState({ stop: wanted, of: wanted })
  // A difference chosen in the list takes over from where n and p went.
  const at = current.of === wanted ? current.stop : wanted
  const go = (step: number) => {
    const next = Math.min(stops.length - 1, Math.max(0, (at ?? -1) + step))
    setCurrent({ stop: next, of: wanted })
  }
  const toggleView = () => {
    change({ view: unified ? 'split' : 'unified' }, { replace: true })
  }
  const toggleFold = () => {
    setOpened(opened === 'all' ? new Set() : 'all')
  }
  useKeys({
    n: () => {
      go(1)
    },
    p: () => {
      go(-1)
    },
    s: toggleView,
    c: toggleFold,
  })
  return (
    <div className="body-diff">
      <div className="tab-tools">
        <div className="stepper">
          <button
            type="button"
            className="button quiet square"
            aria-label="Previous change"
            disabled={stops.length === 0 || at === 0}
            onClick={() => {
              go(-1)
            }}
          >
            <Icon name="up" />
          </button>
          <button
            type="button"
            className="button quiet square"
            aria-label="Next change"
            disabled={stops.length === 0 || at === stops.length - 1}
            onClick={() => {
              go(1)
            }}
          >
            <Icon name="down" />
          </button>
          <span className="tabular muted" aria-live="polite">
            {stops.length === 0
              ? 'no change in the body'
              : at === undefined
                ? `${stops.length} ${stops.length === 1 ? 'change' : 'changes'}`
                : `change ${at + 1} of ${stops.length}`}
          </span>
        </div>
        <div className="tool-group">
          <button
            type="button"
            className="button quiet"
            aria-pressed={unified}
            onClick={toggleView}
          >
            Unified
          </button>
          {!allEqual && (
            <button
              type="button"
              className="button quiet"
              aria-pressed={opened === 'all'}
              onClick={toggleFold}
            >
              <Icon name="fold" />
              All lines
            </button>
          )}
          <CopyButton text={primary.text ?? ''} label="Copy primary" />
          <CopyButton text={shadow.text ?? ''} label="Copy shadow" />
        </div>
      </div>
      {remarks.map((remark) => (
        <p key={remark} className="remark">
          {remark}
        </p>
      ))}
      <DiffTable
        rows={rows}
        items={items}
        unified={unified}
        currentRow={at === undefined ? undefined : stops[at]}
        stops={stops}
        onUnfold={(from) => {
          setOpened((old) => (old === 'all' ? old : new Set([...old, from])))
        }}
        onStop={(stop) => {
          setCurrent({ stop, of: wanted })
        }}
      />
    </div>
  )
}

/** The stop of a location, or of the place that holds it. */
function stopAt(
  location: string | undefined,
  rows: readonly { readonly pointer?: string }[],
  stops: readonly number[],
): number | undefined {
  if (location?.startsWith('body:') !== true || stops.length === 0) return undefined
  const pointer = location.slice('body:'.length)
  const exact = stops.findIndex((row) => rows[row]?.pointer === pointer)
  if (exact >= 0) return exact
  const near = stops.findIndex((row) => (rows[row]?.pointer ?? '').startsWith(pointer))
  return near >= 0 ? near : 0
}
