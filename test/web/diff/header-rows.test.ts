import { expect, test } from 'vitest'
import { headerRows } from '../../../web/src/diff/header-rows.ts'

const difference = (location: string) => ({
  kind: 'value' as const,
  location,
  pattern: location,
  severity: 'changed' as const,
})

test('headers meet by name whatever their case, with every line, what differs first', () => {
  const rows = headerRows(
    'header',
    ['Date', 'Mon', 'Set-Cookie', 'a=1', 'set-cookie', 'b=2', 'X-Only', 'p'],
    ['date', 'Tue', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=3'],
    {
      differences: [{ ...difference('header:set-cookie'), divergence: 'd' }],
      suppressed: [{ ...difference('header:date'), by: 'builtin:date' }],
    },
  )
  expect(
    rows.map(({ name, state, primary, shadow }) => ({ name, state, primary, shadow })),
  ).toEqual([
    { name: 'Set-Cookie', state: 'differs', primary: ['a=1', 'b=2'], shadow: ['a=1', 'b=3'] },
    { name: 'Date', state: 'suppressed', primary: ['Mon'], shadow: ['Tue'] },
    { name: 'X-Only', state: 'same', primary: ['p'], shadow: [] },
  ])
  expect(rows[1]?.by).toBe('builtin:date')
})
