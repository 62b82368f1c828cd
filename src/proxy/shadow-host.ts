/** The Host of the shadow's copy. */

import type { ShadowHost } from '../core/settings.ts'

/**
 * Puts `-shadow` where Envoy puts it: before the last colon, whatever stands after it, unless a `]` stands
 * after it (an IPv6 literal without a port); at the end when there is no colon.
 */
export function withShadowSuffix(host: string): string {
  const colon = host.lastIndexOf(':')
  if (colon === -1 || host.includes(']', colon)) return `${host}-shadow`
  return `${host.slice(0, colon)}-shadow${host.slice(colon)}`
}

/** The Host that the policy gives a copy of a request that primary got with `host`. */
export function shadowHost(policy: ShadowHost, host: string, shadowAuthority: string): string {
  switch (policy.kind) {
    case 'suffix':
      return withShadowSuffix(host)
    case 'preserve':
      return host
    case 'upstream':
      return shadowAuthority
    case 'literal':
      return policy.host
  }
}
