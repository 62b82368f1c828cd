import { useState } from 'react'
import { useLocation } from 'wouter'
import { useRuns } from '../../api/queries.ts'
import { Loaded } from '../../components/loaded.tsx'
import { EmptyNotice } from '../../components/notices.tsx'
import { OperatorNote } from '../../components/operator-note.tsx'
import { Screen } from '../../components/screen.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { RunActions } from './run-actions.tsx'
import { RunTable } from './run-table.tsx'
import './runs.css'

/** Every verification, newest first: what was compared, what came of it, and two of them side by side. */
export function RunsScreen() {
  const query = useRuns()
  const [, navigate] = useLocation()
  const [chosen, setChosen] = useState<readonly number[]>([])
  const [before, after] = [...chosen].sort((a, b) => a - b)
  const choose = (id: number, on: boolean) => {
    // The two that were chosen last.
    setChosen(on ? [...chosen, id].slice(-2) : chosen.filter((one) => one !== id))
  }
  return (
    <Screen title="Runs" heading="Runs" aside={<RunActions runs={query.data?.items} />}>
      <OperatorNote />
      <Loaded query={query} what="The runs" skeleton={<SkeletonRows rows={6} />}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyNotice title="No run yet">
              <p>The first begins with the first recorded request.</p>
            </EmptyNotice>
          ) : (
            <>
              {items.length > 1 && (
                <p className="compare-bar">
                  <button
                    type="button"
                    className="button strong"
                    disabled={before === undefined || after === undefined}
                    onClick={() => {
                      const search = new URLSearchParams({
                        before: `id:${String(before)}`,
                        after: `id:${String(after)}`,
                      })
                      navigate(`/runs/compare?${search.toString()}`)
                    }}
                  >
                    Compare two runs
                  </button>
                  <span className="muted">
                    {chosen.length === 2
                      ? 'What appeared, went and stayed from the older to the newer.'
                      : `Choose ${chosen.length === 0 ? 'two' : 'one more'} in the table.`}
                  </span>
                </p>
              )}
              <RunTable runs={items} chosen={chosen} onChoose={choose} />
            </>
          )
        }
      </Loaded>
    </Screen>
  )
}
