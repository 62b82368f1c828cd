/** The ways a request can take in the benchmark, each running on the proxy's core. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { StatusView } from '../src/core/service-report.ts'
import { startNginx } from '../test/support/nginx.ts'
import { startProgram } from '../test/support/program.ts'
import { familyOf, runningAs } from './cpu.ts'

/** One of them, running. */
export interface Contender {
  readonly name: string
  readonly url: string
  /** The process that proxies; none when nothing does. */
  readonly proxyPids: readonly number[]
  /** All processes that belong to it. */
  readonly allPids: readonly number[]
  /** Waits until the work that requests left behind is done; tells what became of them since the start. */
  settle(): Promise<Kept | undefined>
  stop(): Promise<void>
}

/** What a recording proxy did with the requests it has seen. */
export interface Kept {
  readonly seen: number
  readonly compared: number
}

/** Where everything goes, and the core for it. */
export interface Place {
  readonly primary: string
  readonly shadow: string
  readonly core: number
}

const SETTLE_MS = 60_000

/** Straight to primary: what the load generator and the upstream can do. */
export function direct({ primary }: Place): Contender {
  return {
    name: 'direct',
    url: primary,
    proxyPids: [],
    allPids: [],
    settle: () => Promise.resolve(undefined),
    stop: () => Promise.resolve(),
  }
}

/** nginx that forwards and, when asked, mirrors as its own documentation shows. */
export async function nginx(place: Place, mirror: boolean): Promise<Contender> {
  const upstream = (name: string, url: string) =>
    `upstream ${name} { server ${new URL(url).host}; keepalive 512; keepalive_requests 1000000; }`
  const forward = 'proxy_http_version 1.1; proxy_set_header Connection "";'
  const running = await startNginx({
    prefix: ['taskset', '-c', String(place.core)],
    http: `
      keepalive_requests 1000000;
      ${upstream('primary', place.primary)}
      ${upstream('shadow', place.shadow)}`,
    server: `
      location / { ${mirror ? 'mirror /mirror;' : ''} ${forward} proxy_pass http://primary; }
      location = /mirror { internal; ${forward} proxy_pass http://shadow$request_uri; }`,
  })
  const allPids = familyOf(running.pid)
  return {
    name: mirror ? 'nginx mirror' : 'nginx proxy_pass',
    url: running.url,
    proxyPids: allPids,
    allPids,
    settle: () => Promise.resolve(undefined),
    stop: () => running.stop(),
  }
}

/** A running shadowdiff, and more of it than the other contenders have. */
export interface Shadowdiff extends Contender {
  /** The process that compares and stores. */
  readonly recorderPid: number
}

/** When the breaker opens: as it comes, so that it looks again after a second, or never. */
export type BreakerOf = 'default' | 'brief' | 'never'

const BREAKERS: Readonly<Record<BreakerOf, string>> = {
  default: '',
  brief: ', breaker: { openFor: 1s }',
  never: ', breaker: { consecutiveFailures: 1000000 }',
}

/** shadowdiff as it is built: everything mirrored, recorded and compared, or without a shadow's copy. */
export async function shadowdiff(
  place: Place,
  percent: 0 | 100,
  breaker: BreakerOf = 'default',
): Promise<Shadowdiff> {
  const folder = await mkdtemp(join(tmpdir(), 'shadowdiff-bench-'))
  const config = join(folder, 'bench.yaml')
  await writeFile(
    config,
    `primary: ${place.primary}\nshadow: { url: '${place.shadow}', percent: ${percent}${BREAKERS[breaker]} }\n`,
  )
  const program = await startProgram({
    command: 'taskset',
    args: [
      ...['-c', String(place.core), process.execPath],
      ...[fileURLToPath(new URL('../dist/main.js', import.meta.url)), 'run', '--config', config],
      ...['--listen', '127.0.0.1:0', '--console', '127.0.0.1:0'],
      ...['--db', join(folder, 'bench.db')],
    ],
    ready: /^proxy\s+(\S+)[^]*^console\s+(\S+)[^]*^records/m,
  })
  const [, url = '', console = ''] = program.match
  const allPids = familyOf(program.pid)
  return {
    name: percent === 0 ? 'shadowdiff, no copies' : 'shadowdiff, all compared',
    url,
    proxyPids: runningAs(allPids, 'proxy-process'),
    recorderPid: runningAs(allPids, 'recorder-process')[0] ?? 0,
    allPids,
    settle: async () => {
      const kept = await settle(console)
      return percent === 0 ? undefined : kept
    },
    stop: async () => {
      await program.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function settle(console: string): Promise<Kept> {
  const deadline = Date.now() + SETTLE_MS
  for (;;) {
    const response = await fetch(`${console}/api/v1/status`)
    const { counters } = (await response.json()) as StatusView
    const { seen, pending, inFlight, match, divergent } = counters
    if (pending + inFlight === 0) return { seen, compared: match + divergent }
    if (Date.now() > deadline)
      throw new Error(`${pending + inFlight} exchanges are still on the way`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
