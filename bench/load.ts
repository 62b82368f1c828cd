/** Load from wrk, and what it measured. */

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** What the client side saw. */
export interface Load {
  readonly requests: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** How hard to press, and from which core. */
export interface LoadOptions {
  readonly url: string
  readonly seconds: number
  readonly connections: number
  readonly core: number
  /** A script of wrk's own that says what to ask for, instead of the URL. */
  readonly script?: string
}

/** Presses as hard as one thread can; rejects when any request failed. */
export async function pressHard(options: LoadOptions): Promise<Load> {
  const { url, seconds, connections, core, script } = options
  const args = ['-c', String(core), 'wrk', '-t1', `-c${connections}`, `-d${seconds}s`]
  args.push('--latency', '--timeout', '10s')
  if (script !== undefined) args.push('-s', script)
  const { stdout } = await promisify(execFile)('taskset', [...args, url], {
    timeout: (seconds + 15) * 1000,
  })
  return readReport(stdout)
}

/** Reads wrk's report; throws when it tells of failed requests. */
export function readReport(report: string): Load {
  const failure = /^\s*(Socket errors|Non-2xx or 3xx responses):.*$/m.exec(report)?.[0]
  if (failure !== undefined) throw new Error(`requests failed: ${failure.trim()}`)
  return {
    requests: Number(find(report, /(\d+) requests in/)),
    perSecond: Number(find(report, /Requests\/sec:\s*([\d.]+)/)),
    p50Ms: milliseconds(find(report, /^\s*50%\s+(\S+)/m)),
    p99Ms: milliseconds(find(report, /^\s*99%\s+(\S+)/m)),
  }
}

function find(report: string, pattern: RegExp): string {
  const found = pattern.exec(report)?.[1]
  if (found === undefined) throw new Error(`wrk reported something else:\n${report}`)
  return found
}

function milliseconds(text: string): number {
  const factors: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000 }
  const [, number = '', unit = ''] = /^([\d.]+)([a-z]+)$/.exec(text) ?? []
  return Number(number) * (factors[unit] ?? Number.NaN)
}
