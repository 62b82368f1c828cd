import { expect, test } from 'vitest'

import { type Counters, sumCounters } from '../../src/core/counters.ts'

const reading: Counters = {
  seen: 7,
  pending: 1,
  mirrored: 4,
  unmirrored: { method: 2 },
  inFlight: 1,
  match: 1,
  divergent: 1,
  incomparable: { truncated: 1 },
  lost: {},
}

test('readings of several processes add up, reason by reason', () => {
  const other = { ...reading, unmirrored: { method: 1, paused: 1 }, lost: { shutdown: 3 } }
  expect(sumCounters([reading, other])).toEqual({
    seen: 14,
    pending: 2,
    mirrored: 8,
    unmirrored: { method: 3, paused: 1 },
    inFlight: 2,
    match: 2,
    divergent: 2,
    incomparable: { truncated: 2 },
    lost: { shutdown: 3 },
  })
})

test('the control’s books add up too, and are absent when nobody has a control', () => {
  const control = { sent: 3, ok: 1, failed: 1, skipped: { busy: 2 } }
  const more = { sent: 1, ok: 1, failed: 0, skipped: { busy: 1, 'not-sampled': 5 } }
  const sum = sumCounters([{ ...reading, control }, reading, { ...reading, control: more }])
  expect(sum.control).toEqual({
    sent: 4,
    ok: 2,
    failed: 1,
    skipped: { busy: 3, 'not-sampled': 5 },
  })
  expect(sumCounters([reading, reading])).not.toHaveProperty('control')
})
