/** What the legs of a route have in common: where the upstream is and how it is spoken to. */

import type { HeaderEdits, UpstreamSettings } from '../core/settings.ts'
import * as http from './http-values.ts'
import { type Present, present } from './present.ts'
import type { Section } from './section.ts'
import { readUpstreamTls } from './tls-files.ts'
import * as form from './values.ts'

/** Of a leg's keys those that were given. */
export type Given<T> = Partial<T>

/** A leg as it was given; `rewriteTo` becomes a rewrite with the prefix of its route. */
export type GivenUpstream = Given<Omit<UpstreamSettings, 'rewritePrefix'>> & {
  readonly rewriteTo?: string
}

/** The keys that every leg has. */
export function readUpstream(section: Section, role: 'primary' | 'shadow' | 'control') {
  const rewriteTo = section.section('rewrite', (rewrite) => rewrite.required('prefix', http.path))
  return present({
    url: section.value('url', form.upstreamUrl),
    timeoutMs: section.value('timeout', form.duration),
    idleMs: section.value('idle', form.duration),
    maxConnections: section.value('maxConnections', form.integer(1, 65_535)),
    socketPath: section.value('socket', form.socketPath),
    tls: section.section('tls', readUpstreamTls),
    headers: section.section('headers', (headers) => readHeaderEdits(headers, role)),
    rewriteTo,
  })
}

function readHeaderEdits(section: Section, role: string): HeaderEdits {
  const set = section.section('set', (names) =>
    names.keys().flatMap((name) => {
      const problem = editProblem(name, role, 'set')
      if (problem !== undefined) names.problem(name, problem)
      const isHost = name.toLowerCase() === 'host'
      const values = names.values(name, isHost ? http.authority : http.headerValue) ?? []
      return values.map((value) => [name, value] as const)
    }),
  )
  const remove = section.values('remove', http.headerName) ?? []
  for (const name of remove) {
    const problem = editProblem(name, role, 'remove')
    if (problem !== undefined) section.problem('remove', `${name}: ${problem}`)
  }
  return { set: set ?? [], remove: remove.map((name) => name.toLowerCase()) }
}

function editProblem(name: string, role: string, edit: 'set' | 'remove'): string | undefined {
  if (http.headerName.read(name) === undefined) return `expected ${http.headerName.expected}`
  if (http.isOurs(name)) return 'cannot be edited: the proxy itself needs it'
  if (name.toLowerCase() !== 'host') return undefined
  if (role === 'shadow') return 'cannot be edited here; say "host" beside "url" instead'
  return edit === 'remove' ? 'cannot be removed: every request needs it' : undefined
}

/**
 * A leg of a route with what it inherits. Where the leg names its own address, what belongs to another
 * address (socket, TLS, edited headers) stays behind: a credential must not reach whom it is not for.
 */
export function inherit<T extends GivenUpstream>(own: T, inherited: T): T {
  const isElsewhere = own.url !== undefined || own.socketPath !== undefined
  if (!isElsewhere || isSameAddress(own, inherited)) return { ...inherited, ...own }
  return { ...present({ ...inherited, ...NO_ADDRESS }), ...own }
}

const NO_ADDRESS = { url: undefined, socketPath: undefined, tls: undefined, headers: undefined }

/** Whether both are the same upstream. */
export function isSameAddress(a: GivenUpstream, b: GivenUpstream): boolean {
  return a.url === b.url && a.socketPath === b.socketPath
}

/** The settings that legs have in common; undefined without an address. */
export function upstreamOf(
  given: GivenUpstream,
  prefix: string | undefined,
  defaults: { readonly timeoutMs: number; readonly idleMs: number },
): Present<UpstreamSettings> | undefined {
  const { url = given.socketPath === undefined ? undefined : 'http://localhost' } = given
  if (url === undefined) return undefined
  const { timeoutMs, idleMs, maxConnections, socketPath, tls, headers, rewriteTo } = given
  const isRewritten = rewriteTo !== undefined && prefix !== undefined
  return present({
    url,
    timeoutMs: timeoutMs ?? defaults.timeoutMs,
    idleMs: idleMs ?? defaults.idleMs,
    maxConnections,
    socketPath,
    tls,
    headers,
    rewritePrefix: isRewritten ? { from: prefix, to: rewriteTo } : undefined,
  })
}
