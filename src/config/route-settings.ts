/** The routes: what each says, what it inherits from the top of the file, and the last one, which is the top itself. */

import type { RouteMatch, RouteSettings } from '../core/settings.ts'
import type { KeyPath } from './document.ts'
import type { GivenControl, GivenPrimary, GivenShadow } from './leg-settings.ts'
import {
  controlOf,
  primaryOf,
  readControl,
  readPrimary,
  readShadow,
  shadowOf,
} from './leg-settings.ts'
import { present } from './present.ts'
import type { Report } from './report.ts'
import { coversMatch, readMatch } from './route-match.ts'
import { readSection, type Section } from './section.ts'
import { inherit, isSameAddress } from './upstream-settings.ts'
import * as form from './values.ts'

const MAX_ROUTES = 1000

/** The legs of a route as they were given. */
interface GivenLegs {
  readonly primary?: GivenPrimary
  readonly shadow?: GivenShadow | 'none'
  readonly control?: GivenControl | 'none'
}

interface GivenRoute extends GivenLegs {
  readonly path: KeyPath
  readonly name: string
  readonly match?: RouteMatch
}

/** Reads `routes`, `primary`, `shadow`, `control` and what is short for their keys. */
export function readRoutes(root: Section): readonly RouteSettings[] {
  const top = readTop(root)
  const given = readList(root)
  const { report } = root
  refuseNamesakes(given, top, report)
  const isTotal = given.some((route) => coversMatch(route.match, {}))
  const routes = given.flatMap((route) => settingsOf(route, top, report) ?? [])
  if (top.primary !== undefined && !isTotal) {
    const last = settingsOf({ ...top, path: [], name: 'default' }, { primary: top.primary }, report)
    if (last !== undefined) routes.push(last)
  }
  findUnreachable(given, report)
  return routes
}

/** The legs at the top of the file; `percent` there is `shadow.percent`, and so on. */
function readTop(root: Section): GivenLegs {
  const legs = readLegs(root)
  const shadow = shorthands(root, 'shadow', legs.shadow, {
    percent: [root.value('percent', form.percent), 'percent'],
    methods: [root.value('methods', form.methods), 'methods'],
    host: [root.value('shadowHost', form.shadowHost), 'shadowHost'],
  })
  const control = shorthands(root, 'control', legs.control, {
    percent: [root.value('controlPercent', form.percent), 'controlPercent'],
  })
  for (const leg of ['primary', 'shadow', 'control'] as const) {
    const given = legs[leg]
    if (given === undefined || given === 'none' || given.rewriteTo === undefined) continue
    root.report.problem(
      [leg, 'rewrite'],
      'expected in a route whose match has path.prefix or path.exact',
    )
  }
  return present({ primary: legs.primary, shadow, control })
}

function shorthands<T extends object>(
  root: Section,
  leg: string,
  given: T | 'none' | undefined,
  short: { readonly [K in keyof T]?: readonly [value: T[K] | undefined, key: string] },
): T | 'none' | undefined {
  const members: Partial<T> = {}
  for (const name of Object.keys(short) as (keyof T & string)[]) {
    const [value, key] = short[name] ?? []
    if (value === undefined || key === undefined) continue
    if (typeof given === 'object' && Object.hasOwn(given, name)) {
      root.problem(key, `said twice; ${leg}.${name} is the same`)
    }
    members[name] = value
  }
  if (given === 'none' || Object.keys(members).length === 0) return given
  return { ...given, ...members } as T
}

function readLegs(section: Section): GivenLegs {
  return present({
    primary: section.sectionOr('primary', 'url', readPrimary),
    shadow: readOptional(section, 'shadow', readShadow),
    control: readOptional(section, 'control', readControl),
  })
}

/** A leg that can be said to be absent, so that nothing is inherited. */
function readOptional<T>(
  section: Section,
  key: string,
  read: (leg: Section) => T,
): T | 'none' | undefined {
  return section.raw(key) === 'none' ? 'none' : section.sectionOr(key, 'url', read)
}

function readList(root: Section): GivenRoute[] {
  const list = root.list('routes', (item, path) =>
    readSection(item, path, root.report, (section): GivenRoute => ({
      path,
      name: section.required('name', form.name) ?? '',
      ...present({ match: section.section('match', readMatch) }),
      ...readLegs(section),
    })),
  )
  if (list !== undefined && list.length > MAX_ROUTES) {
    root.problem('routes', `expected at most ${MAX_ROUTES} routes, got ${list.length}`)
    return []
  }
  return (list ?? []).flatMap((route) => route ?? [])
}

/** A route's settings, its legs completed by those of the top. */
function settingsOf(route: GivenRoute, top: GivenLegs, report: Report): RouteSettings | undefined {
  const path = route.match?.path
  const prefix = path?.kind === 'prefix' || path?.kind === 'exact' ? path.value : undefined
  refuseRewrites(route, prefix, report)
  const primary = inherit(route.primary ?? {}, top.primary ?? {})
  const primarySettings = primaryOf(primary, prefix)
  if (primarySettings === undefined) {
    refuseAbsent([...route.path, 'primary'], ['primary'], report)
    return undefined
  }
  const shadow = shadowOf(shadowLegs(route, top, primary, report), primary, prefix)
  if (shadow === undefined && typeof route.shadow === 'object' && route.path.length > 0) {
    refuseAbsent([...route.path, 'shadow'], ['shadow'], report)
  }
  const control =
    shadow === undefined
      ? undefined
      : controlOf(controlLegs(route, top, primary, report), primary, prefix)
  return present({
    name: route.name,
    match: route.match,
    primary: primarySettings,
    shadow,
    control,
  })
}

/** Says that a leg has no address, unless what was given is wrong and told already. */
function refuseAbsent(path: KeyPath, top: KeyPath, report: Report): void {
  if (report.isWrong(path) || report.isWrong(top)) return
  report.problem(path, 'has no URL; give it one here, or at the top of the file for every route')
}

function shadowLegs(
  route: GivenRoute,
  top: GivenLegs,
  primary: GivenPrimary,
  report: Report,
): GivenShadow {
  if (route.shadow === 'none') return {}
  const isOther = top.primary !== undefined && !isSameAddress(primary, top.primary)
  if (isOther && route.shadow === undefined && typeof top.shadow === 'object') {
    report.warn(
      [...route.path, 'primary'],
      'is another than at the top of the file, and shadow is the one from there; if that is not meant, give the route its own, or none',
    )
  }
  return inherit(route.shadow ?? {}, top.shadow === 'none' ? {} : (top.shadow ?? {}))
}

/**
 * Control measures the noise of primary's version, so a control that stands at the top is one of the top's
 * primary: for a route with another primary it would call every difference noise.
 */
function controlLegs(
  route: GivenRoute,
  top: GivenLegs,
  primary: GivenPrimary,
  report: Report,
): GivenControl {
  if (route.control === 'none') return {}
  const own = route.control ?? {}
  if (top.control === undefined || top.control === 'none') return own
  const hasAddress = top.control.url !== undefined || top.control.socketPath !== undefined
  if (!hasAddress || isSameAddress(primary, top.primary ?? {})) return inherit(own, top.control)
  if (route.control === undefined) {
    report.warn(
      [...route.path, 'primary'],
      'noise is not measured here: control at the top of the file is one of another primary; give the route its own',
    )
  }
  return own
}

function refuseRewrites(route: GivenRoute, prefix: string | undefined, report: Report): void {
  if (prefix !== undefined || route.path.length === 0) return
  for (const leg of ['primary', 'shadow', 'control'] as const) {
    const given = route[leg]
    if (typeof given !== 'object' || given.rewriteTo === undefined) continue
    report.problem(
      [...route.path, leg, 'rewrite'],
      'needs match.path with prefix or exact in the same route: that is what it replaces',
    )
  }
}

function refuseNamesakes(routes: readonly GivenRoute[], top: GivenLegs, report: Report): void {
  const seen = new Map<string, number>()
  const isTotal = routes.some((route) => coversMatch(route.match, {}))
  for (const [index, { name, path }] of routes.entries()) {
    if (name === '') continue
    const first = seen.get(name)
    if (first !== undefined) {
      report.problem([...path, 'name'], `"${name}" is the name of routes.${first} already`)
    } else if (name === 'default' && top.primary !== undefined && !isTotal) {
      report.problem(
        [...path, 'name'],
        '"default" is the name of the last route, the one at the top of the file',
      )
    } else seen.set(name, index)
  }
}

/** Routes that an earlier one leaves nothing. */
function findUnreachable(routes: readonly GivenRoute[], report: Report): void {
  // What could not be read of a match is missing in it: nobody knows then what the route takes.
  const known = routes.filter(({ path }) => !report.isWrong([...path, 'match']))
  for (const [index, route] of known.entries()) {
    const before = known.slice(0, index).find((each) => coversMatch(each.match, route.match))
    if (before === undefined) continue
    const reason = `takes nothing: the route "${before.name}" before it takes all of these requests`
    if (coversMatch(route.match, before.match)) report.problem(route.path, reason)
    else report.warn(route.path, reason)
  }
}
