/**
 * Live updates. The server says that something changed, never what; each event marks what is shown as
 * old, at most once a second. After a lost connection everything is read anew.
 */

import type { InfiniteData } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import type { Counters } from '../../../src/core/counters.ts'
import type { StatusView } from '../../../src/core/service-report.ts'
import { apiUrl } from './client.ts'
import { queryClient } from './query-client.ts'
import { Rate } from './rate.ts'

/** How the connection is. */
export interface LiveState {
  readonly connection: 'connecting' | 'live' | 'lost'
  readonly paused: boolean
  /** Something changed that is not shown yet. */
  readonly waiting: boolean
  /** The list of requests is held still by whoever reads it, and newer ones exist. */
  readonly listWaiting: boolean
  /** Requests that arrive in a second; absent until it is known. */
  readonly perSecond?: number | undefined
  /** Requests that are compared in a second; absent until it is known. */
  readonly comparedPerSecond?: number | undefined
  /** When the connection was lost, epoch milliseconds. */
  readonly lostAt?: number
}

const everyMs = 1000
const longestRetryMs = 15_000
const liveNouns = ['verdict', 'divergences', 'endpoints', 'runs']
/** What people change; their events come at once, since somebody else waits for what it does. */
const reviewedNouns = ['audit', 'mirror', 'rules', 'runs', 'verdict']
/** Series hold whole minutes: more often than this, nothing in them is new. */
const slowNouns = ['traffic']
const slowEveryMs = 10_000
/** A list that was read further is read again when it is opened again, or changed here. */
const mostPagesFollowed = 3

let state: LiveState = {
  connection: 'connecting',
  paused: false,
  waiting: false,
  listWaiting: false,
}
const listeners = new Set<() => void>()
let source: EventSource | undefined
let lastRefresh = 0
let lastSlowRefresh = 0
let timer: ReturnType<typeof setTimeout> | undefined
let retryMs = 1000
let isListHeld = false
const rate = new Rate()
const comparedRate = new Rate()

/** Opens the connection; called once. */
export function startLive(): void {
  connect()
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && state.waiting && !state.paused) refreshSoon()
  })
}

/** The connection's state, followed. */
export function useLive(): LiveState {
  return useSyncExternalStore(subscribe, () => state)
}

/** Holds what is shown still, or lets it follow again. */
export function setPaused(paused: boolean): void {
  update({ paused })
  if (!paused && state.waiting) refreshSoon()
}

/** Shows what changed meanwhile, paused or not. */
function refreshNow(): void {
  clearTimeout(timer)
  timer = undefined
  lastRefresh = performance.now()
  update({ waiting: false })
  void queryClient.invalidateQueries({ queryKey: ['status'] })
  const isSlowDue = lastRefresh - lastSlowRefresh >= slowEveryMs
  if (isSlowDue) lastSlowRefresh = lastRefresh
  const nouns = isSlowDue ? [...liveNouns, ...slowNouns] : liveNouns
  for (const noun of nouns) {
    void queryClient.invalidateQueries({ queryKey: [noun], predicate: isShort })
  }
  if (isListHeld) update({ listWaiting: true })
  else refreshList()
}

/** Keeps the rows of the list of requests where they are, as long as somebody points at them or reads on. */
export function holdList(held: boolean): void {
  isListHeld = held
  if (!held && state.listWaiting && !state.paused) refreshList()
}

/** Shows the newest requests, held or not. */
export function refreshList(): void {
  update({ listWaiting: false })
  // One page is enough: what was read further down would be read again row by row.
  queryClient.setQueriesData<InfiniteData<unknown>>({ queryKey: ['exchanges'] }, (old) =>
    old === undefined
      ? old
      : { pages: old.pages.slice(0, 1), pageParams: old.pageParams.slice(0, 1) },
  )
  void queryClient.invalidateQueries({ queryKey: ['exchanges'] })
}

/** Reading all of a long list again each second would leave time for nothing else. */
function isShort({ state: { data } }: { readonly state: { readonly data: unknown } }): boolean {
  const pages = (data as Partial<InfiniteData<unknown>> | undefined)?.pages
  return pages === undefined || pages.length <= mostPagesFollowed
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function update(change: Partial<LiveState>): void {
  state = { ...state, ...change }
  for (const listener of listeners) listener()
}

function connect(): void {
  source = new EventSource(apiUrl('events'))
  source.addEventListener('hello', () => {
    const caughtUp = state.connection === 'connecting'
    retryMs = 1000
    update({ connection: 'live' })
    if (!caughtUp) changed()
  })
  source.addEventListener('changed', changed)
  source.addEventListener('counters', (event: MessageEvent<string>) => {
    takeCounters(event.data)
  })
  source.addEventListener('verdict', () => {
    markOld(['verdict'])
  })
  source.addEventListener('review', () => {
    markOld(reviewedNouns)
  })
  source.addEventListener('job', () => {
    markOld(['jobs'])
  })
  source.addEventListener('error', () => {
    if (state.connection !== 'lost') update({ connection: 'lost', lostAt: Date.now() })
    // The browser comes back by itself after a broken stream, but not after an error answer.
    if (source?.readyState === EventSource.CLOSED) {
      setTimeout(connect, retryMs)
      retryMs = Math.min(retryMs * 2, longestRetryMs)
    }
  })
}

function changed(): void {
  if (!state.waiting) update({ waiting: true })
  if (!state.paused && !document.hidden) refreshSoon()
}

function markOld(nouns: readonly string[]): void {
  if (state.paused) return
  for (const noun of nouns) void queryClient.invalidateQueries({ queryKey: [noun] })
}

function refreshSoon(): void {
  timer ??= setTimeout(refreshNow, Math.max(0, lastRefresh + everyMs - performance.now()))
}

function takeCounters(text: string): void {
  const counters = JSON.parse(text) as Counters
  const now = performance.now()
  update({
    perSecond: rate.add(counters.seen, now),
    comparedPerSecond: comparedRate.add(counters.match + counters.divergent, now),
  })
  if (state.paused) return
  queryClient.setQueryData<StatusView>(['status'], (old) => old && { ...old, counters })
}
