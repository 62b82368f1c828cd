/**
 * Requests at a fixed rate over raw sockets, as a process of its own: each is sent when its time has come,
 * whether or not those before it were answered, and is measured from that time on. So whatever holds up one
 * answer also counts for the requests that came meanwhile.
 */

import { connect, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { pin } from './cpu.ts'

/** What to ask for, how often, and for how long. */
export interface Pace {
  readonly url: string
  readonly path: string
  readonly perSecond: number
  readonly seconds: number
}

/** What the client side saw, in milliseconds; failures are answers that were not 200, or none. */
export interface Paced {
  readonly sent: number
  readonly failed: number
  readonly unanswered: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** A process that asks. */
export interface Asker {
  ask(pace: Pace): Promise<Paced>
  stop(): void
}

/** Answers at the beginning that are not counted: connections are made, caches are cold. */
const WARM_UP_SHARE = 0.15
/** Timers of Node are that coarse; being later than this counts, being less late is not the proxy's doing. */
const TIMER_MS = 1
/** What is not answered after this has failed. */
const PATIENCE_MS = 5000

/** Starts a process that asks, on this core alone. */
export async function startAsker(core: number): Promise<Asker> {
  const child = fork(fileURLToPath(import.meta.url), ['asker'])
  await once(child, 'message')
  if (child.pid !== undefined) pin(child.pid, core)
  return {
    ask: async (pace) => {
      child.send(pace)
      const [paced] = (await once(child, 'message')) as [Paced]
      return paced
    },
    stop: () => {
      child.kill()
    },
  }
}

/** The value below which this share of the sorted ones lies. */
export function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

if (process.argv[2] === 'asker') {
  process.on('message', (pace: Pace) => {
    void keepPace(pace).then((paced) => process.send?.(paced))
  })
  process.send?.('ready')
}

async function keepPace({ url, path, perSecond, seconds }: Pace): Promise<Paced> {
  const { hostname, port, host } = new URL(url)
  const request = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`
  const count = Math.round(perSecond * seconds)
  const first = Math.round(count * WARM_UP_SHARE)
  const latencies: number[] = []
  const free: Lane[] = []
  const lanes = new Set<Lane>()
  const start = performance.now() + 10
  let sent = 0
  let ended = 0
  let failed = 0

  await new Promise<void>((resolve) => {
    const giveUp = setTimeout(resolve, seconds * 1000 + PATIENCE_MS)
    const onEnd = (number: number, from: number, isGood: boolean, lane: Lane | undefined) => {
      if (!isGood) failed++
      else if (number >= first) latencies.push(performance.now() - from)
      if (lane !== undefined) free.push(lane)
      if (++ended === count) {
        clearTimeout(giveUp)
        resolve()
      }
    }
    const send = () => {
      const now = performance.now()
      for (; sent < count; sent++) {
        const due = start + (sent * 1000) / perSecond
        if (due > now) break
        const lane = free.pop() ?? new Lane(Number(port), hostname, onEnd, lanes)
        lane.send(request, sent, Math.min(due + TIMER_MS, now))
      }
      if (sent < count) setTimeout(send, 1)
    }
    send()
  })
  for (const lane of lanes) lane.close()
  const sorted = Float64Array.from(latencies).sort()
  const unanswered = count - ended
  return {
    sent: count,
    failed: failed + unanswered,
    unanswered,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
  }
}

type OnEnd = (number: number, from: number, isGood: boolean, lane: Lane | undefined) => void

/** One connection, for one request at a time; answers have a Content-Length. */
class Lane {
  readonly #socket: Socket
  #number = -1
  #from = 0
  #head = ''
  /** Bytes of the answer that are still to come; unknown until its head has come. */
  #missing: number | undefined

  constructor(port: number, host: string, onEnd: OnEnd, lanes: Set<Lane>) {
    lanes.add(this)
    this.#socket = connect({ port, host, noDelay: true })
    this.#socket.on('data', (chunk: Buffer) => {
      if (!this.#isWhole(chunk)) return
      const isGood = this.#head.startsWith('HTTP/1.1 200')
      const number = this.#number
      this.#number = -1
      onEnd(number, this.#from, isGood, this)
    })
    this.#socket.on('error', () => undefined)
    this.#socket.on('close', () => {
      lanes.delete(this)
      if (this.#number >= 0) onEnd(this.#number, this.#from, false, undefined)
    })
  }

  send(request: string, number: number, from: number): void {
    this.#number = number
    this.#from = from
    this.#head = ''
    this.#missing = undefined
    this.#socket.write(request)
  }

  close(): void {
    this.#number = -1
    this.#socket.destroy()
  }

  #isWhole(chunk: Buffer): boolean {
    if (this.#missing === undefined) {
      this.#head += chunk.toString('latin1')
      const end = this.#head.indexOf('\r\n\r\n')
      if (end < 0) return false
      const length = Number(/content-length: *(\d+)/i.exec(this.#head)?.[1] ?? 0)
      this.#missing = end + 4 + length - this.#head.length
    } else {
      this.#missing -= chunk.length
    }
    return this.#missing <= 0
  }
}
