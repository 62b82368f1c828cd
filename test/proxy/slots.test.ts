import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Slotted } from '../../src/proxy/slots.ts'
import { Slots } from '../../src/proxy/slots.ts'

test('holds what a Set holds, whatever comes and goes', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat({ max: 9 }))), (steps) => {
      const members: Slotted[] = Array.from({ length: 10 }, () => ({ slot: -1 }))
      const slots = new Slots<Slotted>()
      const model = new Set<Slotted>()
      for (const [adds, index] of steps) {
        const member = members[index]
        if (member === undefined) continue
        if (!adds) {
          slots.delete(member)
          model.delete(member)
        } else if (!model.has(member)) {
          slots.add(member)
          model.add(member)
        }
        expect(slots.size).toBe(model.size)
      }
      expect(new Set(slots.snapshot())).toEqual(model)
      for (const [place, member] of slots.snapshot().entries()) expect(member.slot).toBe(place)
    }),
  )
})
