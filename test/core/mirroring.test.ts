import { expect, test } from 'vitest'
import { mirrorView, overridesOf } from '../../src/core/mirroring.ts'
import type { StoredOverride } from '../../src/core/ports.ts'
import type { RouteSettings } from '../../src/core/settings.ts'

const leg = { url: 'http://v.example', timeoutMs: 1, idleMs: 1 }
const routes: readonly RouteSettings[] = [
  {
    name: 'default',
    primary: leg,
    shadow: {
      ...leg,
      percent: 12.5,
      methods: 'all',
      host: { kind: 'suffix' },
      maxRequestBodyBytes: 1,
      maxInFlight: 1,
      maxBacklog: 1,
    },
  },
  { name: 'plain', primary: leg },
]
const override = (over: Partial<StoredOverride>): StoredOverride => ({
  route: '',
  paused: false,
  by: 'ann',
  at: 1_000,
  ...over,
})

test('without overrides the configuration holds, and routes without shadow are not listed', () => {
  expect(mirrorView(routes, [])).toEqual({
    routes: [{ route: 'default', configured: 12.5, effective: 12.5, paused: false }],
  })
})

test('a pause of all routes holds for each, and names who paused last', () => {
  const stored = [
    override({ paused: true, by: 'ann', at: 2_000 }),
    override({ route: 'default', percent: 5, by: 'bob', at: 1_000 }),
  ]
  expect(mirrorView(routes, stored).routes).toEqual([
    {
      route: 'default',
      configured: 12.5,
      effective: 0,
      paused: true,
      percent: 5,
      changed: 'both',
      by: 'ann',
      at: '1970-01-01T00:00:02.000Z',
    },
  ])
})

test('the smallest of configured and overridden percentages holds', () => {
  const all = override({ percent: 50 })
  expect(mirrorView(routes, [all]).routes[0]?.effective).toBe(12.5)
  const own = override({ route: 'default', percent: 3 })
  expect(mirrorView(routes, [all, own]).routes[0]).toMatchObject({ effective: 3, percent: 3 })
  expect(overridesOf(routes, [all, own])).toEqual([
    { route: 'default', paused: false, percent: 3 },
    { route: 'plain', paused: false, percent: 50 },
  ])
})

test.each([
  ['route', [override({ route: 'default', percent: 3 }), override({ paused: false })]],
  ['all', [override({ paused: true })]],
  ['both', [override({ paused: true }), override({ route: 'default', percent: 3 })]],
  [undefined, [override({ route: 'plain', paused: true })]],
])('whose change it is, is told: %s', (expected, stored) => {
  expect(mirrorView(routes, stored).routes[0]?.changed).toBe(expected)
})
