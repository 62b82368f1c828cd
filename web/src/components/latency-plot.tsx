import type { LatencyView } from '../../../src/core/report.ts'
import { formatMs } from '../format/number.ts'

const width = 120
const inset = 4

/** p50, p95 and p99 of both versions: numbers, and the same as points on one logarithmic scale. */
export function LatencyPlot({
  primary,
  shadow,
  longestMs,
}: {
  readonly primary: LatencyView | undefined
  readonly shadow: LatencyView | undefined
  readonly longestMs: number
}) {
  if (primary === undefined && shadow === undefined) return <span className="muted">none</span>
  return (
    <div className="latency">
      <svg viewBox={`0 0 ${width} 24`} width={width} height="24" aria-hidden="true">
        <Points role="primary" latency={primary} y={7} longestMs={longestMs} />
        <Points role="shadow" latency={shadow} y={17} longestMs={longestMs} />
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
  longestMs,
}: {
  readonly role: string
  readonly latency: LatencyView | undefined
  readonly y: number
  readonly longestMs: number
}) {
  if (latency === undefined) return null
  const x = (ms: number) =>
    inset + (Math.log1p(ms) / Math.log1p(Math.max(1, longestMs))) * (width - 2 * inset)
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
