/** What a person must know at the start: where to send, where to look, what is copied, where it is kept. */

import { mirrorView } from '../core/mirroring.ts'
import type { StoredOverride } from '../core/ports.ts'
import type { ControlSettings, RouteSettings, Settings, ShadowSettings } from '../core/settings.ts'

/** Where the service can be reached. */
export interface BannerUrls {
  readonly proxy: string
  readonly console: string
  readonly health?: string
}

/** The lines that `run` prints when it is ready. */
export function bannerOf(
  settings: Settings,
  urls: BannerUrls,
  overrides: readonly StoredOverride[],
): string {
  const { routes, listenSocket } = settings
  // A Unix socket belongs to one process.
  const workers = listenSocket === undefined ? (settings.workers ?? 1) : 1
  const [only] = routes
  const lines: (readonly [label: string, text: string])[] = [
    ['proxy', `${urls.proxy}   send your requests here`],
    ['console', `${urls.console}   look here`],
    ...(urls.health === undefined ? [] : [['health', `${urls.health}/healthz`] as const]),
    ...(workers > 1 ? [['workers', `${workers} proxy processes share the port`] as const] : []),
    ...(routes.length === 1 && only !== undefined ? linesOf(only) : routes.map(routeLine)),
    ...overridesInWords(routes, overrides).map((text) => ['changed', text] as const),
    ['records', `${settings.store} (run "${settings.run}")`],
  ]
  return lines.map(([label, text]) => `${label.padEnd(9)}${text}\n`).join('')
}

function linesOf({ primary, shadow, control }: RouteSettings): (readonly [string, string])[] {
  return [
    ['primary', primary.url],
    ['shadow', shadow?.url ?? 'none'],
    ...(control === undefined ? [] : [['control', controlInWords(control)] as const]),
    ['mirrors', shadow === undefined ? 'nothing: no shadow is given' : mirroredInWords(shadow)],
  ]
}

function routeLine({ name, primary, shadow, control }: RouteSettings): readonly [string, string] {
  const to =
    shadow === undefined ? 'not mirrored' : `mirrored to ${shadow.url}: ${mirroredInWords(shadow)}`
  const measured = control === undefined ? '' : `; control ${controlInWords(control)}`
  return ['route', `${name}: ${primary.url}, ${to}${measured}`]
}

function mirroredInWords({ methods, percent }: ShadowSettings): string {
  return `${methodsInWords(methods)}${percent === 100 ? '' : `, ${percent} % of the requests`}`
}

function controlInWords({ url, isPrimary, percent }: ControlSettings): string {
  const where = isPrimary ? 'primary itself again, safe methods only' : url
  return `${where}${percent === 100 ? '' : `, ${percent} % of what is mirrored`}`
}

function methodsInWords(methods: ShadowSettings['methods']): string {
  if (methods === 'all') {
    return 'all methods, writes included: the shadow needs its own data (--methods safe to change that)'
  }
  return methods === 'safe' ? 'safe methods only (GET, HEAD, OPTIONS, TRACE)' : methods.join(', ')
}

/** One line for each route that is not mirrored as the configuration says. */
function overridesInWords(
  routes: readonly RouteSettings[],
  overrides: readonly StoredOverride[],
): readonly string[] {
  const { routes: views } = mirrorView(routes, overrides)
  return views.flatMap(({ route, paused, effective, configured, by, at }) => {
    if (by === undefined || at === undefined) return []
    const where = routes.length === 1 ? 'mirroring' : `mirroring of "${route}"`
    if (paused) return [`${where} is paused since ${at} by ${by}; resume it in the console`]
    if (effective === configured) return []
    return [`${where} is held at ${effective} % of ${configured} % since ${at} by ${by}`]
  })
}
