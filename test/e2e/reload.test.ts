import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { imbalanceOf } from '../support/books-balance.ts'
import { runShadowdiff } from '../support/shadowdiff.ts'
import type { RunningShadowdiff } from '../support/shadowdiff.ts'
import { startVersionUpstream } from '../support/version-upstream.ts'
import type { VersionUpstream } from '../support/version-upstream.ts'

let primary: VersionUpstream
let shadow: VersionUpstream
let folder: string
let file: string
beforeAll(async () => {
  primary = await startVersionUpstream(1)
  shadow = await startVersionUpstream(2)
})
afterAll(() => Promise.all([primary.close(), shadow.close()]))

let service: RunningShadowdiff
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shadowdiff-reload-'))
  file = join(folder, 'shadowdiff.yaml')
  writeFileSync(file, 'percent: 100\n')
  service = await runShadowdiff({
    ...{ primary: primary.url, shadow: shadow.url },
    args: ['--config', file, '--workers', '2'],
  })
})
afterEach(async () => {
  await service.remove()
  await rm(folder, { recursive: true, force: true })
})

/** Clients that keep their connections; what goes wrong is in words. */
function startClients(count: number) {
  const wrong: string[] = []
  let answered = 0
  let isOver = false
  const client = async () => {
    while (!isOver) {
      try {
        const response = await fetch(`${service.proxy}/x`)
        const { version } = (await response.json()) as { version: number }
        if (response.status === 200 && version === 1) answered++
        else wrong.push(`${response.status} from version ${version}`)
      } catch (error) {
        wrong.push(String(error))
      }
    }
  }
  const done = Promise.all(Array.from({ length: count }, client))
  return {
    wrong,
    answered: () => answered,
    stop: async () => {
      isOver = true
      await done
    },
  }
}

/** Sends SIGHUP and waits for the sentence that follows it. */
async function hangUp(expected: RegExp): Promise<void> {
  const from = service.log().length
  process.kill(service.pid, 'SIGHUP')
  await expect.poll(() => service.log().slice(from)).toMatch(expected)
}

test('SIGHUP takes other routes and rules under traffic without a broken connection', async () => {
  const clients = startClients(8)
  await expect.poll(() => clients.answered()).toBeGreaterThan(50)
  writeFileSync(file, 'percent: 0\nrules: [{ id: version, ignore: "body:/version" }]\n')
  await hangUp(/read again and is in force/)
  const { counters: before } = await service.api.settled().catch(() => service.api.status())
  const answered = clients.answered()
  await expect.poll(() => clients.answered()).toBeGreaterThan(answered + 100)
  const { counters } = await service.api.status()
  expect(counters.unmirrored['not-sampled']).toBeGreaterThanOrEqual(100)
  expect(counters.mirrored - before.mirrored).toBe(0)

  writeFileSync(file, 'percent: 100\nrules: [{ id: version, ignore: "body:/version" }]\n')
  await hangUp(/read again and is in force/)
  await expect.poll(async () => (await service.api.status()).counters.match).toBeGreaterThan(20)
  await clients.stop()
  expect(clients.wrong).toEqual([])
  const { counters: last, upstreams } = await service.api.settled()
  expect(imbalanceOf(last)).toBe('')
  expect(upstreams).toMatchObject([{ percent: 100 }])
}, 90_000)

test('a bad file changes nothing and all its problems are told', async () => {
  writeFileSync(file, 'percent: 200\nmethods: 7\nnonsense: true\n')
  await hangUp(/not changed:[^]*percent[^]*methods[^]*nonsense/)
  const refused = await service.api.change('POST', 'reload', {})
  expect(refused.status).toBe(400)
  const { upstreams } = await service.api.status()
  expect(upstreams).toMatchObject([{ percent: 100, methods: 'all' }])
  await fetch(`${service.proxy}/x`)
  expect((await service.api.settled()).counters.mirrored).toBe(1)
})

test('a rule of the file that the console has already is refused, and nothing is changed', async () => {
  const rule = { id: 'version', ignore: 'body:/version' }
  expect((await service.api.change('POST', 'rules', rule)).status).toBe(201)
  writeFileSync(file, 'percent: 0\nrules: [{ id: version, ignore: "body:/path" }]\n')
  await hangUp(/not changed:[^]*the console has "version" already/)
  await fetch(`${service.proxy}/x`)
  const { counters } = await service.api.settled()
  expect(counters).toMatchObject({ mirrored: 1, match: 1 })
})

test('keys that need a restart are named, and the others are in force', async () => {
  writeFileSync(file, 'percent: 0\nrun: another\n')
  await hangUp(/in force\n[^]*only a restart changes: .*run/)
  await fetch(`${service.proxy}/x`)
  expect((await service.api.settled()).counters.unmirrored).toEqual({ 'not-sampled': 1 })
})

test('what is kept of an exchange changes with the configuration, from the next one on', async () => {
  const send = async () => {
    await fetch(`${service.proxy}/x`, { method: 'POST', body: '{"color":"very-private-blue"}' })
    await service.api.settled()
    const [row] = await service.api.exchanges()
    return (await service.api.exchange(row?.id ?? '')).request.body
  }
  const kept = await send()
  writeFileSync(file, 'record: { redact: { body: [/color] } }\n')
  await hangUp(/read again and is in force/)
  expect(JSON.stringify(await send())).not.toBe(JSON.stringify(kept))
  expect(service.log()).not.toContain('only a restart changes')
})
