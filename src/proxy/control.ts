/**
 * The control leg of one route: a share of what is mirrored is repeated to primary's version, so that what
 * varies by itself is known. Nothing waits for it but the row of the exchange: a repeat that finds no place
 * is not made, and its failures are nobody's.
 */

import type { ControlSkipReason } from '../core/counters.ts'
import type { ControlSettings, PrimarySettings } from '../core/settings.ts'
import { afterReading } from './after-reading.ts'
import { answerFloor } from './answer-floor.ts'
import { copyHeaders } from './copy-head.ts'
import { Copy, type CopyEnding, type CopyLeg, type CopyRequest } from './copy.ts'
import { headEdits, type HeadEdits } from '../core/head-edits.ts'
import type { Transport } from './leg.ts'
import type { OrderKey } from './order.ts'
import type { Passage } from './passage.ts'
import { isSafeMethod } from './methods.ts'
import { isSampled } from './sample.ts'
import { Slots } from './slots.ts'

/** How often repeats that take too long are looked for. */
const SWEEP_MS = 250

/** A repeat that has its place and is still to be sent. */
export interface Repeat {
  send(now: number): void
}

/** What a control leg is made of. */
export interface ControlOptions {
  readonly settings: ControlSettings
  /** Its edits hold where control has none: it is the same version. */
  readonly primary: Pick<PrimarySettings, 'headers' | 'rewritePrefix'>
  readonly transport: Transport
  readonly maxBodyBytes: number
}

/** Repeats requests to primary's version: at most `maxInFlight` at once, none waiting. */
export class Control implements CopyLeg {
  readonly role = 'control'
  readonly settings: ControlSettings
  readonly answerFloor: number
  readonly #edits: HeadEdits | undefined
  readonly #transport: Transport
  readonly #repeats = new Slots<Copy>()
  /** Callers whose order counts and who have a repeat under way: theirs must not overtake each other. */
  readonly #callers = new Set<OrderKey>()
  #stopped = false
  readonly #sweeper: NodeJS.Timeout

  constructor({ settings, primary, transport, maxBodyBytes }: ControlOptions) {
    this.settings = settings
    this.answerFloor = answerFloor(maxBodyBytes)
    const hasOwn = settings.headers !== undefined || settings.rewritePrefix !== undefined
    this.#edits = headEdits(hasOwn ? settings : primary)
    this.#transport = transport
    this.#sweeper = setInterval(afterReading, SWEEP_MS, (now: number) => {
      for (const repeat of this.#repeats.snapshot()) repeat.check(now)
    }).unref()
  }

  /** Repeats on their way. */
  get busy(): number {
    return this.#repeats.size
  }

  /** Gives a request whose copy leaves its place, or counts why it is not repeated. */
  take(passage: Passage): Repeat | undefined {
    const reason = this.#declines(passage)
    if (reason !== undefined) {
      passage.skipRepeat(reason)
      return undefined
    }
    const copy = new Copy(passage, this)
    this.#repeats.add(copy)
    if (passage.orderKey !== undefined) this.#callers.add(passage.orderKey)
    passage.sendRepeat()
    return {
      send: (now) => {
        copy.send(this.#transport, this.#request(passage), now)
      },
    }
  }

  ended(copy: Copy, passage: Passage, ending: CopyEnding): void {
    this.#repeats.delete(copy)
    if (passage.orderKey !== undefined) this.#callers.delete(passage.orderKey)
    passage.repeatEnded(ending === 'answered')
  }

  /** From now on nothing is repeated; what is on its way may end. */
  stop(): void {
    this.#stopped = true
  }

  /** Cuts what is still on its way: those exchanges go without control. */
  close(): void {
    this.#stopped = true
    clearInterval(this.#sweeper)
    for (const repeat of this.#repeats.snapshot()) {
      this.#repeats.delete(repeat)
      repeat.cut()
    }
    this.#callers.clear()
    this.#transport.destroy()
  }

  #declines({ head, admitted, orderKey }: Passage): ControlSkipReason | undefined {
    const { isPrimary, percent, maxInFlight } = this.settings
    if (this.#stopped) return 'shutdown'
    if (isPrimary && !isSafeMethod(head.method)) return 'unsafe-method'
    if (!isSampled(admitted.requestId, percent, 'control')) return 'not-sampled'
    const isFull = this.#repeats.size >= maxInFlight
    return isFull || (orderKey !== undefined && this.#callers.has(orderKey)) ? 'busy' : undefined
  }

  #request({ admitted }: Passage): CopyRequest {
    const edits = this.#edits
    return {
      target: edits?.target(admitted.target) ?? admitted.target,
      headers: copyHeaders(admitted, { mark: 'control', edits }),
    }
  }
}
