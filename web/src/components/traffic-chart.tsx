import type { EndpointRow } from '../../../src/core/report.ts'
import { formatCount, plural } from '../format/number.ts'

const width = 360
const height = 64
const minutes = 30

/** Requests a minute over the last half hour with traffic, what differs in its own colour. */
export function TrafficChart({ rows }: { readonly rows: readonly EndpointRow[] }) {
  const points = addUp(rows)
  if (points.length < 2) return null
  const most = Math.max(1, ...points.map(({ exchanges }) => exchanges))
  const total = points.reduce((sum, { exchanges }) => sum + exchanges, 0)
  const divergent = points.reduce((sum, point) => sum + point.divergent, 0)
  const slot = width / minutes
  return (
    <figure className="traffic-chart">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        height={height}
        role="img"
        aria-label={`${plural(total, 'request')} in ${plural(points.length, 'minute')}, at most ${formatCount(most)} in one; ${formatCount(divergent)} differ`}
      >
        <line className="base" x2={width} y1={height - 0.5} y2={height - 0.5} />
        {points.map(({ time, exchanges, divergent: bad }, index) => {
          const x = (index + minutes - points.length) * slot
          const tall = (exchanges / most) * height
          const badTall = bad === 0 ? 0 : Math.max(1.5, (bad / most) * height)
          return (
            <g key={time}>
              <rect className="all" x={x} y={height - tall} width={slot - 2} height={tall} />
              <rect className="bad" x={x} y={height - badTall} width={slot - 2} height={badTall} />
            </g>
          )
        })}
      </svg>
      <figcaption className="muted">
        requests a minute, at most {formatCount(most)}; <span className="differ">differing</span>
      </figcaption>
    </figure>
  )
}

function addUp(rows: readonly EndpointRow[]): EndpointRow['sparkline'] {
  const byMinute = new Map<string, { time: string; exchanges: number; divergent: number }>()
  for (const { time, exchanges, divergent } of rows.flatMap((row) => row.sparkline)) {
    const old = byMinute.get(time) ?? { time, exchanges: 0, divergent: 0 }
    byMinute.set(time, {
      time,
      exchanges: old.exchanges + exchanges,
      divergent: old.divergent + divergent,
    })
  }
  return [...byMinute.values()].sort((a, b) => a.time.localeCompare(b.time)).slice(-minutes)
}
