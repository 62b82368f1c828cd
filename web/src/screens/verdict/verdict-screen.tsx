import { useDivergences, useRuns, useStatus, useVerdict } from '../../api/queries.ts'
import type { RunRow } from '../../../../src/core/run-report.ts'
import { Loaded } from '../../components/loaded.tsx'
import { Screen } from '../../components/screen.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { VisibleText } from '../../components/visible-text.tsx'
import { nameHidden } from '../../format/invisible.ts'
import { useTotals } from '../../state/totals.ts'
import { pick, useUrlState } from '../../state/url-state.ts'
import { Coverage } from './coverage.tsx'
import { FirstRequest } from './first-request.tsx'
import { HealthStrip } from './health-strip.tsx'
import { LatencyVerdict } from './latency-verdict.tsx'
import { Regressions } from './regressions.tsx'
import { ReportButton } from './report-button.tsx'
import { RulesTable } from './rules-table.tsx'
import { TopDivergences } from './top-divergences.tsx'
import { TrafficPanel } from './traffic-panel.tsx'
import { VerdictBanner } from './verdict-banner.tsx'
import { WhatWouldChange } from './what-would-change.tsx'

/** Can this version roll out: the verdict, why, and what it rests on. */
export function VerdictScreen() {
  const [params] = useUrlState()
  const filters = pick(params, ['run'])
  const run = filters['run']
  const status = useStatus()
  const totals = useTotals(run)
  const verdict = useVerdict(run)
  // The verdict is of one run, so everything beside it is too.
  const shown = run ?? verdict.data?.run
  const divergences = useDivergences({ run: shown }, shown !== undefined || verdict.isError)
  const runs = useRuns()
  const service = status.data
  const row = runs.data?.items.find(({ name }) => name === shown)
  if (service?.counters.seen === 0 && totals.data?.exchanges === 0) {
    return (
      <Screen title="Start" heading="Can it roll out?">
        <FirstRequest status={service} />
      </Screen>
    )
  }
  return (
    <Screen
      title={row === undefined ? 'Verdict' : nameHidden(row.name).slice(0, 80)}
      heading={row === undefined ? 'Can it roll out?' : <Question run={row} />}
      aside={<ReportButton run={run} />}
    >
      <div className="verdict-screen">
        <Loaded query={verdict} what="The verdict" skeleton={<SkeletonRows rows={5} />}>
          {(reading) => (
            <>
              <VerdictBanner verdict={reading} />
              {reading.regressions.length > 0 && <Regressions verdict={reading} />}
            </>
          )}
        </Loaded>
        <TrafficPanel run={shown} divergences={divergences} />
        {verdict.data !== undefined && (
          <>
            <LatencyVerdict verdict={verdict.data} run={shown} />
            <div className="wide-column">
              <RulesTable verdict={verdict.data} />
              <TopDivergences query={divergences} />
            </div>
            <div className="narrow-column">
              <WhatWouldChange verdict={verdict.data} />
              <Coverage verdict={verdict.data} />
            </div>
          </>
        )}
        <Loaded query={status} what="The status" skeleton={<SkeletonRows rows={2} />}>
          {(reading) => <HealthStrip status={reading} />}
        </Loaded>
      </div>
    </Screen>
  )
}

/** `Can 2.3.0 roll out?`, with what it would replace. */
function Question({ run }: { readonly run: RunRow }) {
  const { name, primaryVersion, shadowVersion } = run
  const isNamed = shadowVersion !== '' && shadowVersion !== primaryVersion
  return (
    <>
      Can <VisibleText text={isNamed ? shadowVersion : name} /> roll out?{' '}
      <span className="run-of">
        {isNamed && (
          <>
            in place of <VisibleText text={primaryVersion} />, run <VisibleText text={name} />
          </>
        )}
      </span>
    </>
  )
}
