/** Measurements as people read them. */

import { execFileSync, spawnSync } from 'node:child_process'
import { cpus, loadavg } from 'node:os'
import { cpuModel } from './cpu.ts'

/** One measured round of one contender. */
export interface Measured {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** CPU of the proxying process for one request, in µs. */
  readonly proxyMicros: number
  /** CPU of all its processes for one request, what is done after the answer included. */
  readonly allMicros: number
  /** Share of the proxy's core that was in use while the load was on. */
  readonly busy: number
  /** How long the work went on after the load had ended. */
  readonly settleMs: number
  /** Share of the requests that were mirrored, compared and stored; absent where nothing records. */
  readonly compared?: number
}

/** All rounds of all contenders, by name, in the order of the table. */
export type Rounds = ReadonlyMap<string, readonly Measured[]>

/** The middle one, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** A warning when other programs were busy before anything was measured; else empty. */
export function crowding(): string {
  const [lastMinute = 0] = loadavg()
  return lastMinute > 0.3 * cpus().length
    ? `Something else was running: the load was ${lastMinute.toFixed(1)} on ${cpus().length} cores before the first round.`
    : ''
}

/** The medians of all rounds as a Markdown table. */
export function medianTable(rounds: Rounds): string {
  const head = [
    ...['', 'requests/s', 'p50 ms', 'p99 ms', 'proxy µs/req', 'all µs/req'],
    ...['core in use', 'work after', 'compared'],
  ]
  const lines = [...rounds].map(([name, measured]) => {
    const of = (pick: (one: Measured) => number) => median(measured.map(pick))
    const compared = measured.flatMap((one) => one.compared ?? [])
    return [
      name,
      of((one) => one.perSecond).toFixed(0),
      of((one) => one.p50Ms).toFixed(2),
      of((one) => one.p99Ms).toFixed(2),
      micros(of((one) => one.proxyMicros)),
      micros(of((one) => one.allMicros)),
      percent(of((one) => one.busy)),
      `${(of((one) => one.settleMs) / 1000).toFixed(1)} s`,
      compared.length === 0 ? '–' : percent(Math.min(...compared)),
    ]
  })
  return markdown(head, lines)
}

/** What one contender costs or gives relative to another, round by round, then the median of the rounds. */
export function ratioOf(
  rounds: Rounds,
  name: string,
  base: string,
  pick: (one: Measured) => number,
): number {
  const bases = rounds.get(base) ?? []
  return median(
    (rounds.get(name) ?? []).flatMap((one, round) => {
      const other = bases[round]
      return other === undefined ? [] : pick(one) / pick(other)
    }),
  )
}

/** What each costs and gives relative to `base`, round by round, then the median of the rounds. */
export function ratioTable(rounds: Rounds, base: string): string {
  const head = [`against ${base}`, 'requests/s', 'p50', 'p99', 'proxy CPU', 'all CPU']
  const lines = [...rounds].flatMap(([name, measured]) => {
    if (name === base || measured.every((one) => one.allMicros === 0)) return []
    const of = (pick: (one: Measured) => number) =>
      `${ratioOf(rounds, name, base, pick).toFixed(2)} ×`
    return [
      [
        name,
        of((one) => one.perSecond),
        of((one) => one.p50Ms),
        of((one) => one.p99Ms),
        of((one) => one.proxyMicros),
        of((one) => one.allMicros),
      ],
    ]
  })
  return markdown(head, lines)
}

/** On what it was measured. */
export function surroundings(): string {
  const nginx = spawnSync('nginx', ['-v'], { encoding: 'utf8' }).stderr
  const nginxVersion = /nginx\/(\S+)/.exec(nginx)?.[1] ?? 'unknown'
  const kernel = execFileSync('uname', ['-sr'], { encoding: 'utf8' }).trim()
  const day = new Date().toISOString().slice(0, 10)
  return `${day}, Node ${process.version}, nginx ${nginxVersion}, ${kernel}, ${cpuModel()}`
}

function micros(value: number): string {
  return value === 0 ? '–' : value.toFixed(0)
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0.999 && share < 1 ? 2 : 0)} %`
}

/** A Markdown table; all columns but the first are numbers. */
export function markdown(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const widths = head.map((cell, column) =>
    Math.max(cell.length, 3, ...lines.map((line) => line[column]?.length ?? 0)),
  )
  const row = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  return [row(head), rule, ...lines.map(row)].join('\n')
}
