import type { EndpointRow, LatencyView } from '../../../src/core/run-report.ts'
import { formatMs } from '../format/number.ts'

const width = 120
const inset = 4

/** What the plots of one table share: from its shortest median to its longest p99. */
export interface LatencyRange {
  readonly from: number
  readonly to: number
}

/** The range of these rows. */
export function latencyRange(
  rows: readonly Pick<EndpointRow, 'primaryLatency' | 'shadowLatency'>[],
): LatencyRange {
  const all = rows
    .flatMap((row) => [row.primaryLatency, row.shadowLatency])
    .filter((l) => l !== undefined)
  const from = Math.max(0.1, Math.min(...all.map(({ p50 }) => p50)))
  return { from, to: Math.max(from * 4, ...all.map(({ p99 }) => p99)) }
}

/** p50, p95 and p99 of both versions: numbers, and the same as points on one logarithmic scale. */
export function LatencyPlot({
  primary,
  shadow,
  range,
}: {
  readonly primary: LatencyView | undefined
  readonly shadow: LatencyView | undefined
  readonly range: LatencyRange
}) {
  if (primary === undefined && shadow === undefined) return <span className="muted">none</span>
  return (
    <div className="latency">
      <svg viewBox={`0 0 ${width} 24`} width={width} height="24" aria-hidden="true">
        <Points role="primary" latency={primary} y={7} range={range} />
        <Points role="shadow" latency={shadow} y={17} range={range} />
      </svg>
      <dl>
        <Numbers role="primary" latency={primary} />
        <Numbers role="shadow" latency={shadow} />
      </dl>
    </div>
  )
}

function Points({
  role,
  latency,
  y,
  range,
}: {
  readonly role: string
  readonly latency: LatencyView | undefined
  readonly y: number
  readonly range: LatencyRange
}) {
  if (latency === undefined) return null
  const x = (ms: number) =>
    inset +
    (Math.log(Math.max(ms, range.from) / range.from) / Math.log(range.to / range.from)) *
      (width - 2 * inset)
  return (
    <g className={role}>
      <line x1={x(latency.p50)} x2={x(latency.p99)} y1={y} y2={y} />
      <circle cx={x(latency.p50)} cy={y} r="3.2" />
      <circle cx={x(latency.p95)} cy={y} r="2.4" />
      <circle cx={x(latency.p99)} cy={y} r="1.6" />
    </g>
  )
}

function Numbers({
  role,
  latency,
}: {
  readonly role: 'primary' | 'shadow'
  readonly latency: LatencyView | undefined
}) {
  return (
    <div className={role}>
      <dt>{role}</dt>
      <dd className="tabular">
        {latency === undefined
          ? 'no answers'
          : [latency.p50, latency.p95, latency.p99].map(formatMs).join(' · ')}
      </dd>
    </div>
  )
}
