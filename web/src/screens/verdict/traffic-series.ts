/** The store's traffic as series for the charts: what was left out because nothing came is filled in. */

import type { TrafficPoint, TrafficView } from '../../../../src/core/run-report.ts'
import type { ChartContent } from '../../components/chart/series.ts'
import { formatCount, formatMs } from '../../format/number.ts'

/** More steps than a chart has room for; the store gives fewer. */
const mostSteps = 2000

interface Steps {
  readonly times: readonly number[]
  readonly points: readonly (TrafficPoint | undefined)[]
}

/** Requests in each step: all, those of them that were compared, those of them that differ. */
export function requestSeries(view: TrafficView): ChartContent {
  const { times, points } = stepsOf(view)
  const count = (pick: (point: TrafficPoint) => number) =>
    points.map((point) => (point === undefined ? 0 : pick(point)))
  return {
    times,
    stepMs: view.resolutionMs,
    format: formatCount,
    series: [
      {
        label: 'requests',
        colour: '--bar-all',
        shape: 'bars',
        values: count((p) => p.match + p.divergent + p.incomparable + p.unmirrored),
      },
      {
        label: 'compared',
        colour: '--bar-compared',
        shape: 'bars',
        values: count((p) => p.match + p.divergent),
      },
      {
        label: 'differ',
        colour: '--shadow-fill',
        shape: 'bars',
        values: count((p) => p.divergent),
      },
    ],
  }
}

/** Median and p95 of both versions in each step. */
export function latencySeries(view: TrafficView): ChartContent {
  const { times, points } = stepsOf(view)
  const of = (pick: (point: TrafficPoint) => number | undefined) =>
    points.map((point) => (point === undefined ? null : (pick(point) ?? null)))
  return {
    times,
    stepMs: view.resolutionMs,
    format: formatMs,
    series: [
      { label: 'primary p50', colour: '--primary', shape: 'line', values: of((p) => p.primaryP50) },
      { label: 'shadow p50', colour: '--shadow', shape: 'line', values: of((p) => p.shadowP50) },
      {
        label: 'primary p95',
        colour: '--primary',
        shape: 'dashed',
        values: of((p) => p.primaryP95),
      },
      { label: 'shadow p95', colour: '--shadow', shape: 'dashed', values: of((p) => p.shadowP95) },
    ],
  }
}

/** `a minute`, `15 minutes`, `an hour`. */
export function stepText(stepMs: number): string {
  const minutes = Math.round(stepMs / 60_000)
  if (minutes === 1) return 'a minute'
  if (minutes < 60) return `${formatCount(minutes)} minutes`
  const hours = Math.round(minutes / 60)
  return hours === 1 ? 'an hour' : `${formatCount(hours)} hours`
}

function stepsOf({ points, resolutionMs }: TrafficView): Steps {
  const byTime = new Map(points.map((point) => [Date.parse(point.time), point]))
  const known = [...byTime.keys()].sort((a, b) => a - b)
  const first = known[0]
  const last = known.at(-1)
  if (first === undefined || last === undefined) return { times: [], points: [] }
  const steps = Math.round((last - first) / resolutionMs) + 1
  // Buckets of another width than told would not fall on the steps.
  const isRegular = known.every((time) => (time - first) % resolutionMs === 0)
  const times =
    isRegular && steps <= mostSteps
      ? Array.from({ length: steps }, (_, index) => first + index * resolutionMs)
      : known
  return { times, points: times.map((time) => byTime.get(time)) }
}
