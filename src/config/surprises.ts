/** What is allowed in a configuration and probably not meant. */

import type { RouteMatch, RouteSettings, Settings, ShadowSettings } from '../core/settings.ts'
import type { KeyPath } from './document.ts'
import type { Report } from './report.ts'
import { coversMatch } from './route-match.ts'

/** Warns of what will surprise the person who wrote it. */
export function warnOfSurprises(settings: Settings, report: Report): void {
  const { routes, listenSocket } = settings
  const workers = listenSocket === undefined ? (settings.workers ?? 1) : 1
  if (listenSocket !== undefined && (settings.workers ?? 1) > 1)
    report.warn(['workers'], 'a Unix socket is listened on by one process, whatever this says')
  for (const [index, route] of routes.entries()) {
    // The last route is the top of the file.
    const isTop = route.name === 'default' && route.match === undefined
    warnOfRoute(route, isTop ? [] : ['routes', index], workers, report)
  }
  if (!routes.some(({ shadow }) => shadow !== undefined))
    report.warn([], 'nothing is mirrored: no route has a shadow')
  warnOfRules(settings, report)
  for (const [index, endpoint] of (settings.verdict?.endpoints.required ?? []).entries()) {
    if (isComparable(endpoint, routes)) continue
    report.warn(
      ['verdict', 'endpoints', 'required', index],
      `no mirrored route takes ${endpoint}, so that the verdict can never be "pass"`,
    )
  }
}

/** Whether a mirrored route may take requests of an endpoint; what a route before it takes for sure does not come. */
function isComparable(endpoint: string, routes: readonly RouteSettings[]): boolean {
  const method = methodOf(endpoint) ?? 'GET'
  const [, path = ''] = endpoint.split(' ')
  const whole: RouteMatch = { methods: [method], path: { kind: 'exact', value: path } }
  for (const route of routes) {
    if (isMirrored(route) && mayTake(route, endpoint)) return true
    if (coversMatch(route.match, whole)) return false
  }
  return false
}

function isMirrored({ shadow }: RouteSettings): boolean {
  return shadow !== undefined && shadow.percent > 0
}

function warnOfRoute(
  { primary, shadow, control }: RouteSettings,
  path: KeyPath,
  workers: number,
  report: Report,
): void {
  for (const [leg, upstream] of Object.entries({ primary, shadow, control })) {
    if (upstream?.tls?.verify !== false || (leg === 'control' && control?.isPrimary === true))
      continue
    report.warn(
      [...path, leg, 'tls', 'verify'],
      'the certificate is not verified: anybody may answer',
    )
  }
  if (shadow === undefined) return
  const warn = (message: string) => {
    report.warn([...path, 'shadow'], message)
  }
  if (shadow.percent === 0) warn('percent is 0: nothing of this route is mirrored')
  if (isSame(primary, shadow)) {
    warn(`is primary itself (${shadow.url}): every mirrored write happens twice`)
  }
  if (shadow.fault !== undefined) warn('fault is on: copies are delayed or aborted on purpose')
  if (workers > 1 && (shadow.order?.kind === 'cookie' || shadow.order?.kind === 'header')) {
    warn(`order holds within one of the ${workers} workers, not between them`)
  }
  if (control === undefined || control.isPrimary) return
  if (isSame(control, shadow)) {
    report.warn([...path, 'control'], 'is shadow itself: every difference would look like noise')
  } else if (isSame(control, primary)) {
    report.warn(
      [...path, 'control'],
      'is primary itself, and would get writes twice; leave the URL out, then it gets safe methods only',
    )
  }
}

function isSame(a: { url: string; socketPath?: string }, b: { url: string; socketPath?: string }) {
  return a.url === b.url && a.socketPath === b.socketPath
}

function warnOfRules({ rules, routes }: Settings, report: Report): void {
  for (const { id, endpoint, methods } of rules) {
    if (endpoint === undefined) continue
    const method = methodOf(endpoint)
    if (method !== undefined && methods !== undefined && !methods.includes(method)) {
      report.warn(
        ['rules'],
        `the rule "${id}" applies to nothing: its endpoint and its method exclude each other`,
      )
    } else if (!routes.some((route) => mayTake(route, endpoint))) {
      report.warn(['rules'], `the rule "${id}" applies to nothing: no route takes ${endpoint}`)
    }
  }
}

function methodOf(endpoint: string): string | undefined {
  const [, method] = /^([A-Z][A-Z-]*) /.exec(endpoint) ?? []
  return method
}

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS', 'TRACE']

/** Whether requests of an endpoint, or of endpoints that a glob names, may come to a route and be copied. */
function mayTake({ match, shadow }: RouteSettings, endpoint: string): boolean {
  const method = methodOf(endpoint)
  if (method !== undefined) {
    if (match?.methods?.includes(method) === false) return false
    if (shadow !== undefined && !isMethodMirrored(shadow, method)) return false
  }
  const path = match?.path
  if (path === undefined || path.kind === 'regex' || path.kind === 'present') return true
  const [written = ''] = endpoint.slice(method === undefined ? 0 : method.length + 1).split(' ')
  return mayBeAt(
    written.split('/'),
    path.value.replace(/\/$/, '').split('/'),
    path.kind === 'prefix',
  )
}

function isMethodMirrored({ methods }: ShadowSettings, method: string): boolean {
  if (methods === 'all') return true
  return (methods === 'safe' ? SAFE_METHODS : methods).includes(method)
}

/** Segments with `*` or `{name}` in them may be anything; `**` may be any number of them. */
function mayBeAt(glob: readonly string[], path: readonly string[], isPrefix: boolean): boolean {
  for (const [index, segment] of path.entries()) {
    const pattern = glob[index]
    if (pattern === '**') return true
    if (pattern === undefined) return false
    if (pattern !== segment && !/[*{]/.test(pattern)) return false
  }
  return isPrefix || glob.length === path.length || glob[path.length] === '**'
}
