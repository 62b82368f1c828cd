import type { EndpointRow } from '../../../src/core/run-report.ts'
import { plural } from '../format/number.ts'

const height = 22
const barWidth = 3
const gap = 1

/** Requests a minute as small bars, what differs in its own colour. */
export function Sparkline({ points }: { readonly points: EndpointRow['sparkline'] }) {
  const most = Math.max(1, ...points.map(({ exchanges }) => exchanges))
  const total = points.reduce((sum, { exchanges }) => sum + exchanges, 0)
  const divergent = points.reduce((sum, point) => sum + point.divergent, 0)
  const width = Math.max(1, points.length * (barWidth + gap) - gap)
  return (
    <svg
      className="sparkline"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`${plural(total, 'request')} in ${plural(points.length, 'minute')} with traffic, ${divergent} differ`}
    >
      {points.map(({ time, exchanges, divergent: bad }, index) => {
        const x = index * (barWidth + gap)
        const tall = Math.max(1, (exchanges / most) * height)
        const badTall = bad === 0 ? 0 : Math.max(1.5, (bad / most) * height)
        return (
          <g key={time}>
            <rect className="all" x={x} y={height - tall} width={barWidth} height={tall} />
            <rect className="bad" x={x} y={height - badTall} width={barWidth} height={badTall} />
          </g>
        )
      })}
    </svg>
  )
}
