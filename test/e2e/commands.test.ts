import { dirname } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Page } from '../../src/core/lists.ts'
import type { RunRow } from '../../src/core/run-report.ts'
import { runShadowdiff } from '../support/shadowdiff.ts'
import type { RunningShadowdiff } from '../support/shadowdiff.ts'
import { startVersionUpstream } from '../support/version-upstream.ts'
import type { VersionUpstream } from '../support/version-upstream.ts'

let primary: VersionUpstream
let shadow: VersionUpstream
beforeAll(async () => {
  primary = await startVersionUpstream(1)
  shadow = await startVersionUpstream(2)
})
afterAll(() => Promise.all([primary.close(), shadow.close()]))

let service: RunningShadowdiff
beforeEach(async () => {
  service = await runShadowdiff({ primary: primary.url, shadow: shadow.url })
})
afterEach(() => service.remove())

async function ask(path: string): Promise<void> {
  const response = await fetch(`${service.proxy}${path}`)
  expect(await response.json()).toMatchObject({ version: 1 })
}

test('a pause by command holds from the next request on, over a restart, and is told in the banner', async () => {
  await ask('/before')
  expect((await service.api.change('PATCH', 'mirror', { paused: true })).status).toBe(200)
  const asked = shadow.asked()
  await ask('/paused')
  const { counters } = await service.api.settled()
  expect(counters.unmirrored).toEqual({ paused: 1 })
  expect(shadow.asked()).toBe(asked)

  await service.stop()
  let banner = ''
  service = await runShadowdiff({
    ...{ primary: primary.url, shadow: shadow.url, folder: dirname(service.db) },
    onBanner: (text) => (banner = text),
  })
  expect(banner).toMatch(/^changed +mirroring is paused since \S+ by local/m)
  await ask('/still-paused')
  expect((await service.api.settled()).counters.unmirrored).toEqual({ paused: 1 })

  const resumed = await service.api.change('PATCH', 'mirror', { paused: null })
  expect(resumed.body).toMatchObject({ routes: [{ effective: 100, paused: false }] })
  await ask('/again')
  expect((await service.api.settled()).counters.mirrored).toBe(1)
})

test('a killed proxy comes back with the overrides that hold', async () => {
  await service.api.change('PATCH', 'mirror', { paused: true })
  const pid = service.partPid('proxy') ?? 0
  process.kill(pid, 'SIGKILL')
  await expect.poll(() => [undefined, pid].includes(service.partPid('proxy'))).toBe(false)
  await expect.poll(() => ask('/').then(() => 'answers', String)).toBe('answers')
  expect((await service.api.settled()).counters.mirrored).toBe(0)
})

test('a rule made by command hides from the next exchange on, also in a recorder that was started again', async () => {
  const outcomeOf = async (path: string) => {
    await ask(path)
    await service.api.settled()
    return (await service.api.exchanges()).find((row) => row.path === path)?.outcome
  }
  expect(await outcomeOf('/one')).toBe('divergent')
  const rule = { id: 'version', ignore: 'body:/version' }
  const created = await service.api.change('POST', 'rules', rule)
  expect(created).toMatchObject({ status: 201, body: { origin: 'console', version: 1 } })
  expect(await outcomeOf('/two')).toBe('match')
  expect((await service.api.change('POST', 'rules', rule)).status).toBe(409)

  // The rule holds in a recorder that is started again, too.
  const pid = service.partPid('recorder') ?? 0
  process.kill(pid, 'SIGKILL')
  await expect
    .poll(async () => (await service.api.status()).recorder)
    .toMatchObject({ state: 'up', restarts: 1 })
  expect(await outcomeOf('/three')).toBe('match')
})

test('commands are refused as unavailable while the recorder is down', async () => {
  const pid = service.partPid('recorder') ?? 0
  process.kill(pid, 'SIGKILL')
  expect(await service.api.change('PATCH', 'mirror', { paused: true })).toMatchObject({
    status: 503,
    body: { type: 'urn:shadowdiff:problem:unavailable' },
  })
  await ask('/not-paused')
  await expect
    .poll(async () => (await service.api.change('PATCH', 'mirror', { paused: true })).status)
    .toBe(200)
})

test('a run that starts by command takes what comes, also after the recorder was started again', async () => {
  await ask('/first')
  await service.api.settled()
  const started = await service.api.change('POST', 'runs', {
    name: 'second',
    primaryVersion: '1',
    shadowVersion: '2',
  })
  expect(started.status).toBeLessThan(300)
  expect((await service.api.status()).run).toBe('second')
  await ask('/second')
  const pid = service.partPid('recorder') ?? 0
  await service.api.settled()
  process.kill(pid, 'SIGKILL')
  await expect
    .poll(async () => (await service.api.status()).recorder)
    .toMatchObject({ state: 'up', restarts: 1 })
  await ask('/third')
  await service.api.settled()
  const rows = await service.api.exchanges()
  expect(Object.fromEntries(rows.map(({ path, run }) => [path, run]))).toMatchObject({
    '/first': 'default',
    '/second': 'second',
    '/third': 'second',
  })
})

test('a run that was ended stays ended when the recorder is started again, and takes what still comes', async () => {
  const { items: open } = await service.api.get<Page<RunRow>>('runs')
  const id = open[0]?.id ?? 0
  expect((await service.api.change('PATCH', `runs/${id}`, { end: true })).status).toBe(200)
  process.kill(service.partPid('recorder') ?? 0, 'SIGKILL')
  await expect
    .poll(async () => (await service.api.status()).recorder)
    .toMatchObject({ state: 'up', restarts: 1 })
  await ask('/after')
  await service.api.settled()
  const { items } = await service.api.get<Page<RunRow>>('runs')
  expect(items).toMatchObject([{ id, exchanges: 1, endedAt: expect.any(String) as string }])

  await service.stop()
  service = await runShadowdiff({
    ...{ primary: primary.url, shadow: shadow.url, folder: dirname(service.db) },
  })
  const { items: again } = await service.api.get<Page<RunRow>>('runs')
  expect(again).toMatchObject([{ id }])
  expect(again[0]).not.toHaveProperty('endedAt')
})

test('run tells what is surprising about its configuration as warnings', async () => {
  await service.remove()
  service = await runShadowdiff({ primary: primary.url, shadow: primary.url })
  expect(service.log()).toMatch(/shadow: warning: is primary itself/)
})
