import { expect, test } from 'vitest'
import type { ConsoleUser } from '../../src/core/settings.ts'
import { consoleSettings, openConsole } from '../support/console.ts'
import { listenToEvents } from '../support/event-stream.ts'

const ANN: ConsoleUser = { name: 'ann', role: 'operator', token: 'anns-token' }
const BOB: ConsoleUser = { name: 'bob', role: 'viewer', token: 'bobs-token' }

/** A console that listens, whose clock and users the test moves. */
async function openGuarded(users: readonly ConsoleUser[] = [ANN, BOB]) {
  let now = Date.UTC(2026, 0, 5)
  const settings = consoleSettings('127.0.0.1', users)
  let current = settings
  const app = await openConsole({
    settings,
    currentSettings: () => current,
    clock: { now: () => now },
    events: { intervalMs: 5, heartbeatMs: 20 },
  })
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  const logIn = async ({ token }: ConsoleUser) => {
    const answer = await app.inject({ method: 'POST', url: '/login', payload: { token } })
    return { cookie: String(answer.headers['set-cookie']).split(';')[0] ?? '' }
  }
  return {
    app,
    logIn,
    listen: (headers: Record<string, string>) =>
      listenToEvents(`${address}/api/v1/events`, headers),
    advance: (ms: number) => (now += ms),
    reload: (next: readonly ConsoleUser[]) => {
      current = consoleSettings('127.0.0.1', next)
    },
  }
}

test('whoever logs out is told nothing more; others are', async () => {
  const { app, logIn, listen } = await openGuarded()
  const own = await logIn(ANN)
  const streams = [await listen(own), await listen(own)]
  const other = await listen(await logIn(ANN))
  for (const stream of [...streams, other]) await stream.next()
  const headers = { ...own, 'sec-fetch-site': 'same-origin' }
  expect((await app.inject({ method: 'POST', url: '/logout', headers })).statusCode).toBe(204)
  for (const stream of streams) await stream.ended()
  expect(await other.comment()).toBe(': still here')
  expect((await listen(own)).response.statusCode).toBe(401)
})

test('an open stream is no use of a session, and ends with it', async () => {
  const { logIn, listen, advance } = await openGuarded()
  const stream = await listen(await logIn(BOB))
  advance(7.9 * 3_600_000)
  await stream.comment()
  advance(0.2 * 3_600_000)
  await stream.ended()
})

test('a token that a reload took away, or made one for gates, listens no longer', async () => {
  const { listen, reload } = await openGuarded()
  const anns = await listen({ authorization: `Bearer ${ANN.token}` })
  const bobs = await listen({ authorization: `Bearer ${BOB.token}` })
  reload([{ ...ANN, role: 'viewer' }])
  await bobs.ended()
  await anns.comment()
  reload([{ ...ANN, role: 'gate' }])
  await anns.ended()
})

test('who listened while nobody was asked does not go on when users are named', async () => {
  const { listen, reload } = await openGuarded([])
  const stream = await listen({})
  await stream.comment()
  reload([ANN])
  await stream.ended()
})
