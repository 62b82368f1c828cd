/** The three legs of a route: what was given, and what it becomes with what it inherits. */

import type { ControlSettings, PrimarySettings, ShadowSettings } from '../core/settings.ts'
import * as http from './http-values.ts'
import { present } from './present.ts'
import type { Section } from './section.ts'
import { type Given, type GivenUpstream, readUpstream, upstreamOf } from './upstream-settings.ts'
import * as form from './values.ts'

/** Primary as it was given. */
export type GivenPrimary = GivenUpstream & {
  readonly retries?: { readonly attempts: number; readonly perTryTimeoutMs?: number }
}

/** Shadow as it was given. */
export type GivenShadow = GivenUpstream &
  Given<Omit<ShadowSettings, keyof GivenUpstream | 'rewritePrefix'>>

/** Control as it was given. */
export type GivenControl = GivenUpstream & Given<Pick<ControlSettings, 'percent' | 'maxInFlight'>>

const PRIMARY_DEFAULTS = { timeoutMs: 60_000, idleMs: 300_000 }
const COPY_DEFAULTS = { timeoutMs: 15_000, idleMs: 15_000 }

/** Reads primary's keys. */
export function readPrimary(section: Section): GivenPrimary {
  const retries = section.section('retries', (part) =>
    present({
      attempts: part.value('attempts', form.integer(0, 10)) ?? 0,
      perTryTimeoutMs: part.value('perTryTimeout', form.duration),
    }),
  )
  return present({ ...readUpstream(section, 'primary'), retries })
}

/** Reads shadow's keys. */
export function readShadow(section: Section): GivenShadow {
  return present({
    ...readUpstream(section, 'shadow'),
    percent: section.value('percent', form.percent),
    methods: section.value('methods', form.methods),
    host: section.value('host', form.shadowHost),
    maxRequestBodyBytes: section.value('maxRequestBody', form.size),
    maxInFlight: section.value('maxInFlight', form.integer(1, 65_535)),
    maxBacklog: section.value('maxBacklog', form.integer(0, 65_535)),
    order: section.value('order', http.order),
    breaker: section.section('breaker', readBreaker),
    fault: section.section('fault', readFault),
  })
}

function readBreaker(section: Section): ShadowSettings['breaker'] {
  return {
    consecutiveFailures: section.value('consecutiveFailures', form.integer(1, 1_000_000)) ?? 5,
    openForMs: section.value('openFor', form.duration) ?? 30_000,
  }
}

function readFault(section: Section): ShadowSettings['fault'] {
  const delay = section.section('delay', (part) => ({
    percent: part.required('percent', form.percent) ?? 0,
    forMs: part.required('for', form.duration) ?? 0,
  }))
  const abort = section.section('abort', (part) => ({
    percent: part.required('percent', form.percent) ?? 0,
    status: part.required('status', form.integer(200, 599)) ?? 503,
  }))
  const felt = present({
    delay: delay?.percent === 0 ? undefined : delay,
    abort: abort?.percent === 0 ? undefined : abort,
  })
  return Object.keys(felt).length === 0 ? undefined : felt
}

/** Reads control's keys. */
export function readControl(section: Section): GivenControl {
  return present({
    ...readUpstream(section, 'control'),
    percent: section.value('percent', form.percent),
    maxInFlight: section.value('maxInFlight', form.integer(1, 65_535)),
  })
}

/** Primary's settings; undefined without an address. */
export function primaryOf(
  given: GivenPrimary,
  prefix: string | undefined,
): PrimarySettings | undefined {
  const upstream = upstreamOf(given, prefix, PRIMARY_DEFAULTS)
  const { retries } = given
  if (upstream === undefined || retries === undefined || retries.attempts === 0) return upstream
  const { attempts, perTryTimeoutMs = upstream.timeoutMs } = retries
  return { ...upstream, retries: { attempts, perTryTimeoutMs } }
}

/** Shadow's settings; undefined without an address. Its path is primary's unless it says otherwise. */
export function shadowOf(
  given: GivenShadow,
  primary: GivenPrimary,
  prefix: string | undefined,
): ShadowSettings | undefined {
  const rewriteTo = given.rewriteTo ?? primary.rewriteTo
  const upstream = upstreamOf(present({ ...given, rewriteTo }), prefix, COPY_DEFAULTS)
  if (upstream === undefined) return undefined
  return present({
    ...upstream,
    percent: given.percent ?? 100,
    methods: given.methods ?? 'all',
    host: given.host ?? { kind: 'suffix' },
    maxRequestBodyBytes: given.maxRequestBodyBytes ?? 1_000_000,
    maxInFlight: given.maxInFlight ?? 256,
    maxBacklog: given.maxBacklog ?? 4096,
    breaker: given.breaker,
    order: given.order,
    fault: given.fault,
  })
}

/**
 * Control's settings; undefined when none is wanted. It is primary's version, so it gets what primary gets,
 * edited headers and path included; without an address of its own it is primary itself.
 */
export function controlOf(
  given: GivenControl,
  primary: GivenPrimary,
  prefix: string | undefined,
): ControlSettings | undefined {
  const isPrimary = given.url === undefined && given.socketPath === undefined
  const percent = given.percent ?? (isPrimary ? 0 : 100)
  if (percent === 0) return undefined
  const address = isPrimary ? primary : given
  const upstream = upstreamOf(
    present({
      ...given,
      url: address.url,
      socketPath: address.socketPath,
      tls: given.tls ?? address.tls,
      headers: given.headers ?? primary.headers,
      rewriteTo: given.rewriteTo ?? primary.rewriteTo,
    }),
    prefix,
    COPY_DEFAULTS,
  )
  if (upstream === undefined) return undefined
  return { ...upstream, isPrimary, percent, maxInFlight: given.maxInFlight ?? 64 }
}
