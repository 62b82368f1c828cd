import { useMemo, useState } from 'react'
import type { BodyView, ExchangeDetail } from '../../../../src/core/exchange-report.ts'
import { foldRows } from '../../diff/fold.ts'
import { listOf, type RowList } from '../../diff/row-list.ts'
import { useKeys } from '../../state/keys.ts'
import { useMedia } from '../../state/media.ts'
import { useUrlState } from '../../state/url-state.ts'
import { ChangesInWords } from './changes-in-words.tsx'
import { DiffTable } from './diff-table.tsx'
import { DiffTools, type DiffView } from './diff-tools.tsx'
import { useBodyRows, type MadeRows } from './use-body-rows.ts'

const noRows: MadeRows = { rows: listOf([]), stops: [], remarks: [] }

/** Two text bodies as a diff: beside each other, unified or in words, equal parts folded. */
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
  const view = viewOf(params.get('view')) ?? (narrow ? 'unified' : 'split')
  const [opened, setOpened] = useState<ReadonlySet<number> | 'all'>(new Set<number>())
  const { made, failure } = useBodyRows(primary, shadow, detail)
  const { rows, stops, remarks } = made ?? noRows
  const allEqual = useMemo(() => areAllEqual(rows), [rows])
  const items = useMemo(() => foldRows(rows, allEqual ? 'all' : opened), [rows, opened, allEqual])
  const wanted = useMemo(() => stopAt(location, rows, stops), [location, rows, stops])
  const [current, setCurrent] = useState({ stop: wanted, of: wanted })
  // A difference chosen in the list takes over from where n and p went.
  const at = current.of === wanted ? current.stop : wanted
  const goTo = (stop: number) => {
    setCurrent({ stop, of: wanted })
  }
  const step = (by: 1 | -1) => {
    if (stops.length > 0) goTo(Math.min(stops.length - 1, Math.max(0, (at ?? -1) + by)))
  }
  const show = (next: DiffView) => {
    change({ view: next }, { replace: true })
  }
  const fold = () => {
    setOpened(opened === 'all' ? new Set() : 'all')
  }
  useKeys({
    n: () => {
      step(1)
    },
    p: () => {
      step(-1)
    },
    s: () => {
      show(view === 'split' ? 'unified' : 'split')
    },
    c: fold,
  })
  return (
    <div className="body-diff">
      <DiffTools
        changes={made === undefined ? undefined : stops.length}
        at={at}
        view={view}
        unfolded={allEqual ? undefined : opened === 'all'}
        primaryText={primary.text ?? ''}
        shadowText={shadow.text ?? ''}
        onStep={step}
        onView={show}
        onFold={fold}
      />
      {remarks.map((remark) => (
        <p key={remark} className="remark">
          {remark}
        </p>
      ))}
      {made === undefined && view !== 'words' ? (
        <p className="muted pad" role="status" aria-busy={failure === undefined}>
          {failure === undefined
            ? 'Comparing large bodies'
            : `The bodies could not be compared here: ${failure}`}
        </p>
      ) : view === 'words' ? (
        <ChangesInWords exchangeId={detail.id} />
      ) : (
        <DiffTable
          rows={rows}
          items={items}
          unified={view === 'unified'}
          currentRow={at === undefined ? undefined : stops[at]}
          revealAtFirst={params.has('at')}
          stops={stops}
          onUnfold={(from) => {
            setOpened((old) => (old === 'all' ? old : new Set([...old, from])))
          }}
          onStop={goTo}
        />
      )}
    </div>
  )
}

function viewOf(value: string | null): DiffView | undefined {
  return value === 'split' || value === 'unified' || value === 'words' ? value : undefined
}

/** The stop of a location, or of the place that holds it. */
function stopAt(
  location: string | undefined,
  rows: RowList,
  stops: readonly number[],
): number | undefined {
  if (location?.startsWith('body:') !== true || stops.length === 0) return undefined
  const pointer = location.slice('body:'.length)
  const exact = stops.findIndex((row) => rows.row(row)?.pointer === pointer)
  if (exact >= 0) return exact
  const near = stops.findIndex((row) => (rows.row(row)?.pointer ?? '').startsWith(pointer))
  return near >= 0 ? near : 0
}

function areAllEqual(rows: RowList): boolean {
  for (let index = 0; index < rows.length; index++) if (!rows.isEqual(index)) return false
  return true
}
