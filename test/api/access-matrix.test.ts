import { expect, test } from 'vitest'
import type { ConsoleUser } from '../../src/core/settings.ts'
import { consoleSettings, openConsole } from '../support/console.ts'

const USERS: readonly ConsoleUser[] = [
  { name: 'ann', role: 'operator', token: 'anns-token' },
  { name: 'bob', role: 'viewer', token: 'bobs-token' },
  { name: 'ci', role: 'gate', token: 'gate-token' },
]

/** What each route is for: `open` to all, `gate` for every token, then viewers, then operators alone. */
const ROUTES: readonly (readonly [access: string, method: string, url: string])[] = [
  ['open', 'GET', '/healthz'],
  ['open', 'GET', '/readyz'],
  ['open', 'GET', '/login'],
  ['open', 'GET', '/login.css'],
  ['open', 'POST', '/login'],
  ['open', 'POST', '/logout'],
  ['gate', 'GET', '/metrics'],
  ['gate', 'GET', '/api/v1/me'],
  ['gate', 'GET', '/api/v1/openapi.json'],
  ['gate', 'GET', '/api/v1/runs'],
  ['gate', 'GET', '/api/v1/status'],
  ['gate', 'GET', '/api/v1/verdict'],
  ['gate', 'POST', '/api/v1/gate/flagger/:hook'],
  ['viewer', 'GET', '/'],
  ['viewer', 'GET', '/*'],
  ['viewer', 'GET', '/api/v1/audit'],
  ['viewer', 'GET', '/api/v1/divergences'],
  ['viewer', 'GET', '/api/v1/divergences/:id'],
  ['viewer', 'GET', '/api/v1/divergences/counts'],
  ['viewer', 'GET', '/api/v1/endpoints'],
  ['viewer', 'GET', '/api/v1/endpoints/untested'],
  ['viewer', 'GET', '/api/v1/events'],
  ['viewer', 'GET', '/api/v1/exchanges'],
  ['viewer', 'GET', '/api/v1/exchanges/:id'],
  ['viewer', 'GET', '/api/v1/exchanges/:id/changes'],
  ['viewer', 'GET', '/api/v1/export'],
  ['viewer', 'GET', '/api/v1/jobs'],
  ['viewer', 'GET', '/api/v1/jobs/:id'],
  ['viewer', 'GET', '/api/v1/mirror'],
  ['viewer', 'GET', '/api/v1/report'],
  ['viewer', 'GET', '/api/v1/rules'],
  ['viewer', 'GET', '/api/v1/rules/:id'],
  ['viewer', 'GET', '/api/v1/runs/compare'],
  ['viewer', 'GET', '/api/v1/traffic'],
  ['viewer', 'POST', '/api/v1/rules/preview'],
  ['operator', 'DELETE', '/api/v1/exchanges'],
  ['operator', 'DELETE', '/api/v1/rules/:id'],
  ['operator', 'PATCH', '/api/v1/divergences/:id'],
  ['operator', 'PATCH', '/api/v1/mirror'],
  ['operator', 'PATCH', '/api/v1/rules/:id'],
  ['operator', 'PATCH', '/api/v1/runs/:id'],
  ['operator', 'POST', '/api/v1/divergences/triage'],
  ['operator', 'POST', '/api/v1/exchanges/:id/replay'],
  ['operator', 'POST', '/api/v1/jobs/:id/cancel'],
  ['operator', 'POST', '/api/v1/recompare'],
  ['operator', 'POST', '/api/v1/reload'],
  ['operator', 'POST', '/api/v1/rules'],
  ['operator', 'POST', '/api/v1/runs'],
]

const openGuarded = () => openConsole({ settings: consoleSettings('0.0.0.0', USERS) })

/** An address of the route; what it answers does not matter, only whether the role is let through. */
const addressOf = (url: string) =>
  url.replace(':id', '1').replace(':hook', 'confirm').replace('*', 'x')

test('every route is in the table', async () => {
  const app = await openGuarded()
  const tree = app.printRoutes({ commonPrefix: false, includeHooks: false })
  const known = ROUTES.map(([, method, url]) => `${method} ${url}`).sort()
  expect(routesOf(tree).sort()).toEqual(known)
})

test.each(ROUTES)('%s: %s %s', async (access, method, url) => {
  const app = await openGuarded()
  const ask = async (token?: string) => {
    // The one endless answer: its stream is opened and never read.
    if (url === '/api/v1/events' && token !== undefined && token !== 'gate-token') return 200
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const body = method === 'GET' || method === 'DELETE' ? {} : { payload: {} }
    return (await app.inject({ method: method as 'GET', url: addressOf(url), headers, ...body }))
      .statusCode
  }
  const isRefused = (status: number) => status === 403
  const isOpen = access === 'open'
  if (!isOpen) expect(await ask()).toBe(401)
  const isLetIn = {
    gate: !isRefused(await ask('gate-token')),
    viewer: !isRefused(await ask('bobs-token')),
    operator: !isRefused(await ask('anns-token')),
  }
  expect(isLetIn).toEqual({
    gate: isOpen || access === 'gate',
    viewer: access !== 'operator',
    operator: true,
  })
})

test('a route without declared access cannot be added', async () => {
  const app = await openConsole()
  expect(() => app.get('/api/v1/forgotten', async () => 'x')).toThrow()
})

/** Fastify prints a tree; each line has its part of the path and its methods. */
function routesOf(tree: string): string[] {
  const routes: string[] = []
  const parts: string[] = []
  for (const line of tree.split('\n')) {
    const match = /^([\s│├└─]*)(\S*)(?: \(([A-Z, ]+)\))?/.exec(line)
    const [, indent = '', part = '', methods] = match ?? []
    if (part === '') continue
    const depth = indent.length / 4
    parts.length = depth
    parts[depth] = part
    for (const method of methods?.split(', ') ?? []) {
      if (method !== 'HEAD') routes.push(`${method} ${parts.join('')}`)
    }
  }
  return routes
}
