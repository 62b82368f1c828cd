/**
 * Sends a recording again: to the shadow alone, whose answers are compared with the recorded ones, or to both
 * versions. Requests of one client keep their order; at most so many are on their way at once.
 */

import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from '../core/errors.ts'
import type { Exchange, Observation } from '../core/exchange.ts'
import { fillIn, type Fillings } from './fill.ts'
import { dueMs, type Pace } from './pace.ts'
import type { RecordedRequest, Unsendable } from './recorded-request.ts'

/** A request as it is sent to one upstream. */
export interface OutgoingReplay {
  readonly method: string
  readonly target: string
  readonly headers: readonly string[]
  readonly body: Buffer
}

/** Sends to one upstream; never rejects. */
export type Send = (request: OutgoingReplay) => Promise<Observation>

/** What a replay needs. */
export interface ReplayOptions {
  /** Oldest first. */
  readonly requests: AsyncIterable<RecordedRequest>
  readonly shadow: Send
  /** Absent: the recorded answers are primary's. */
  readonly primary?: Send
  readonly fillings: Fillings
  /** Leave out what is redacted and not filled in, instead of skipping the request. */
  readonly dropRedacted: boolean
  readonly pace: Pace
  readonly concurrency: number
  /** Whether requests that may change something are sent. */
  readonly unsafe: boolean
  /** A fresh UUIDv7 for an exchange that began then. */
  readonly newId: (startedAt: number) => string
  /** The Host of the shadow's copy. */
  readonly shadowHost: (host: string) => string
  /** Takes each exchange over; the replay waits for it. */
  readonly take: (exchange: Exchange) => Promise<void>
  readonly onProgress?: (totals: ReplayTotals) => void
  /** Stops sending; what is on its way is finished. */
  readonly signal: AbortSignal
}

/** Why a recorded request was not sent. */
export type SkipReason = Unsendable | 'unsafe-method' | 'redacted' | 'no-recorded-answer'

/** How far a replay is. */
export interface ReplayTotals {
  /** Requests read from the recording. */
  readonly read: number
  readonly sent: number
  readonly done: number
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>
}

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** So many requests are read ahead per place, so that one busy client does not leave the other places empty. */
const READ_AHEAD = 8

/** Runs to the end of the recording, or until the signal. */
export async function replay(options: ReplayOptions): Promise<ReplayTotals> {
  const { requests, pace, concurrency, signal, onProgress } = options
  const skipped: Partial<Record<SkipReason, number>> = {}
  const totals = { read: 0, sent: 0, done: 0, skipped }
  const clients = new Map<string, Promise<void>>()
  const places = createPlaces(concurrency)
  const window = createPlaces(concurrency * READ_AHEAD)
  const pending = new Set<Promise<void>>()
  const startedAt = performance.now()
  let first: number | undefined
  const trouble: { error?: Error } = {}
  const isOver = (): boolean => signal.aborted || trouble.error !== undefined

  for await (const request of requests) {
    if (isOver()) break
    totals.read++
    const outgoing = prepare(request, options)
    if (typeof outgoing === 'string') {
      skipped[outgoing] = (skipped[outgoing] ?? 0) + 1
      onProgress?.(totals)
      continue
    }
    first ??= request.at
    const due = startedAt + dueMs(pace, totals.sent, request.at - first) - performance.now()
    if (due > 0) await delay(due, undefined, { signal }).catch(() => undefined)
    if (isOver()) break
    await window.enter()
    totals.sent++
    const before = clients.get(request.client)
    const sending = (async () => {
      try {
        await before
        await places.enter()
        try {
          await options.take(await exchangeOf(request, outgoing, options))
        } finally {
          places.leave()
        }
        totals.done++
      } catch (error) {
        trouble.error ??= error instanceof Error ? error : new Error(messageOf(error))
      } finally {
        window.leave()
        onProgress?.(totals)
      }
    })()
    clients.set(request.client, sending)
    pending.add(sending)
    void sending.then(() => {
      pending.delete(sending)
      if (clients.get(request.client) === sending) clients.delete(request.client)
    })
  }
  await Promise.all(pending)
  if (trouble.error !== undefined) throw trouble.error
  return totals
}

function prepare(
  request: RecordedRequest,
  { unsafe, primary, fillings, dropRedacted }: ReplayOptions,
): OutgoingReplay | SkipReason {
  if (request.unsendable !== undefined) return request.unsendable
  if (!unsafe && !SAFE.has(request.method)) return 'unsafe-method'
  if (primary === undefined && request.primary === undefined) return 'no-recorded-answer'
  const { target, headers, body, unfilled } = fillIn(request, fillings, dropRedacted)
  if (unfilled.length > 0) return 'redacted'
  return { method: request.method, target, headers, body }
}

async function exchangeOf(
  recorded: RecordedRequest,
  outgoing: OutgoingReplay,
  { primary, shadow, shadowHost, newId }: ReplayOptions,
): Promise<Exchange> {
  const startedAt = Date.now()
  const id = newId(startedAt)
  const requestId = recorded.requestId ?? id
  const headers = withLine(outgoing.headers, 'x-request-id', requestId)
  const toShadow = withShadowHost(withLine(headers, 'x-shadow', 'shadow'), shadowHost)
  const [ofPrimary, ofShadow] = await Promise.all([
    primary === undefined ? recorded.primary : primary({ ...outgoing, headers }),
    shadow({ ...outgoing, headers: toShadow }),
  ])
  return {
    id,
    requestId,
    startedAt,
    route: '',
    source: 'replay',
    request: {
      method: outgoing.method,
      target: outgoing.target,
      headers,
      body: { bytes: outgoing.body, length: outgoing.body.length },
    },
    ...(ofPrimary === undefined ? {} : { primary: ofPrimary }),
    shadow: ofShadow,
    shadowWaitMs: 0,
  }
}

function withLine(headers: readonly string[], name: string, value: string): readonly string[] {
  const kept: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i]?.toLowerCase() !== name) kept.push(headers[i] ?? '', headers[i + 1] ?? '')
  }
  return [...kept, name, value]
}

function withShadowHost(
  headers: readonly string[],
  shadowHost: (host: string) => string,
): readonly string[] {
  return headers.map((text, index) =>
    index % 2 === 1 && headers[index - 1]?.toLowerCase() === 'host' ? shadowHost(text) : text,
  )
}

interface Places {
  enter(): Promise<void>
  leave(): void
}

/** Lets so many in at once, the others in their order. */
function createPlaces(count: number): Places {
  let free = count
  const waiting: (() => void)[] = []
  return {
    enter: async () => {
      if (free > 0) free--
      else
        await new Promise<void>((resolve) => {
          waiting.push(resolve)
        })
    },
    leave: () => {
      const next = waiting.shift()
      if (next === undefined) free++
      else next()
    },
  }
}
