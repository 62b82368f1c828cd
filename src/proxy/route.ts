/** The routes of a proxy with their legs. */

import type { RouteSettings, Settings } from '../core/settings.ts'
import type { AdmitRules } from './admit.ts'
import { Control } from './control.ts'
import type { CreateTransport, Transport } from './leg.ts'
import { Mirror } from './mirror.ts'
import { inFlightLimit, transportOptions } from './transport-options.ts'

/** The parts of the settings that the proxy lives by. */
export type ProxySettings = Pick<
  Settings,
  'listen' | 'health' | 'via' | 'forwarded' | 'routes' | 'record'
>

/** A route with its legs. */
export interface Route {
  readonly settings: RouteSettings
  readonly primary: Transport
  readonly mirror: Mirror | undefined
  readonly rules: AdmitRules
}

/** Opens the legs of every route; each leg has a pool of its own. */
export function openRoutes(
  settings: ProxySettings,
  pseudonym: string,
  createTransport: CreateTransport,
): readonly Route[] {
  return settings.routes.map((route) => ({
    settings: route,
    primary: createTransport(transportOptions(route.primary, 'primary')),
    mirror: route.shadow === undefined ? undefined : openMirror(route, settings, createTransport),
    rules: {
      pseudonym: settings.via ? pseudonym : undefined,
      forwarded: settings.forwarded,
      fallbackHost: new URL(route.primary.url).host,
    },
  }))
}

function openMirror(
  { shadow, control, primary }: RouteSettings,
  { record }: ProxySettings,
  createTransport: CreateTransport,
): Mirror | undefined {
  if (shadow === undefined) return undefined
  const transport = createTransport(transportOptions(shadow, 'shadow'))
  const bounded = { ...shadow, maxInFlight: inFlightLimit(shadow) }
  const { maxBodyBytes } = record
  if (control === undefined) return new Mirror(bounded, transport, maxBodyBytes)
  const leg = new Control({
    settings: { ...control, maxInFlight: inFlightLimit(control) },
    primary,
    transport: createTransport(transportOptions(control, 'control')),
    maxBodyBytes,
  })
  return new Mirror(bounded, transport, maxBodyBytes, leg)
}
