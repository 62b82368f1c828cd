/** Keeps one part of the service running: starts it, starts it again when it dies, stops it. */

import { setTimeout as delay } from 'node:timers/promises'
import type { Answer } from './channel.ts'
import { messageOf } from './core/errors.ts'
import type { LaunchedPart, PartExit } from './launch.ts'
import { launchPart } from './launch.ts'

const FIRST_DELAY_MS = 100
const LONGEST_DELAY_MS = 5000
/** A part that ran this long has recovered: its next death starts with the shortest delay again. */
const STEADY_MS = 30_000

/** What a keeper needs to know of its part. */
export interface KeeperOptions {
  /** As people are told: `recorder`. */
  readonly name: string
  readonly entry: URL
  /** The start's content; asked at each start, because addresses are known after the first. */
  readonly start: () => unknown
  readonly answer: Answer
  readonly log: (line: string) => void
  /** Whether it listens on the same ports as others of its kind. */
  readonly sharesPorts?: boolean
  /** Called when it is gone and nobody had asked it to go. */
  readonly onLost?: () => void
  /** Called with what it told each time it has started again. */
  readonly onBack?: (started: unknown) => void
}

/** One part, kept alive. */
export class Keeper {
  readonly #options: KeeperOptions
  readonly #stopping = new AbortController()
  #part: LaunchedPart | undefined
  #restarting: Promise<void> | undefined
  #restarts = 0
  #delayMs = FIRST_DELAY_MS
  #startedAt = 0

  constructor(options: KeeperOptions) {
    this.#options = options
  }

  /** The running process, or nothing while it is down. */
  get part(): LaunchedPart | undefined {
    return this.#part
  }

  /** How often it was started again. */
  get restarts(): number {
    return this.#restarts
  }

  /** The first start; rejects with the part's own problem. Gives what the part told. */
  async start(): Promise<unknown> {
    await this.#launch()
    return this.#part?.started
  }

  /** Drains and ends it; it stays down. Gives its last word, if it had one. */
  async stop(deadlineMs: number): Promise<unknown> {
    this.#stopping.abort()
    await this.#restarting
    return this.#part?.stop(deadlineMs)
  }

  async #launch(): Promise<void> {
    const { entry, start, answer, sharesPorts = false } = this.#options
    this.#part = await launchPart({
      ...{ entry, start: start(), answer, sharesPorts },
      onExit: (exit) => {
        this.#ended(exit)
      },
    })
    this.#startedAt = performance.now()
  }

  #ended(exit: PartExit): void {
    this.#part = undefined
    if (this.#stopping.signal.aborted) return
    this.#options.onLost?.()
    const how = exit.signal ?? `code ${String(exit.code)}`
    this.#options.log(`the ${this.#options.name} ended unexpectedly (${how}); starting it again`)
    if (performance.now() - this.#startedAt > STEADY_MS) this.#delayMs = FIRST_DELAY_MS
    this.#restarting = this.#restart()
  }

  async #restart(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        await delay(this.#delayMs, undefined, { signal: this.#stopping.signal })
      } catch {
        return
      }
      this.#delayMs = Math.min(this.#delayMs * 2, LONGEST_DELAY_MS)
      try {
        await this.#launch()
        this.#restarts++
        this.#options.log(`the ${this.#options.name} is back`)
        this.#options.onBack?.(this.#part?.started)
        return
      } catch (error) {
        this.#options.log(`the ${this.#options.name} cannot start: ${messageOf(error)}`)
      }
    }
  }
}
