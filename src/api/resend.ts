/** One request sent to one upstream, bounded in time and size: what the console itself asks of the two versions. */

import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as requestHttps } from 'node:https'
import { codeOf, messageOf } from '../core/errors.ts'
import type { FailureReason, HeaderList, Observation } from '../core/exchange.ts'
import type { UpstreamSettings } from '../core/settings.ts'

/** What is sent. */
export interface ResendRequest {
  readonly method: string
  readonly target: string
  /** As they are sent, Host included; framing is added. */
  readonly headers: HeaderList
  readonly body: Buffer
}

/** What one answer may cost. */
export interface ResendBounds {
  readonly timeoutMs: number
  readonly maxBytes: number
}

/** Asks the upstream; what goes wrong is an observation too. */
export function resend(
  upstream: UpstreamSettings,
  { method, target, headers, body }: ResendRequest,
  { timeoutMs, maxBytes }: ResendBounds,
): Promise<Observation> {
  const { protocol, hostname, port } = new URL(upstream.url)
  const sentHeaders = [...headers, ...framing(method, body)]
  const startedAt = performance.now()
  const options: RequestOptions & { rejectUnauthorized?: boolean; servername?: string } = {
    ...{ method, path: target, headers: sentHeaders, agent: false },
    ...(upstream.socketPath === undefined
      ? { host: hostname.replace(/^\[|\]$/g, ''), port }
      : { socketPath: upstream.socketPath }),
    ...tlsOf(upstream, protocol),
    signal: AbortSignal.timeout(timeoutMs),
  }
  return new Promise((resolve) => {
    const base = () => ({ sentHeaders, durationMs: performance.now() - startedAt })
    const fail = (error: unknown) => {
      resolve({ kind: 'failure', ...explain(error, timeoutMs), ...base() })
    }
    const send = protocol === 'https:' ? requestHttps : requestHttp
    const sent = send(options, (response) => {
      readBody(response, maxBytes).then(({ bytes, isCut }) => {
        resolve({
          kind: 'response',
          status: response.statusCode ?? 0,
          reason: response.statusMessage ?? '',
          headers: response.rawHeaders,
          trailers: response.rawTrailers,
          body: { bytes, length: bytes.length, ...(isCut && { incomplete: 'too-long' as const }) },
          ...base(),
        })
      }, fail)
    })
    sent.once('error', fail)
    sent.end(body)
  })
}

async function readBody(response: IncomingMessage, maxBytes: number) {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response) {
    chunks.push(chunk as Buffer)
    length += (chunk as Buffer).length
    // Leaving the loop closes the connection.
    if (length > maxBytes)
      return { bytes: Buffer.concat(chunks).subarray(0, maxBytes), isCut: true }
  }
  return { bytes: Buffer.concat(chunks), isCut: false }
}

function framing(method: string, body: Buffer): HeaderList {
  const isExpected = ['POST', 'PUT', 'PATCH'].includes(method)
  const length = body.length > 0 || isExpected ? ['Content-Length', String(body.length)] : []
  return [...length, 'Connection', 'close']
}

function tlsOf({ tls }: UpstreamSettings, protocol: string) {
  if (protocol !== 'https:' || tls === undefined) return {}
  const { ca, cert, key, serverName, verify } = tls
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(serverName !== undefined && { servername: serverName }),
    rejectUnauthorized: verify,
  }
}

function explain(error: unknown, timeoutMs: number): { reason: FailureReason; message: string } {
  const code = codeOf(error) ?? ''
  if ((error as { name?: unknown }).name === 'AbortError' || code === 'ETIMEDOUT') {
    return { reason: 'timeout', message: `no whole answer within ${timeoutMs} ms` }
  }
  const message = code === '' ? messageOf(error) : code
  return { reason: reasonOf(code), message }
}

function reasonOf(code: string): FailureReason {
  if (code === 'ECONNREFUSED') return 'refused'
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'reset'
  if (code.startsWith('HPE_') || code.startsWith('ERR_INVALID')) return 'protocol'
  if (/CERT|TLS|SSL|SELF_SIGNED/.test(code)) return 'tls'
  return 'unreachable'
}
