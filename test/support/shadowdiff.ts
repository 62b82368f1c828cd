/** shadowdiff as people run it: the built command line in a process of its own, its API and its pids. */

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DivergenceRow } from '../../src/core/divergence-report.ts'
import type { ExchangeDetail, ExchangeRow } from '../../src/core/exchange-report.ts'
import type { Page } from '../../src/core/lists.ts'
import type { StatusView } from '../../src/core/service-report.ts'

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

/** How a process ended and what it said. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A `shadowdiff run` that is ready. */
export interface RunningShadowdiff {
  readonly proxy: string
  readonly console: string
  readonly db: string
  /** The supervisor. */
  readonly pid: number
  readonly api: ConsoleApi
  /** The process of one part as it is now; undefined while it is down. */
  partPid(part: 'proxy' | 'recorder' | 'console'): number | undefined
  /** The proxy processes as they are now. */
  proxyPids(): readonly number[]
  /** What it has said so far on standard error. */
  log(): string
  /** Sends the signal and waits for the end; the folder with the database stays. */
  stop(signal?: NodeJS.Signals): Promise<Ended>
  /** Stops it if it runs, and removes the folder. */
  remove(): Promise<void>
}

/** Runs a command of the built command line to its end. */
export function shadowdiff(
  args: readonly string[],
  options: { readonly env?: Record<string, string>; readonly cwd?: string } = {},
): Ended {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: 'utf8',
    timeout: 30_000,
    maxBuffer: 256 * 1024 * 1024,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, ...options.env },
  })
  return { code: status, signal, stdout, stderr }
}

/** Starts `shadowdiff run` on free ports; with `folder`, on the database of an earlier one. */
export async function runShadowdiff(options: {
  readonly primary: string
  readonly shadow: string
  readonly args?: readonly string[]
  readonly folder?: string
  readonly env?: Record<string, string>
  /** The lines of the banner are the first thing it says; the test may look at them. */
  readonly onBanner?: (text: string) => void
}): Promise<RunningShadowdiff> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'shadowdiff-e2e-')))
  const db = join(folder, 'e2e.db')
  const child = spawn(
    process.execPath,
    [
      ...[MAIN, 'run', '--primary', options.primary, '--shadow', options.shadow],
      ...['--listen', '127.0.0.1:0', '--console', '127.0.0.1:0', '--db', db],
      ...(options.args ?? []),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...options.env } },
  )
  let stdout = ''
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const ended = once(child, 'close').then(([code, signal]): Ended => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    stdout,
    stderr,
  }))
  const urls = await new Promise<readonly [string, string]>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString()
      const [, proxy, console] =
        /^proxy\s+(\S+)[^]*^console\s+(\S+)[^]*^records/m.exec(stdout) ?? []
      if (proxy !== undefined && console !== undefined) {
        options.onBanner?.(stdout)
        resolve([proxy, console])
      }
    })
    void ended.then(({ code }) => {
      reject(new Error(`shadowdiff run ended with ${String(code)}\n${stdout}${stderr}`))
    })
  })
  const pid = child.pid ?? 0
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> => {
    child.kill(signal)
    return ended
  }
  return {
    proxy: urls[0],
    console: urls[1],
    db,
    pid,
    api: new ConsoleApi(urls[1]),
    partPid: (part) => childrenOf(pid).find((one) => commandOf(one).includes(`${part}-process`)),
    proxyPids: () => childrenOf(pid).filter((one) => commandOf(one).includes('proxy-process')),
    log: () => stderr,
    stop,
    remove: async () => {
      if (child.exitCode === null && child.signalCode === null) await stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The console's API as the tests ask it. */
export class ConsoleApi {
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  /** Any resource under `/api/v1/`; rejects with the answer's text unless it is 200. */
  async get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.#url}/api/v1/${path}`)
    const text = await response.text()
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${text}`)
    return JSON.parse(text) as T
  }

  /** Asks for a change; gives the status code and the answer. */
  async change(
    method: 'POST' | 'PATCH' | 'PUT' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: unknown }> {
    const response = await fetch(`${this.#url}/api/v1/${path}`, {
      method,
      headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  }

  status(): Promise<StatusView> {
    return this.get('status')
  }

  /** Every page of a list. */
  async all<T>(path: string): Promise<T[]> {
    const items: T[] = []
    const joint = path.includes('?') ? '&' : '?'
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const from: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const page: Page<T> = await this.get(`${path}${joint}limit=1000${from}`)
      items.push(...page.items)
      cursor = page.next
    }
    return items
  }

  divergences(): Promise<DivergenceRow[]> {
    return this.all('divergences')
  }

  exchanges(filter = ''): Promise<ExchangeRow[]> {
    return this.all(`exchanges?${filter}`)
  }

  exchange(id: string): Promise<ExchangeDetail> {
    return this.get(`exchanges/${id}`)
  }

  /** Waits until nothing is on its way any more; gives the status then. */
  async settled(): Promise<StatusView> {
    const deadline = Date.now() + 30_000
    for (;;) {
      const status = await this.status()
      const { pending, inFlight } = status.counters
      if (pending + inFlight === 0) return status
      if (Date.now() > deadline) throw new Error(`still on the way: ${JSON.stringify(status)}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

/** The processes that this one started and that still run. */
export function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')
        .split(' ')
        .filter(Boolean)
        .map(Number),
    )
  } catch {
    return []
  }
}

/** Whether there is such a process, zombies aside. */
export function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return !/^\d+ \(.*\) [ZX]/.test(stat)
  } catch {
    return false
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
