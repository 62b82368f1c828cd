/** A route of the proxy with its legs. */

import { isDeepStrictEqual } from 'node:util'
import type { RouteSettings, Settings } from '../core/settings.ts'
import type { AdmitRules } from './admit.ts'
import { Control } from './control.ts'
import { headEdits, type HeadEdits } from '../core/head-edits.ts'
import type { CreateTransport, Transport } from './leg.ts'
import { Mirror } from './mirror.ts'
import { routeMatcher, type RouteMatcher } from './routing.ts'
import { inFlightLimit, transportOptions } from './transport-options.ts'

/** The parts of the settings that the proxy lives by. */
export type ProxySettings = Pick<
  Settings,
  'listen' | 'listenSocket' | 'tls' | 'health' | 'via' | 'forwarded' | 'routes' | 'record'
>

/** A route with its legs, each of which has a pool of its own. */
export interface Route {
  readonly settings: RouteSettings
  /** Absent: it takes every request. */
  readonly matches: RouteMatcher | undefined
  readonly primary: Transport
  /** What is edited for primary; absent: nothing. */
  readonly edits: HeadEdits | undefined
  readonly mirror: Mirror | undefined
  readonly rules: AdmitRules
}

/** What all routes of one reading of the settings share. */
export interface RouteContext {
  readonly settings: ProxySettings
  /** Our name in `Via`. */
  readonly pseudonym: string
  readonly createTransport: CreateTransport
}

/** A former route of the same name, and the settings that it was opened with. */
export interface FormerRoute {
  readonly route: Route
  readonly settings: ProxySettings
}

/**
 * Opens a route. Legs of the former route whose settings are the same go on in this one, and a shadow at
 * the same URL keeps its breaker. Throws `invalid`, with nothing left open, when a leg cannot be made.
 */
export function openRoute(
  settings: RouteSettings,
  context: RouteContext,
  former?: FormerRoute,
): Route {
  const { via, forwarded } = context.settings
  const matches = routeMatcher(settings.match)
  const edits = headEdits(settings.primary)
  const mirror = keptMirror(settings, context, former) ?? openMirror(settings, context, former)
  try {
    return {
      settings,
      matches,
      edits,
      mirror,
      primary: keptPrimary(settings, former) ?? openPrimary(settings, context),
      rules: {
        pseudonym: via ? context.pseudonym : undefined,
        forwarded,
        fallbackHost: new URL(settings.primary.url).host,
      },
    }
  } catch (error) {
    if (mirror !== former?.route.mirror) mirror?.close()
    throw error
  }
}

function openPrimary({ primary }: RouteSettings, { createTransport }: RouteContext): Transport {
  return createTransport(transportOptions(primary, 'primary'))
}

function keptPrimary(
  { primary }: RouteSettings,
  former: FormerRoute | undefined,
): Transport | undefined {
  if (former === undefined) return undefined
  const before = transportOptions(former.route.settings.primary, 'primary')
  const isSame = isDeepStrictEqual(transportOptions(primary, 'primary'), before)
  return isSame ? former.route.primary : undefined
}

function keptMirror(
  { shadow, control, primary }: RouteSettings,
  { settings }: RouteContext,
  former: FormerRoute | undefined,
): Mirror | undefined {
  if (shadow === undefined || former === undefined) return undefined
  const before = former.route.settings
  const isSame =
    settings.record.maxBodyBytes === former.settings.record.maxBodyBytes &&
    isDeepStrictEqual([shadow, control], [before.shadow, before.control]) &&
    (control === undefined || isDeepStrictEqual(primary, before.primary))
  return isSame ? former.route.mirror : undefined
}

function openMirror(
  { shadow, control, primary }: RouteSettings,
  { settings, createTransport }: RouteContext,
  former: FormerRoute | undefined,
): Mirror | undefined {
  if (shadow === undefined) return undefined
  const { maxBodyBytes } = settings.record
  const transport = createTransport(transportOptions(shadow, 'shadow'))
  const bounded = { ...shadow, maxInFlight: inFlightLimit(shadow) }
  let repeats: Control | undefined
  try {
    repeats =
      control &&
      new Control({
        settings: { ...control, maxInFlight: inFlightLimit(control) },
        primary,
        transport: createTransport(transportOptions(control, 'control')),
        maxBodyBytes,
      })
  } catch (error) {
    transport.destroy()
    throw error
  }
  const mirror = new Mirror(bounded, transport, maxBodyBytes, repeats)
  const before = former?.route
  if (before?.mirror !== undefined && before.settings.shadow?.url === shadow.url) {
    mirror.succeed(before.mirror)
  }
  return mirror
}
