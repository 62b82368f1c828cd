/**
 * shadowdiff beside nginx, side by side in one run: every proxy on one core, the load generator and the
 * upstreams on another. Rounds alternate, because machines have moods; medians and ratios of the
 * same round are what counts. `npm run bench -- --write` keeps the result in RESULTS.md.
 */

import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { messageOf } from '../src/core/errors.ts'
import { startNginx } from '../test/support/nginx.ts'
import type { Contender } from './contenders.ts'
import { direct, nginx, shadowdiff } from './contenders.ts'
import { allowedCores, cpuMicros } from './cpu.ts'
import { pressHard } from './load.ts'
import { writeSection } from './results.ts'
import type { Measured } from './table.ts'
import { crowding, medianTable, ratioTable, surroundings } from './table.ts'

const CONNECTIONS = 32
const WARM_UP_SECONDS = 2
const BASE = 'nginx mirror'

const { values: options } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '6' },
    only: { type: 'string', default: '' },
  },
})

const opened: { stop(): Promise<void> }[] = []
const interrupted = new AbortController()
process.once('SIGINT', () => {
  interrupted.abort(new Error('interrupted'))
})
try {
  await main()
} catch (error) {
  console.error(`bench: ${messageOf(error)}`)
  process.exitCode = 1
} finally {
  for (const one of opened.reverse()) await one.stop()
}

async function main(): Promise<void> {
  if (missingTools()) {
    process.exitCode = 2
    return
  }
  const [proxyCore, loadCore] = allowedCores()
  if (proxyCore === undefined || loadCore === undefined) {
    throw new Error('two cores are needed: one for the proxy, one for load and upstreams')
  }
  const crowded = crowding()
  if (crowded !== '') console.log(`${crowded}\n`)
  const contenders = await open(proxyCore, loadCore)
  const rounds = new Map(contenders.map(({ name }): [string, Measured[]] => [name, []]))
  const count = Number(options.rounds)
  for (let round = 1; round <= count; round++) {
    for (const contender of contenders) {
      interrupted.signal.throwIfAborted()
      const measured = await measure(contender, loadCore)
      rounds.get(contender.name)?.push(measured)
      const { perSecond, p99Ms, allMicros } = measured
      console.log(
        `round ${round}/${count}  ${contender.name.padEnd(26)} ${perSecond.toFixed(0).padStart(7)} requests/s` +
          `  p99 ${p99Ms.toFixed(2)} ms  ${allMicros.toFixed(0)} µs CPU each`,
      )
    }
  }
  const tables = `${medianTable(rounds)}\n\n${ratioTable(rounds, BASE)}\n`
  console.log(`\n${tables}\n${surroundings()}`)
  if (options.write) {
    await writeSection('bench:proxy', report(tables, count, crowded))
  }
}

async function open(proxyCore: number, loadCore: number): Promise<Contender[]> {
  const keep = async <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const one = await starting
    opened.push(one)
    return one
  }
  const upstream = {
    prefix: ['taskset', '-c', String(loadCore)],
    http: 'keepalive_requests 1000000;',
    server: `default_type application/json; location / { return 200 '${answer()}'; }`,
  }
  const place = {
    primary: (await keep(startNginx(upstream))).url,
    shadow: (await keep(startNginx(upstream))).url,
    core: proxyCore,
  }
  const makers: readonly (() => Promise<Contender>)[] = [
    () => Promise.resolve(direct(place)),
    () => keep(nginx(place, false)),
    () => keep(nginx(place, true)),
    () => keep(shadowdiff(place, 0)),
    () => keep(shadowdiff(place, 100)),
  ]
  const contenders: Contender[] = []
  for (const [index, make] of makers.entries()) {
    if (options.only === '' || options.only.includes(String(index))) contenders.push(await make())
  }
  return contenders
}

async function measure(contender: Contender, core: number): Promise<Measured> {
  const load = { url: `${contender.url}/items/1`, connections: CONNECTIONS, core }
  await pressHard({ ...load, seconds: WARM_UP_SECONDS })
  const before = await contender.settle()
  const proxyBefore = cpuMicros(contender.proxyPids)
  const allBefore = cpuMicros(contender.allPids)
  const seconds = Number(options.seconds)
  const { requests, ...seen } = await pressHard({ ...load, seconds })
  const busy = (cpuMicros(contender.allPids) - allBefore) / (seconds * 1_000_000)
  const endedAt = performance.now()
  const after = await contender.settle()
  const settleMs = after === undefined ? 0 : performance.now() - endedAt
  const compared =
    before === undefined || after === undefined
      ? undefined
      : (after.compared - before.compared) / (after.seen - before.seen)
  return {
    ...seen,
    proxyMicros: (cpuMicros(contender.proxyPids) - proxyBefore) / requests,
    allMicros: (cpuMicros(contender.allPids) - allBefore) / requests,
    busy,
    settleMs,
    ...(compared === undefined ? {} : { compared }),
  }
}

/** One KB of JSON, as an API would send it. */
function answer(): string {
  const item = { id: 1, name: 'Oak salad bowl', price: 24.9, tags: ['kitchen', 'gift'], text: '' }
  const text = 'x'.repeat(1024 - JSON.stringify(item).length)
  return JSON.stringify({ ...item, text })
}

function missingTools(): boolean {
  const tools = [
    ['nginx', ['-v'], 'nginx-light'],
    ['wrk', ['-v'], 'wrk'],
    ['taskset', ['-V'], 'util-linux'],
  ] as const
  const missing = tools.filter(([tool, args]) => spawnSync(tool, args).error !== undefined)
  for (const [tool, , debian] of missing) {
    console.error(`bench: ${tool} is missing; on Debian: apt install ${debian}`)
  }
  return missing.length > 0
}

function report(tables: string, count: number, crowded: string): string {
  return `## The request path: \`npm run bench\`

${[surroundings(), crowded].filter(Boolean).join('\n\n')}

Median of ${count} alternating rounds of ${options.seconds} s: wrk with ${CONNECTIONS} connections asks for 1 KB of JSON
as fast as it is answered. Each proxy has one core for all its processes; wrk and both upstreams share
another. "All" counts every process of the contender, and what it does after the load has ended;
"compared" is the share of the requests that were mirrored, compared and stored, in the worst round.
nginx \`mirror\` records and compares nothing.

${tables}`
}
