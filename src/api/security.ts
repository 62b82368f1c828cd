/** What every answer carries, and whose Host is believed. */

import type { FastifyInstance } from 'fastify'
import { isLoopback } from '../core/loopback.ts'
import { HttpProblem } from './errors.ts'

/**
 * The dashboard runs under this policy without one violation. Trusted types make every `innerHTML` throw:
 * recorded bodies are hostile and can only be shown as text. Their one policy gives addresses of scripts, and
 * only that of the worker that makes diffs (`web/src/diff/start-worker.ts`).
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types shadowdiff-worker',
].join('; ')

/** What every answer carries; nothing may be cached unless a route says otherwise. */
export const SECURITY_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

/** Puts the headers on every answer and refuses foreign names while only loopback is listened on. */
export function installSecurity(app: FastifyInstance, listenHost: string): void {
  const names = allowedHosts(listenHost)
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(SECURITY_HEADERS)
    if (names === undefined) return
    const { host } = request.headers
    // Without this check a page on another site could point its own name at 127.0.0.1 (DNS
    // rebinding) and read everything that was recorded.
    if (host === undefined || !names.has(hostName(host))) {
      throw new HttpProblem(
        403,
        `Host: expected one of ${[...names].join(', ')}, found ${JSON.stringify(host ?? '')}; ` +
          'the console answers only to the name it listens on',
      )
    }
  })
}

/** The names that may be asked for; `undefined` when any may, since then a token is required. */
function allowedHosts(listenHost: string): ReadonlySet<string> | undefined {
  if (!isLoopback(listenHost)) return undefined
  return new Set(['localhost', '127.0.0.1', '[::1]', hostName(bracketed(listenHost))])
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
}

/** The Host header without port; ports are mapped and tunnelled, and do not matter here. */
function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, '')
}
