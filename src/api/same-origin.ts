/** Keeps pages of other sites from changing anything with what a browser sends along by itself. */

import type { FastifyRequest } from 'fastify'
import { HttpProblem } from './errors.ts'

/** Refuses a request that a page of another origin made; programs that are no browsers pass. */
export function requireSameOrigin({ headers }: FastifyRequest): void {
  const site = headers['sec-fetch-site']
  if (site !== undefined) {
    // The browser itself says it, whatever names and ports are mapped on the way.
    if (site === 'same-origin' || site === 'none') return
    throw refused(`a page of another origin (Sec-Fetch-Site: ${site})`)
  }
  // Browsers tell this one only where the page is trustworthy; every one tells Origin with a change.
  const { origin } = headers
  if (origin === undefined) return
  const own = [headers.host, headers['x-forwarded-host']]
  // No page can set X-Forwarded-Host on a request to elsewhere without being allowed to.
  if (own.some((host) => typeof host === 'string' && isOriginOf(origin, host))) return
  throw refused(`a page of ${JSON.stringify(origin.slice(0, 200))}`)
}

function isOriginOf(origin: string, host: string): boolean {
  const [, authority] = /^https?:\/\/([^/?#\s]+)$/i.exec(origin) ?? []
  return authority?.toLowerCase() === host.toLowerCase()
}

function refused(by: string): HttpProblem {
  return new HttpProblem(
    403,
    `Origin: expected this console's own pages or a program, found ${by}; nothing was changed`,
  )
}

/** Whether the browser reached us over https, as far as the request shows; it decides about `Secure`. */
export function cameOverHttps({ headers }: FastifyRequest): boolean {
  // Who lies here only keeps the cookie from himself.
  const [forwarded = ''] = String(headers['x-forwarded-proto'] ?? '').split(',')
  return (
    forwarded.trim().toLowerCase() === 'https' ||
    headers.origin?.toLowerCase().startsWith('https://') === true
  )
}
