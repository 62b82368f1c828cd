/** The routes of a proxy with their legs. */

import type { RouteSettings, Settings } from '../core/settings.ts'
import type { AdmitRules } from './admit.ts'
import type { CreateTransport, Transport } from './leg.ts'
import { Mirror } from './mirror.ts'

/** Connections to one primary at once; what comes on top waits for a free one. */
const PRIMARY_CONNECTIONS = 4096
const IDLE_CONNECTIONS = 256
/** Shorter than the keep-alive of usual servers, so that they rarely close a connection under a request. */
const KEEP_ALIVE_MS = 4_000

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
    primary: createTransport({
      url: route.primary.url,
      maxConnections: PRIMARY_CONNECTIONS,
      maxIdleConnections: IDLE_CONNECTIONS,
      keepAliveMs: KEEP_ALIVE_MS,
    }),
    mirror: route.shadow === undefined ? undefined : openMirror(route, settings, createTransport),
    rules: {
      pseudonym: settings.via ? pseudonym : undefined,
      forwarded: settings.forwarded,
      fallbackHost: new URL(route.primary.url).host,
    },
  }))
}

function openMirror(
  { shadow }: RouteSettings,
  { record }: ProxySettings,
  createTransport: CreateTransport,
): Mirror | undefined {
  if (shadow === undefined) return undefined
  const transport = createTransport({
    url: shadow.url,
    maxConnections: shadow.maxInFlight,
    maxIdleConnections: shadow.maxInFlight,
    keepAliveMs: KEEP_ALIVE_MS,
  })
  return new Mirror(shadow, transport, record.maxBodyBytes)
}
