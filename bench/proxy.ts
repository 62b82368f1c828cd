/**
 * The request path beside nginx, side by side in one run: every proxy on one core, the load generator and the
 * upstreams on another. Rounds alternate, because machines have moods; medians and ratios of the same
 * round are what counts. `npm run bench` takes at most ten minutes, with `-- --quick` three;
 * `-- --write` keeps the result in RESULTS.md.
 */

import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { messageOf } from '../src/core/errors.ts'
import { direct, nginx, shadowdiff, type Contender } from './contenders.ts'
import { allowedCores, pin } from './cpu.ts'
import { goalTable, type Results } from './goals.ts'
import { endureAll, isolationTable } from './isolation.ts'
import { measureMemory, memoryTable } from './memory.ts'
import { startMoodyShadow } from './moody-shadow.ts'
import { startAsker } from './paced-load.ts'
import { paceAll, pacedTable, type Pacing } from './paced.ts'
import { writeSection } from './results.ts'
import { intro, ISOLATION, MEMORY, PACED, PACED_ON_ALL } from './path-report.ts'
import { pressAll, pressTables, warmUp, type Press } from './saturation.ts'
import { crowding } from './table.ts'
import { startUpstreams, type Upstreams } from './upstreams.ts'

const PARTS = ['press', 'pace', 'isolation', 'memory'] as const
const PER_SECOND = 500

const { values: options } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    /** Parts by name, with commas; all of them without it. */
    only: { type: 'string', default: PARTS.join() },
    /** Scales all times; for trying the bench itself. */
    scale: { type: 'string', default: '1' },
  },
})

const scale = Number(options.scale)
const { quick } = options
/** Rounds of the first kind of load and of the others, and seconds of each. */
const press = { first: quick ? 2 : 3, others: quick ? 1 : 2, seconds: seconds(quick ? 2 : 4) }
const pace: Pacing = { perSecond: PER_SECOND, rounds: quick ? 3 : 8, seconds: seconds(2) }
const endure: Pacing = { perSecond: PER_SECOND, rounds: quick ? 2 : 5, seconds: seconds(2) }
const memorySeconds = seconds(quick ? 8 : 20)

const opened: { stop(): Promise<void> | void }[] = []
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
  const startedAt = performance.now()
  const crowded = crowding()
  if (crowded !== '') console.log(`${crowded}\n`)
  const upstreams = await keep(startUpstreams(loadCore))
  const parts: string[] = []
  const results: { -readonly [K in keyof Results]: Results[K] } = {}
  const { signal } = interrupted
  const isWanted = (part: (typeof PARTS)[number]) => options.only.split(',').includes(part)

  if (isWanted('press') || isWanted('pace')) {
    const all = await openContenders(upstreams, proxyCore)
    await warmUp(all.slice(3), upstreams.questions['1 KB'], {
      seconds: seconds(10),
      core: loadCore,
    })
    for (const [index, one] of isWanted('press') ? pressesOf(all, upstreams).entries() : []) {
      const rounds = index === 0 ? press.first : press.others
      const patience = { rounds, seconds: press.seconds, core: loadCore }
      const measured = await pressAll(one, patience, signal)
      if (index === 0) results.pressed = measured
      parts.push(pressTables(one.title, measured))
    }
    if (isWanted('pace')) {
      const asker = await keep(startAsker(loadCore))
      results.paced = await paceAll(all, asker, pace, signal)
      for (const pid of all.flatMap(({ allPids }) => allPids)) pin(pid, proxyCore, loadCore)
      results.pacedOnAll = await paceAll(all, asker, pace, signal)
      parts.push(
        `### Latency at ${PER_SECOND} requests/s\n\n${PACED}\n\n${pacedTable(results.paced)}\n\n` +
          `${PACED_ON_ALL}\n\n${pacedTable(results.pacedOnAll)}\n`,
      )
    }
  }
  if (isWanted('isolation') || isWanted('memory')) {
    const shadow = await keep(startMoodyShadow(loadCore))
    const place = { primary: upstreams.primary, shadow: shadow.url, core: proxyCore }
    if (isWanted('isolation')) {
      const asker = await keep(startAsker(loadCore))
      const proxy = await keep(shadowdiff(place, 100, 'brief'))
      results.moods = await endureAll(proxy, shadow, asker, endure, signal)
      parts.push(`### A sick shadow\n\n${ISOLATION}\n\n${isolationTable(results.moods)}\n`)
    }
    if (isWanted('memory')) {
      const proxy = await keep(shadowdiff(place, 100, 'never'))
      const how = { seconds: memorySeconds, core: loadCore }
      results.memory = await measureMemory(proxy, shadow, upstreams.questions.large, how)
      parts.push(`### Memory\n\n${MEMORY}\n\n${memoryTable(results.memory)}\n`)
    }
  }
  const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1)
  const report = `${intro(crowded, quick)}\n\n${goalTable(results)}\n\n${parts.join('\n')}`
  console.log(`\n${report}\nThat took ${minutes} minutes.`)
  if (options.write) await writeSection('bench:proxy', report)
}

async function keep<T extends { stop(): Promise<void> | void }>(starting: Promise<T>): Promise<T> {
  const one = await starting
  opened.push(one)
  return one
}

async function openContenders(upstreams: Upstreams, core: number): Promise<readonly Contender[]> {
  const place = { primary: upstreams.primary, shadow: upstreams.shadow, core }
  return [
    direct(place),
    await keep(nginx(place, false)),
    await keep(nginx(place, true)),
    await keep(shadowdiff(place, 0)),
    await keep(shadowdiff(place, 100)),
  ]
}

/** The kinds of load that tell something; the first is what the goals speak of. */
function pressesOf(all: readonly Contender[], { questions }: Upstreams): readonly Press[] {
  const proxies = all.slice(1)
  const mirrors = all.filter(({ name }) => name === 'nginx mirror' || name.endsWith('compared'))
  return [
    {
      title: 'GET, 1 KB, 32 connections',
      question: questions['1 KB'],
      connections: 32,
      contenders: all,
    },
    {
      title: 'GET, 1 KB, 512 connections',
      question: questions['1 KB'],
      connections: 512,
      contenders: mirrors,
    },
    {
      title: 'POST, 1 KB both ways, 32 connections',
      question: questions.POST,
      connections: 32,
      contenders: proxies,
    },
    {
      title: 'GET, 100 KB, 32 connections',
      question: questions['100 KB'],
      connections: 32,
      contenders: proxies,
    },
    {
      title: 'GET, 10 MB, 32 connections',
      question: questions['10 MB'],
      connections: 32,
      contenders: proxies,
    },
  ]
}

function seconds(wanted: number): number {
  return Math.max(1, Math.round(wanted * scale))
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
