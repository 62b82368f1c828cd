/** Where an upstream's URL leads, and what TLS to it is made of. */

import { X509Certificate } from 'node:crypto'
import net from 'node:net'
import tls from 'node:tls'
import { AppError, messageOf } from '../core/errors.ts'
import type { UpstreamTls } from '../core/settings.ts'

/** Host and port that a URL names; an IPv6 address without its brackets. */
export function addressOf(url: string): { host: string; port: number; isSecure: boolean } {
  const { protocol, hostname, port } = new URL(url)
  const isSecure = protocol === 'https:'
  return {
    host: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
    port: port === '' ? (isSecure ? 443 : 80) : Number(port),
    isSecure,
  }
}

/** The part of Node's options that settings decide. */
export interface TlsOptions {
  readonly host: string
  readonly servername?: string
  readonly rejectUnauthorized: boolean
  readonly checkServerIdentity: typeof tls.checkServerIdentity
  readonly secureContext: tls.SecureContext
}

/**
 * What TLS to an upstream is given; certificates are verified unless told otherwise. Throws `invalid` when
 * what is configured is no certificate or no key. The files are read into a context once: every
 * connection would parse them anew.
 */
export function tlsOptions(url: string, settings: UpstreamTls | undefined): TlsOptions {
  const { ca, cert, key, serverName, verify = true } = settings ?? {}
  const { host } = addressOf(url)
  const name = serverName ?? host
  const verified = {
    host,
    rejectUnauthorized: verify,
    // RFC 6066 §3: addresses are no names to ask for.
    ...(net.isIP(name) === 0 ? { servername: name } : undefined),
    checkServerIdentity: (_host: string, certificate: tls.PeerCertificate) =>
      tls.checkServerIdentity(name, certificate),
  }
  try {
    // A context would take what is no certificate for none at all, and then trust nobody.
    if (ca !== undefined) new X509Certificate(ca)
    const secureContext = tls.createSecureContext({
      ...(ca === undefined ? undefined : { ca }),
      ...(cert === undefined ? undefined : { cert }),
      ...(key === undefined ? undefined : { key }),
    })
    return { ...verified, secureContext }
  } catch (cause) {
    throw new AppError(
      'invalid',
      `the TLS settings of ${url} cannot be used: ${messageOf(cause)}`,
      {
        cause,
      },
    )
  }
}
