import { Link } from 'wouter'
import type { StatusView } from '../../../../src/core/service-report.ts'
import { useMirror } from '../../api/queries.ts'
import { formatCount, formatShare, plural } from '../../format/number.ts'
import { reasonText } from '../../format/reasons.ts'

/** Whether mirroring is well, in one line; the screen of its own has the books. */
export function HealthStrip({ status }: { readonly status: StatusView }) {
  const { counters, recorder, breaker } = status
  const mirror = useMirror()
  const open = Object.entries(breaker).filter(([, state]) => state !== 'closed')
  const lost = total(counters.lost)
  const paused = mirror.data?.routes.filter((route) => route.paused) ?? []
  const [reason, most] = worstOf(counters.unmirrored)
  return (
    <section className="panel health-strip" aria-labelledby="health-heading">
      <h2 id="health-heading">Mirroring</h2>
      <ul>
        <li>
          <b className="tabular">{formatCount(counters.mirrored)}</b> of{' '}
          {plural(counters.seen, 'request')} mirrored
          {counters.seen > 0 && ` (${formatShare(counters.mirrored / counters.seen)})`}
        </li>
        {most > 0 && (
          <li>
            <b className="tabular">{formatCount(most)}</b> not mirrored: {reasonText(reason)}
          </li>
        )}
        <li className={lost > 0 ? 'bad' : undefined}>
          <b className="tabular">{formatCount(lost)}</b> lost
        </li>
        <li className={recorder.state === 'up' ? undefined : 'bad'}>
          recorder {recorder.state}, <b className="tabular">{formatCount(recorder.queued)}</b>{' '}
          waiting
        </li>
        <li className={open.length > 0 ? 'bad' : undefined}>
          {open.length === 0
            ? 'no breaker open'
            : open.map(([route, state]) => `breaker of ${route} ${state}`).join(', ')}
        </li>
        {paused.length > 0 && (
          <li className="bad">mirroring paused: {paused.map(({ route }) => route).join(', ')}</li>
        )}
      </ul>
      <Link href="/mirroring">Books and controls</Link>
    </section>
  )
}

function total(counts: Readonly<Partial<Record<string, number>>>): number {
  return Object.values(counts).reduce<number>((sum, count) => sum + (count ?? 0), 0)
}

function worstOf(counts: Readonly<Partial<Record<string, number>>>): readonly [string, number] {
  return Object.entries(counts).reduce<readonly [string, number]>(
    (worst, [reason, count = 0]) => (count > worst[1] ? [reason, count] : worst),
    ['', 0],
  )
}
