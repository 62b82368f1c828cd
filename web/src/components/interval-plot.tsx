const width = 150
const height = 16
const inset = 3

/** A value with the interval around it and the limit it is held to, on one line; words stand beside it. */
export function IntervalPlot({
  measured,
  lower,
  upper,
  limit,
  neutral,
  scale = 'linear',
}: {
  readonly measured: number
  readonly lower: number
  /** Absent: the line goes on. */
  readonly upper?: number | undefined
  readonly limit?: number | undefined
  /** A value that is worth a mark of its own: 1 of a ratio. */
  readonly neutral?: number
  readonly scale?: 'linear' | 'ratio'
}) {
  const { from, to } =
    scale === 'ratio'
      ? ratioRange([lower, upper ?? measured * 2, measured, limit ?? 1, neutral ?? 1])
      : { from: 0, to: Math.max(upper ?? measured * 2, (limit ?? 0) * 1.6, 1e-9) }
  const place = (value: number) => {
    const at =
      scale === 'ratio'
        ? Math.log(Math.max(value, from) / from) / Math.log(to / from)
        : (value - from) / (to - from)
    return inset + Math.min(1, Math.max(0, at)) * (width - 2 * inset)
  }
  const middle = height / 2
  return (
    <svg
      className="interval-plot"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      aria-hidden="true"
    >
      <line className="axis" x1="0" x2={width} y1={middle} y2={middle} />
      {neutral !== undefined && (
        <line className="neutral" x1={place(neutral)} x2={place(neutral)} y1="3" y2={height - 3} />
      )}
      <rect
        className="band"
        x={place(lower)}
        y={middle - 3}
        height="6"
        rx="3"
        width={Math.max(3, (upper === undefined ? width : place(upper)) - place(lower))}
      />
      {limit !== undefined && (
        <line className="limit" x1={place(limit)} x2={place(limit)} y1="0" y2={height} />
      )}
      <circle className="at" cx={place(measured)} cy={middle} r="3.5" />
    </svg>
  )
}

function ratioRange(values: readonly number[]): { readonly from: number; readonly to: number } {
  const known = values.filter((value) => value > 0)
  const from = Math.max(0.1, Math.min(0.8, ...known) * 0.9)
  return { from, to: Math.max(1.25, ...known) * 1.1 }
}
