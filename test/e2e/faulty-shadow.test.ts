/** Every way in which a shadow can be sick, against the whole program: two workers, control, books. */

import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { imbalanceOf, total } from '../support/books-balance.ts'
import {
  MISBEHAVIOURS,
  startFaultyUpstream,
  type FaultyUpstream,
  type Misbehaviour,
} from '../support/faulty-upstream.ts'
import { startMixedLoad } from '../support/mixed-load.ts'
import { startMixedUpstream, type MixedUpstream } from '../support/mixed-upstream.ts'
import { runShadowdiff, type RunningShadowdiff } from '../support/shadowdiff.ts'

const REQUESTS = 60
/** What a proxy may take at most: Node itself, its queue, and the bodies that it may hold. */
const MAX_PROXY_BYTES = 400 * 1024 * 1024

let primary: MixedUpstream
let control: MixedUpstream
let shadow: FaultyUpstream
let service: RunningShadowdiff

beforeAll(async () => {
  primary = await startMixedUpstream(1)
  control = await startMixedUpstream(1)
  shadow = await startFaultyUpstream()
  const folder = await mkdtemp(join(tmpdir(), 'shadowdiff-faulty-'))
  const config = join(folder, 'faulty.yaml')
  await writeFile(
    config,
    [
      'workers: 2',
      `control: ${control.url}`,
      'shadow: { timeout: 400ms, idle: 400ms, breaker: { consecutiveFailures: 1000000 } }',
      '',
    ].join('\n'),
  )
  service = await runShadowdiff({
    ...{ primary: primary.url, shadow: shadow.url, folder },
    args: ['--config', config],
  })
}, 30_000)

afterAll(async () => {
  await service.remove()
  await Promise.all([primary.close(), control.close(), shadow.close()])
})

/** Handles that the proxies hold, apart from connections to healthy upstreams, which they keep for reuse. */
async function handles(): Promise<number> {
  const kept = (await primary.connections()) + (await control.connections())
  return service.proxyPids().flatMap((pid) => readdirSync(`/proc/${pid}/fd`)).length - kept
}

/** The most memory that a proxy ever had. */
function peakBytes(): number {
  const peaks = service.proxyPids().map((pid) => {
    const [, kilobytes = ''] =
      /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kilobytes) * 1024
  })
  return Math.max(...peaks)
}

async function look(from: number): Promise<number> {
  const { counters } = await service.api.status()
  expect(imbalanceOf(counters)).toBe('')
  return counters.seen - from
}

let next = 0

test.each(Object.keys(MISBEHAVIOURS).concat('refuses'))(
  'a shadow that %s: clients get primary’s bytes, the books balance at every reading, nothing stays open',
  async (name) => {
    await shadow.behave((MISBEHAVIOURS as Record<string, Misbehaviour>)[name] ?? 'refuses')
    const before = await service.api.settled()
    const handlesBefore = await handles()
    const from = next
    next += REQUESTS
    const load = startMixedLoad(service.proxy, { from, to: next, concurrency: 12 })
    while ((await look(before.counters.seen)) < REQUESTS);
    await load.done
    expect(load.wrong).toEqual([])

    const { counters, control } = await service.api.settled()
    expect(imbalanceOf(counters)).toBe('')
    const more = (key: 'match' | 'mirrored' | 'seen') => counters[key] - before.counters[key]
    expect(more('seen')).toBe(REQUESTS)
    expect(more('mirrored')).toBe(REQUESTS)
    expect(more('match')).toBe(0)
    expect(counters.lost).toEqual({})
    expect(control?.failed).toBe(0)
    await expect.poll(() => shadow.open, { timeout: 20_000 }).toBe(0)
    await expect.poll(handles, { timeout: 20_000 }).toBeLessThanOrEqual(handlesBefore)
    expect(peakBytes()).toBeLessThan(MAX_PROXY_BYTES)
    expect(total(counters.unmirrored)).toBe(0)
  },
  60_000,
)
