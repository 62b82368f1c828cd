/** What people changed of the mirroring at run time, laid over what the configuration says. */

import type { StoredOverride } from './ports.ts'
import type { MirrorView } from './service-report.ts'
import type { RouteSettings } from './settings.ts'

/** What holds for one route besides its configuration. */
export interface RouteOverride {
  readonly route: string
  readonly paused: boolean
  /** The effective percentage is the smaller of this and the route's. */
  readonly percent?: number
}

/** Overrides of all routes and of one add up: paused by either is paused, the smaller percentage holds. */
export function overridesOf(
  routes: readonly RouteSettings[],
  stored: readonly StoredOverride[],
): readonly RouteOverride[] {
  return routes.map(({ name }) => {
    const own = concerning(name, stored)
    const percents = own.flatMap(({ percent }) => (percent === undefined ? [] : [percent]))
    return {
      route: name,
      paused: own.some(({ paused }) => paused),
      ...(percents.length > 0 && { percent: Math.min(...percents) }),
    }
  })
}

/** Every mirrored route: what is configured, what holds, and who changed it last. */
export function mirrorView(
  routes: readonly RouteSettings[],
  stored: readonly StoredOverride[],
): MirrorView {
  const overrides = overridesOf(routes, stored)
  return {
    routes: routes.flatMap(({ name, shadow }, index) => {
      if (shadow === undefined) return []
      const { paused = false, percent } = overrides[index] ?? {}
      const changes = concerning(name, stored)
        .filter((override) => override.paused || override.percent !== undefined)
        .sort((a, b) => b.at - a.at)
      const [last] = changes
      return [
        {
          route: name,
          configured: shadow.percent,
          effective: paused ? 0 : Math.min(shadow.percent, percent ?? 100),
          paused,
          ...(percent !== undefined && { percent }),
          ...(last && {
            changed: changes.length > 1 ? 'both' : last.route === '' ? 'all' : 'route',
            by: last.by,
            at: new Date(last.at).toISOString(),
          }),
        },
      ]
    }),
  }
}

function concerning(route: string, stored: readonly StoredOverride[]): readonly StoredOverride[] {
  return stored.filter((override) => override.route === '' || override.route === route)
}
