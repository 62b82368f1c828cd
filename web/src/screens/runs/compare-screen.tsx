import { Link, useLocation } from 'wouter'
import type { DivergenceRow } from '../../../../src/core/divergence-report.ts'
import type { RunComparison, RunRow } from '../../../../src/core/run-report.ts'
import { useRunComparison } from '../../api/queries.ts'
import { KindLabel, SeverityBadge } from '../../components/badges.tsx'
import { EndpointName } from '../../components/endpoint-name.tsx'
import { Icon } from '../../components/icon.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { LocationText } from '../../components/location-text.tsx'
import { Moment } from '../../components/moment.tsx'
import { EmptyNotice } from '../../components/notices.tsx'
import { Screen } from '../../components/screen.tsx'
import { Share } from '../../components/share.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { VisibleText } from '../../components/visible-text.tsx'
import { formatCount, plural } from '../../format/number.ts'
import { useKeys } from '../../state/keys.ts'
import { useUrlState } from '../../state/url-state.ts'
import './runs.css'

/** Two runs beside each other: what appeared, what went, what stayed, and what nobody can say. */
export function CompareScreen() {
  const [params] = useUrlState()
  const [, navigate] = useLocation()
  const before = params.get('before') ?? ''
  const after = params.get('after') ?? ''
  useKeys({
    Escape: () => {
      navigate('/runs')
    },
  })
  return (
    <Screen
      title="Two runs compared"
      heading="Better or worse than last time?"
      aside={
        <Link href="/runs" className="button quiet">
          <Icon name="left" />
          All runs
        </Link>
      }
    >
      {before === '' || after === '' ? (
        <EmptyNotice title="Two runs are needed">
          <p>
            Choose them in the <Link href="/runs">list of runs</Link>.
          </p>
        </EmptyNotice>
      ) : (
        <Compared before={before} after={after} />
      )}
    </Screen>
  )
}

function Compared({ before, after }: { readonly before: string; readonly after: string }) {
  const query = useRunComparison(before, after)
  return (
    <Loaded query={query} what="The comparison" skeleton={<SkeletonRows rows={10} />}>
      {(comparison) => (
        <div className="compare">
          <div className="sides">
            <Side label="Before" run={comparison.before} />
            <Side label="After" run={comparison.after} />
          </div>
          <p className="lead">{conclusionOf(comparison)}</p>
          <Group
            title="Appeared"
            about="not seen before"
            className="appeared"
            rows={comparison.appeared}
          />
          <Group
            title="Persisting"
            about="seen in both"
            className="persisting"
            rows={comparison.persisting}
          />
          <Group
            title="Gone"
            about="not seen any more, although their endpoints were compared"
            className="gone"
            rows={comparison.gone}
          />
          <Group
            title="Untested"
            about="seen before, but their endpoints were not compared this time: nothing is known"
            className="untested"
            rows={comparison.untested}
          />
        </div>
      )}
    </Loaded>
  )
}

function Side({ label, run }: { readonly label: string; readonly run: RunRow }) {
  const compared = run.match + run.divergent
  return (
    <section className="panel" aria-label={label}>
      <h2>
        {label}:{' '}
        <Link href={`/?${new URLSearchParams({ run: run.name }).toString()}`}>
          <VisibleText text={run.name} />
        </Link>
      </h2>
      <p className="muted">
        <VisibleText text={run.primaryVersion} /> → <VisibleText text={run.shadowVersion} />, from{' '}
        <Moment time={run.startedAt} />
        {run.endedAt === undefined ? ', goes on' : ' to '}
        {run.endedAt !== undefined && <Moment time={run.endedAt} />}
      </p>
      <p>
        {compared === 0 ? 'nothing was compared' : <Share part={run.divergent} whole={compared} />}
        {compared > 0 && <span className="muted"> compared requests differ</span>}
      </p>
    </section>
  )
}

function Group({
  title,
  about,
  className,
  rows,
}: {
  readonly title: string
  readonly about: string
  readonly className: string
  readonly rows: readonly DivergenceRow[]
}) {
  return (
    <section className={`panel compared-group ${className}`} aria-label={title}>
      <h2>
        {title} <span className="tabular count">{formatCount(rows.length)}</span>{' '}
        <span className="muted">{about}</span>
      </h2>
      {rows.length > 0 && (
        <ul>
          {rows.map((row) => (
            <li key={row.id}>
              <SeverityBadge severity={row.severity} />
              <KindLabel kind={row.kind} />
              <Link href={`/divergences/${row.id}`}>
                <LocationText location={row.location} />
              </Link>
              <EndpointName endpoint={row.endpoint} />
              <span className="tabular muted">{plural(row.exchanges, 'request')}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function conclusionOf({ appeared, gone, persisting, untested }: RunComparison): string {
  if (appeared.length + gone.length + persisting.length + untested.length === 0) {
    return 'Neither run has a divergence.'
  }
  return [
    `${formatCount(appeared.length)} appeared`,
    `${formatCount(gone.length)} gone`,
    `${formatCount(persisting.length)} persisting`,
    ...(untested.length > 0 ? [`${formatCount(untested.length)} untested`] : []),
  ].join(', ')
}
