import { expect, test } from 'vitest'
import { consoleSettings, openConsole } from '../support/console.ts'

const ann = { name: 'ann', role: 'viewer' as const, token: 'anns-token' }

test.each(['localhost', 'localhost:8081', 'LOCALHOST:9', '127.0.0.1:8081', '[::1]:8081', '[::1]'])(
  'on loopback the console answers to %s',
  async (host) => {
    const app = await openConsole()
    expect((await app.inject({ url: '/api/v1/status', headers: { host } })).statusCode).toBe(200)
  },
)

test.each([
  'attacker.example',
  'attacker.example:8081',
  'localhost.attacker.example',
  '127.0.0.1.attacker.example',
  '127.0.0.2',
  '[::2]:8081',
  'localhost:80@attacker.example',
])('on loopback a page that calls it %s reads nothing', async (host) => {
  const app = await openConsole()
  for (const url of ['/api/v1/status', '/', '/api/v1/export', '/nothing']) {
    const answer = await app.inject({ url, headers: { host } })
    expect(answer.statusCode).toBe(403)
    expect(answer.json()).toMatchObject({
      detail: expect.stringMatching(/^Host: expected/) as string,
    })
  }
})

test('the address that is listened on is one of the names', async () => {
  const app = await openConsole({ settings: consoleSettings('127.0.0.7') })
  const ask = (host: string) => app.inject({ url: '/api/v1/status', headers: { host } })
  expect((await ask('127.0.0.7:8081')).statusCode).toBe(200)
  expect((await ask('127.0.0.8:8081')).statusCode).toBe(403)
})

test('off loopback any name will do, because a token is required', async () => {
  const app = await openConsole({ settings: consoleSettings('0.0.0.0', [ann]) })
  const headers = { host: 'console.corp.example', authorization: 'Bearer anns-token' }
  expect((await app.inject({ url: '/api/v1/status', headers })).statusCode).toBe(200)
})

test('tokens do not replace the name on loopback', async () => {
  const app = await openConsole({ settings: consoleSettings('127.0.0.1', [ann]) })
  const headers = { host: 'attacker.example', authorization: 'Bearer anns-token' }
  expect((await app.inject({ url: '/api/v1/status', headers })).statusCode).toBe(403)
})
