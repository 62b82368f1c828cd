import { expect, test } from 'vitest'
import { SessionCookie, Sessions } from '../../src/api/sessions.ts'

const ann = { name: 'ann', role: 'operator' as const }

test('the longest unused session makes room for a new one', () => {
  const sessions = new Sessions({ now: () => 0 }, 2)
  const first = sessions.start(ann)
  const second = sessions.start(ann)
  sessions.find(first)
  const third = sessions.start(ann)
  expect([first, second, third].map((id) => sessions.find(id)?.name)).toEqual([
    'ann',
    undefined,
    'ann',
  ])
})

test('consoles on ports of one host do not take each other’s sessions', () => {
  const one = new SessionCookie('a.db 8081')
  const other = new SessionCookie('b.db 9091')
  const [pair = ''] = one.write('id-of-one', false).split(';')
  expect(one.read(`theme=dark; ${pair}; x`)).toBe('id-of-one')
  expect(other.read(`theme=dark; ${pair}`)).toBeUndefined()
  expect(one.read(undefined)).toBeUndefined()
})
