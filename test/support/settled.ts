/** Waits until something has come to rest, without sleeping. */

import { setImmediate } from 'node:timers/promises'

/** Resolves with the value when it has stayed the same for many rounds of the loop. */
export async function settled(value: () => number): Promise<number> {
  let last = value()
  for (let rounds = 0; rounds < 500; rounds += 1) {
    await setImmediate()
    if (value() !== last) rounds = 0
    last = value()
  }
  return last
}
