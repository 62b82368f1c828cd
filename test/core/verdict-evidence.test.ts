import { expect, test } from 'vitest'

import { failurePairOf } from '../../src/core/verdict-evidence.ts'

test.each([
  [200, 200, undefined],
  [404, 200, undefined],
  [500, 500, undefined],
  [503, undefined, undefined],
  [undefined, undefined, undefined],
  [200, 500, { side: 'shadow', how: 'error' }],
  [404, 501, { side: 'shadow', how: 'error' }],
  [200, 503, { side: 'shadow', how: 'unavailable' }],
  [200, undefined, { side: 'shadow', how: 'unavailable' }],
  [500, 200, { side: 'primary', how: 'error' }],
  [504, 404, { side: 'primary', how: 'unavailable' }],
  [undefined, 200, { side: 'primary', how: 'unavailable' }],
] as const)('primary %s beside shadow %s', (primary, shadow, pair) => {
  expect(failurePairOf(primary, shadow)).toEqual(pair)
})
