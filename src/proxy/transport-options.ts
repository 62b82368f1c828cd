/** How the connections to an upstream are made, by its settings and its role. */

import type { Role } from '../core/exchange.ts'
import type { UpstreamSettings } from '../core/settings.ts'
import type { TransportOptions } from './leg.ts'

/** Connections to one primary at once; what comes on top waits for a free one. */
const PRIMARY_CONNECTIONS = 4096
const IDLE_CONNECTIONS = 1024
/** Shorter than the keep-alive of usual servers, so that they rarely close a connection under a request. */
const KEEP_ALIVE_MS = 4_000

/** The settings of an upstream; `maxInFlight` is what shadow and control have. */
export type Connectable = UpstreamSettings & { readonly maxInFlight?: number }

/** What `createTransport` is given for this upstream. */
export function transportOptions(upstream: Connectable, role: Role): TransportOptions {
  const maxConnections = role === 'primary' ? primaryConnections(upstream) : inFlightLimit(upstream)
  const { url, socketPath, tls } = upstream
  return {
    url,
    maxConnections,
    maxIdleConnections: Math.min(maxConnections, IDLE_CONNECTIONS),
    keepAliveMs: KEEP_ALIVE_MS,
    ...(socketPath === undefined ? undefined : { socketPath }),
    ...(tls === undefined ? undefined : { tls }),
  }
}

/**
 * Copies on their way to a shadow or control at once: never more than it may have connections, because a
 * copy that waits inside the transport would run into a timeout that is no failure of the upstream.
 */
export function inFlightLimit({ maxInFlight, maxConnections }: Connectable): number {
  const limit = Math.min(maxInFlight ?? PRIMARY_CONNECTIONS, maxConnections ?? PRIMARY_CONNECTIONS)
  return Math.max(1, limit)
}

function primaryConnections({ maxConnections }: UpstreamSettings): number {
  return Math.max(1, maxConnections ?? PRIMARY_CONNECTIONS)
}
