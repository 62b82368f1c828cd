/** uPlot as this console uses it; loaded only where a chart is shown. */

import uPlot from 'uplot'
import type { ChartContent, ChartSeries } from './series.ts'

/** A chart in the page. */
export interface Plot {
  /** Shows other values of the same series. */
  update(content: ChartContent): void
  /** Fills its room again. */
  resize(): void
  /** Takes the style sheets' colours anew. */
  recolour(): void
  remove(): void
}

/** Draws into `host`; `onPoint` is told which time is pointed at. */
export function drawPlot(
  host: HTMLElement,
  content: ChartContent,
  onPoint: (index: number | undefined) => void,
): Plot {
  let current = content
  let plot = create(host, content, onPoint)
  return {
    update: (next) => {
      const isSameKind =
        next.series.length === current.series.length && next.stepMs === current.stepMs
      current = next
      if (isSameKind) {
        plot.setData(dataOf(next))
        return
      }
      plot.destroy()
      plot = create(host, next, onPoint)
    },
    resize: () => {
      const size = sizeOf(host)
      if (size.width !== plot.width || size.height !== plot.height) plot.setSize(size)
    },
    recolour: () => {
      plot.destroy()
      plot = create(host, current, onPoint)
    },
    remove: () => {
      plot.destroy()
    },
  }
}

function create(
  host: HTMLElement,
  content: ChartContent,
  onPoint: (index: number | undefined) => void,
): uPlot {
  const colour = (name: string) => resolveColour(host, name)
  const axis = {
    stroke: colour('--muted'),
    font: `11px ${getComputedStyle(host).fontFamily}`,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  }
  return new uPlot(
    {
      ...sizeOf(host),
      padding: [8, 18, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { show: false }, y: false },
      scales: {
        // A point stands for the step that begins there, the last one too.
        x: { time: true, range: (_plot, low, high) => [low, high + content.stepMs / 1000] },
        y: { range: (_plot, _low, high) => [0, Math.max(1e-6, high * 1.06)] },
      },
      axes: [
        { ...axis, size: 28, space: 64, values: timeLabels, incrs: TIME_STEPS },
        {
          ...axis,
          size: 58,
          space: 34,
          values: (_plot, splits) => splits.map((value) => content.format(value)),
        },
      ],
      series: [
        {},
        ...content.series.map((series) => styleOf(series, colour(series.colour), content.stepMs)),
      ],
      hooks: {
        setCursor: [
          ({ cursor }) => {
            onPoint(cursor.idx ?? undefined)
          },
        ],
      },
    },
    dataOf(content),
    host,
  )
}

const sizeOf = ({ clientWidth, clientHeight }: HTMLElement) => ({
  width: Math.max(200, clientWidth),
  height: Math.max(120, clientHeight),
})

function styleOf({ label, shape }: ChartSeries, stroke: string, stepMs: number): uPlot.Series {
  if (shape === 'bars') {
    const bars = uPlot.paths.bars
    return {
      label,
      fill: stroke,
      width: 0,
      points: { show: false },
      ...(bars !== undefined && { paths: bars({ size: [0.8, 40], align: 1 }) }),
    }
  }
  return {
    label,
    stroke,
    width: 1.6,
    ...(shape === 'dashed' && { dash: [4, 3] }),
    // A gap is a gap; a single value between two is still to be seen.
    spanGaps: false,
    points: { show: stepMs > 0, size: 4, fill: stroke, filter: lonelyPoints },
  }
}

/** Points without a neighbour, which no line shows. */
function lonelyPoints(plot: uPlot, index: number): number[] {
  const values = plot.data[index] ?? []
  return [...values.keys()].filter((at) => {
    const isValue = (value: unknown) => value !== null && value !== undefined
    return isValue(values[at]) && !isValue(values[at - 1]) && !isValue(values[at + 1])
  })
}

/** Seconds between two labels: no label says what the one before it said. */
const TIME_STEPS = [
  60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
]

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })

function timeLabels(_plot: uPlot, splits: number[]): string[] {
  const isLong = (splits.at(-1) ?? 0) - (splits[0] ?? 0) > 36 * 3600
  return splits.map((seconds) => (isLong ? day : clock).format(seconds * 1000))
}

function dataOf({ times, series }: ChartContent): uPlot.AlignedData {
  return [
    times.map((time) => time / 1000),
    ...series.map(({ values }) => [...values]),
  ] as uPlot.AlignedData
}

/** A custom property as a colour that a canvas understands, `light-dark()` decided. */
function resolveColour(host: HTMLElement, name: string): string {
  const before = host.style.color
  host.style.color = `var(${name})`
  const colour = getComputedStyle(host).color
  host.style.color = before
  return colour
}
