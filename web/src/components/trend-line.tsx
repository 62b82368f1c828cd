import type { TrendPoint } from '../../../src/core/divergence-report.ts'
import { formatCount } from '../format/number.ts'

const width = 96
const height = 18

/** When a divergence was seen, as small bars. */
export function TrendLine({ points }: { readonly points: readonly TrendPoint[] }) {
  const most = Math.max(1, ...points.map(({ exchanges }) => exchanges))
  const step = width / Math.max(12, points.length)
  const last = points.at(-1)?.exchanges ?? 0
  return (
    <svg
      className="trend"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`Seen over time: at most ${formatCount(most)}, lately ${formatCount(last)}`}
    >
      {points.map(({ time, exchanges }, index) => {
        const tall = exchanges === 0 ? 0 : Math.max(1.5, (exchanges / most) * height)
        return (
          <rect
            key={time}
            x={width - (points.length - index) * step}
            y={height - tall}
            width={Math.max(1, step - 1)}
            height={tall}
          />
        )
      })}
    </svg>
  )
}
