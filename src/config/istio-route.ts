/** One HTTP route of a VirtualService as routes here: one for each of its matches. */

import { readGoDuration, writeDuration } from './go-duration.ts'
import * as http from './http-values.ts'
import { type Address, type Addresses, hostsOf } from './istio-address.ts'
import { importMatch, type WrittenMatch } from './istio-match.ts'
import type { Part, Resource } from './manifest.ts'
import { present } from './present.ts'

/** A route as it is written in a configuration, with comments; without `written` it is left out. */
export interface ImportedRoute {
  readonly name: string
  readonly written?: Readonly<Record<string, unknown>>
  readonly notes: readonly string[]
  readonly where: string
}

const KNOWN = new Set(
  ['name', 'match', 'route', 'mirror', 'mirrors', 'mirrorPercentage', 'mirrorPercent'].concat([
    'headers',
    'rewrite',
    'timeout',
    'retries',
    'fault',
    'redirect',
    'directResponse',
    'delegate',
  ]),
)

/** Translates a route; its name is that of the VirtualService with its own, or its position. */
export function importRoute(
  service: Resource,
  route: Part,
  position: number,
  addresses: Addresses,
): readonly ImportedRoute[] {
  const name = `${service.name}-${route.text('name') ?? position + 1}`
  const where = route.where()
  for (const key of ['delegate', 'redirect', 'directResponse'] as const) {
    if (!route.has(key)) continue
    const target = key === 'delegate' ? ` to ${route.part(key)?.text('name') ?? 'another'}` : ''
    return [{ name, where, notes: [`left out: ${key}${target} has no equivalent`] }]
  }
  const notes: string[] = []
  const legs = importLegs(route, service, addresses, notes)
  if (legs === undefined) return [{ name, where, notes: ['left out: it has no destination'] }]
  notes.push(...otherNotes(route))
  const matches = route.parts('match')
  const hosts = hostsOf(service.spec.texts('hosts'), service.namespace)
  return (matches.length === 0 ? [undefined] : matches).map((part, index) => {
    // What is true of every match is said once.
    const shared = index === 0 ? notes : []
    const ownName = matches.length > 1 ? `${name}-${index + 1}` : name
    const imported = importMatch(part, hosts)
    if ('impossible' in imported) {
      return { name: ownName, where, notes: [`left out: ${imported.impossible}`] }
    }
    const rewritten = importRewrite(route, imported.match)
    const primary = present({ ...legs.primary, rewrite: rewritten.rewrite })
    const { match } = rewritten
    const written = present({
      name: ownName,
      match: Object.keys(match).length === 0 ? undefined : match,
      primary,
      shadow: legs.shadow,
    })
    return {
      name: ownName,
      where,
      written,
      notes: [...shared, ...imported.notes, ...rewritten.notes],
    }
  })
}

function importLegs(route: Part, service: Resource, addresses: Addresses, notes: string[]) {
  const destinations = route
    .parts('route')
    .toSorted((a, b) => (b.number('weight') ?? 0) - (a.number('weight') ?? 0))
  const [heaviest, ...others] = destinations
  const target = addresses.of(heaviest?.part('destination'), service.namespace)
  if (heaviest === undefined || target === undefined) return undefined
  notes.push(...target.notes)
  for (const other of others) {
    const weight = other.number('weight') ?? 0
    if (weight === 0) continue
    const { url } = addresses.of(other.part('destination'), service.namespace) ?? { url: 'nowhere' }
    notes.push(`traffic is not split: ${weight} % went to ${url}`)
  }
  const retries = route.part('retries')
  const edits = headerEdits([route.part('headers'), heaviest.part('headers')], notes)
  const authority = route.part('rewrite')?.text('authority')
  const set = authority === undefined ? edits.set : { ...edits.set, host: authority }
  const primary = present({
    url: target.url,
    timeout: durationOf(route, 'timeout', notes),
    retries: retries && importRetries(retries, notes),
    headers: editsOf(set, edits.remove),
  })
  const mirror = importMirror(route, service, { addresses, called: target.port }, notes)
  if (mirror === undefined) return { primary, shadow: undefined }
  const shared = headerEdits([route.part('headers')], [])
  const shadow = present({
    url: mirror.address.url,
    percent: mirror.percent === 100 ? undefined : mirror.percent,
    headers: editsOf(shared.set, shared.remove),
  })
  return { primary, shadow }
}

/** The first mirror with its share of the requests. */
function importMirror(
  route: Part,
  service: Resource,
  { addresses, called }: { readonly addresses: Addresses; readonly called: number | undefined },
  notes: string[],
): { readonly address: Address; readonly percent: number } | undefined {
  const [first, ...more] = route.parts('mirrors')
  const destination = first?.part('destination') ?? route.part('mirror')
  const address = addresses.of(destination, service.namespace, called)
  if (address === undefined) return undefined
  notes.push(...address.notes.map((note) => `shadow: ${note}`))
  for (const other of more) {
    const { url } = addresses.of(other.part('destination'), service.namespace, called) ?? {
      url: 'nowhere',
    }
    notes.push(`one shadow a route: ${url} is not mirrored to`)
  }
  const percent =
    first === undefined
      ? (route.part('mirrorPercentage')?.number('value') ?? route.number('mirrorPercent'))
      : first.part('percentage')?.number('value')
  return { address, percent: Math.min(100, Math.max(0, percent ?? 100)) }
}

function importRetries(retries: Part, notes: string[]) {
  const attempts = Math.min(10, retries.number('attempts') ?? 0)
  const perTryTimeout = durationOf(retries, 'perTryTimeout', notes)
  if (attempts === 0) return undefined
  notes.push(
    'retries: only idempotent methods, only before any byte of an answer, never on a status',
  )
  return present({ attempts, perTryTimeout })
}

/** What requests get; the answer is never changed. */
function headerEdits(parts: readonly (Part | undefined)[], notes: string[]) {
  const set: Record<string, string> = {}
  const remove: string[] = []
  for (const part of parts) {
    const request = part?.part('request')
    for (const kind of ['set', 'add'] as const) {
      const lines = request?.part(kind)
      for (const name of lines?.keys() ?? []) {
        const value = lines?.text(name) ?? ''
        if (!isEditable(name) || http.headerValue.read(value) === undefined) {
          notes.push(`headers.request.${kind}: ${name} cannot be set here`)
          continue
        }
        if (kind === 'add') notes.push(`headers.request.add: ${name} replaces what is there`)
        set[name] = value
      }
    }
    for (const name of request?.texts('remove') ?? []) {
      if (isEditable(name) && name.toLowerCase() !== 'host') remove.push(name)
      else notes.push(`headers.request.remove: ${name} cannot be removed here`)
    }
    if (part?.has('response') === true) notes.push('headers.response: the answer is never changed')
  }
  return { set, remove }
}

function isEditable(name: string): boolean {
  return http.headerName.read(name) !== undefined && !http.isOurs(name)
}

function editsOf(set: Readonly<Record<string, string>>, remove: readonly string[]) {
  const edits = present({
    set: Object.keys(set).length === 0 ? undefined : set,
    remove: remove.length === 0 ? undefined : remove,
  })
  return Object.keys(edits).length === 0 ? undefined : edits
}

/** `rewrite.uri` replaces what the path's prefix matched, or all of an exact path. */
function importRewrite(route: Part, match: WrittenMatch) {
  const rewrite = route.part('rewrite')
  const notes: string[] = []
  if (rewrite?.has('uriRegexRewrite') === true) notes.push('uriRegexRewrite has no equivalent')
  const uri = rewrite?.text('uri')
  if (uri === undefined) return { rewrite: undefined, match, notes }
  if (match.path?.['regex'] !== undefined || http.path.read(uri) === undefined) {
    notes.push(`rewrite: ${uri} cannot replace what a regular expression matched`)
    return { rewrite: undefined, match, notes }
  }
  const path = match.path ?? { prefix: '/' }
  return { rewrite: { prefix: uri }, match: { ...match, path }, notes }
}

function durationOf(part: Part, key: string, notes: string[]): string | undefined {
  const written = part.text(key)
  if (written === undefined) return undefined
  const ms = readGoDuration(written)
  if (ms === undefined) notes.push(`${key}: ${written} cannot be read`)
  return ms === undefined || ms === 0 ? undefined : writeDuration(ms)
}

function otherNotes(route: Part): readonly string[] {
  const fault = route.has('fault')
    ? ['fault: clients get none here; shadow.fault is for copies']
    : []
  const unknown = route
    .keys()
    .filter(
      (key) => !KNOWN.has(key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())),
    )
  return [...fault, ...unknown.map((key) => `${key} has no equivalent`)]
}
