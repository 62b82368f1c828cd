/** The proxy processes of a service: one, or several that share their ports. */

import { AppError } from './core/errors.ts'
import type { ProxyBooks } from './core/ports.ts'
import type { BreakerState } from './core/service-reading.ts'
import type { Settings } from './core/settings.ts'
import { Keeper } from './keeper.ts'
import type { ProxyReading, ProxyStart, ProxyStarted, ProxySteer } from './parts.ts'
import { ServiceBooks, type ProxyAccount } from './proxy-books.ts'

/** A proxy answers at once; one that does not is stuck. */
const STEER_MS = 2_000

/** What proxies are started with. */
export interface ProxiesOptions {
  readonly entry: URL
  readonly count: number
  /** Unique for each start of the service. */
  readonly instance: string
  readonly queuePath: string
  /** What holds at this moment. */
  readonly steer: () => Required<ProxySteer>
  readonly log: (line: string) => void
}

interface Worker {
  readonly keeper: Keeper
  account: ProxyAccount | undefined
  steered: Required<ProxySteer>
}

/** The proxies, kept alive. */
export class Proxies {
  readonly #options: ProxiesOptions
  readonly #workers: readonly Worker[]
  readonly #books = new ServiceBooks()
  #starts = 0
  #started: ProxyStarted | undefined
  /** Whether the sockets that were opened at first are gone, and others opened where they were. */
  #reopened = false

  constructor(options: ProxiesOptions) {
    this.#options = options
    this.#workers = Array.from({ length: options.count }, (_, index) => this.#worker(index))
  }

  /** Starts all of them; where they listen. */
  async start(): Promise<ProxyStarted> {
    const [first, ...others] = this.#workers
    // The first one tells which port it is, when any would do, and whether the addresses can be had.
    const started = (await first?.keeper.start()) as ProxyStarted
    this.#started = started
    await Promise.all(others.map(({ keeper }) => keeper.start()))
    return started
  }

  /** Process ids of those that run. */
  get pids(): readonly number[] {
    return this.#workers.flatMap(({ keeper }) => (keeper.part ? [keeper.part.pid] : []))
  }

  /** How often one was started again. */
  get restarts(): number {
    return this.#workers.reduce((sum, { keeper }) => sum + keeper.restarts, 0)
  }

  /** All readings as one; rejects with `unavailable` when not one of them answers. */
  async read(): Promise<ProxyReading> {
    const answers = await Promise.all(this.#workers.map((worker) => this.#readOne(worker)))
    const readings = answers.filter((reading) => reading !== undefined)
    if (readings.length === 0) {
      const why = this.pids.length === 0 ? 'is being started again' : 'does not answer'
      throw new AppError('unavailable', `the proxy ${why}`)
    }
    return {
      counters: this.#books.total(),
      breaker: worstOf(readings.map(({ breaker }) => breaker)),
      queued: readings.reduce((sum, { queued }) => sum + queued, 0),
    }
  }

  /** Fresh readings of those that answer, each by itself. */
  async books(): Promise<readonly ProxyBooks[]> {
    await Promise.all(this.#workers.map((worker) => this.#readOne(worker)))
    return this.#books.current()
  }

  /** Readings that the recorder has not kept yet, dead proxies' last ones included. */
  async unkept(): Promise<readonly ProxyBooks[]> {
    await Promise.all(this.#workers.map((worker) => this.#readOne(worker)))
    return this.#books.unkept()
  }

  /** The recorder has kept these. */
  keep(books: readonly ProxyBooks[]): void {
    this.#books.keep(books)
  }

  /** Everything counted so far, without asking. */
  total(): ProxyReading['counters'] {
    return this.#books.total()
  }

  /** Tells every proxy what holds now; rejects with the problem of one that refuses it, or does not answer. */
  async steer(): Promise<void> {
    const now = this.#options.steer()
    const told = await Promise.allSettled(
      this.#workers.map((worker) => this.#steerOne(worker, now)),
    )
    for (const result of told) if (result.status === 'rejected') throw result.reason
  }

  /** Drains and ends all of them. */
  async stop(deadlineMs: number): Promise<void> {
    await Promise.all(
      this.#workers.map(async (worker) => {
        const { account } = worker
        const lastWord = (await worker.keeper.stop(deadlineMs)) as ProxyReading | undefined
        if (account === undefined) return
        if (lastWord !== undefined) this.#books.note(account, lastWord.counters)
        this.#books.close(account)
      }),
    )
  }

  #worker(index: number): Worker {
    const { entry, count, log } = this.#options
    const worker: Worker = {
      account: undefined,
      steered: this.#options.steer(),
      keeper: new Keeper({
        name: count === 1 ? 'proxy' : `proxy ${index + 1} of ${count}`,
        entry,
        sharesPorts: count > 1,
        start: () => this.#startOf(worker),
        answer: (what) =>
          Promise.reject(new AppError('unsupported', `nobody answers "${what}" here`)),
        log,
        onLost: () => {
          if (worker.account !== undefined) this.#books.close(worker.account)
          worker.account = undefined
        },
        onBack: () => {
          // What changed while it was starting.
          this.#steerOne(worker, this.#options.steer()).catch((error: unknown) => {
            log(String(error))
          })
        },
      }),
    }
    return worker
  }

  #startOf(worker: Worker): ProxyStart {
    const { instance, queuePath, steer } = this.#options
    // A start that failed never listened, and has nothing to account for.
    if (worker.account !== undefined) this.#books.close(worker.account)
    worker.account = this.#books.open(`${instance}-${++this.#starts}`)
    worker.steered = steer()
    const { settings, overrides } = worker.steered
    return { settings: this.#placed(settings), overrides, queuePath, instance }
  }

  /** Where clients know it, once it was somewhere. */
  #placed(settings: Settings): Settings {
    const started = this.#started
    if (started === undefined) return settings
    // Those that live hold the shared socket under the address that was asked for, port 0 included.
    this.#reopened ||= this.pids.length === 0
    if (!this.#reopened) return settings
    return {
      ...settings,
      listen: started.address,
      ...(started.healthAddress && { health: started.healthAddress }),
    }
  }

  async #readOne({ keeper, account }: Worker): Promise<ProxyReading | undefined> {
    if (keeper.part === undefined || account === undefined) return undefined
    try {
      const reading = (await keeper.part.ask('reading')) as ProxyReading
      this.#books.note(account, reading.counters)
      return reading
    } catch {
      // One that is stuck or dying counts with its last reading.
      return undefined
    }
  }

  async #steerOne(worker: Worker, { settings, overrides }: Required<ProxySteer>): Promise<void> {
    const { part } = worker.keeper
    if (part === undefined) return
    const steer: ProxySteer =
      worker.steered.settings === settings ? { overrides } : { settings, overrides }
    await part.ask('steer', steer, STEER_MS)
    worker.steered = { settings, overrides }
  }
}

const RANK: Readonly<Record<BreakerState, number>> = { closed: 0, 'half-open': 1, open: 2 }

/** Each proxy has breakers of its own; what is told is the worst of them. */
function worstOf(
  breakers: readonly Readonly<Record<string, BreakerState>>[],
): Readonly<Record<string, BreakerState>> {
  const worst: Record<string, BreakerState> = {}
  for (const [route, state] of breakers.flatMap((breaker) => Object.entries(breaker))) {
    if (RANK[state] >= RANK[worst[route] ?? 'closed']) worst[route] = state
  }
  return worst
}
