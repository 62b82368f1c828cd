/** A stored request, sent again to both versions and compared with today's rules. Nothing of it is stored. */

import { randomBytes, randomUUID } from 'node:crypto'
import type { Comparer } from '../core/compare.ts'
import { AppError } from '../core/errors.ts'
import type { Exchange, HeaderList, Observation } from '../core/exchange.ts'
import { isHopByHop } from '../core/headers.ts'
import { holdsPlaceholder, keyIdOf } from '../core/placeholder.ts'
import type { Clock, JudgedExchange } from '../core/ports.ts'
import { createRedactor } from '../core/redact.ts'
import type { Settings, UpstreamSettings } from '../core/settings.ts'
import { resend, type ResendBounds } from './resend.ts'

/** What came of it. */
export interface Replayed {
  /** Compared with the true values, and redacted as everything that is shown. */
  readonly judged: JudgedExchange
  /** Headers and other places whose values were not kept and so were left out. */
  readonly unsent: readonly string[]
}

/** Methods that change nothing, by their definition (RFC 9110 §9.2.1). */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

const BOUNDS: ResendBounds = { timeoutMs: 15_000, maxBytes: 4 * 1024 * 1024 }

/** Sends it again; `invalid` or `conflict` when it cannot be sent as it was. */
export async function replay(
  { exchange, endpoint }: JudgedExchange,
  options: {
    readonly settings: Settings
    readonly comparer: Comparer
    readonly clock: Clock
    readonly force: boolean
  },
): Promise<Replayed> {
  const { settings, comparer, clock, force } = options
  const { request } = exchange
  const route = settings.routes.find(({ name }) => name === exchange.route)
  requireSendable(exchange, force)
  if (route?.shadow === undefined) {
    throw new AppError('conflict', `Route ${exchange.route} is not mirrored any more`)
  }
  const requestId = randomUUID()
  const unsent = new Set<string>()
  const leg = (upstream: UpstreamSettings, recorded: Observation | undefined) => {
    const lines = recorded?.sentHeaders ?? exchange.primary?.sentHeaders ?? request.headers
    return resend(
      upstream,
      {
        method: request.method,
        target: rewritten(request.target, upstream),
        headers: sendable(lines, upstream, requestId, unsent),
        body: request.body.bytes,
      },
      BOUNDS,
    )
  }
  const startedAt = clock.now()
  const [primary, shadow] = await Promise.all([
    leg(route.primary, exchange.primary),
    leg(route.shadow, exchange.shadow),
  ])
  const again: Exchange = {
    ...{ id: exchange.id, requestId, startedAt, route: exchange.route, source: 'replay' },
    ...{ request, primary, shadow, shadowWaitMs: 0 },
  }
  const judged = comparer.judge(again, endpoint)
  // The key is forgotten with the answer: equal stays equal within it, and that is all anybody needs.
  const key = randomBytes(32)
  const redactor = createRedactor({ key, keyId: keyIdOf(key), ...settings.record.redact })
  return { judged: redactor.redact(judged), unsent: [...unsent] }
}

function requireSendable({ request, unmirrored }: Exchange, force: boolean): void {
  const { method, target, body } = request
  if (!SAFE.has(method) && !force) {
    throw new AppError(
      'invalid',
      `force: ${method} may change data; expected true to send it again`,
    )
  }
  if (unmirrored === 'upgrade') {
    throw new AppError('conflict', 'An upgraded connection cannot be sent again')
  }
  if (
    body.sha256 !== undefined ||
    body.incomplete !== undefined ||
    body.bytes.length < body.length
  ) {
    if (!holdsPlaceholder(body.bytes.toString('latin1'))) {
      throw new AppError('conflict', 'The whole body of the request was not kept')
    }
  }
  if (holdsPlaceholder(target) || holdsPlaceholder(body.bytes.toString('latin1'))) {
    throw new AppError(
      'conflict',
      'The request held secrets in its address or body, which were not kept; it cannot be sent again',
    )
  }
}

/** The recorded lines without what was not kept, and with what the configuration sets today. */
function sendable(
  lines: HeaderList,
  { url, headers: edits }: UpstreamSettings,
  requestId: string,
  unsent: Set<string>,
): HeaderList {
  const set = edits?.set ?? []
  const replaced = new Set(['x-request-id', ...set.map(([name]) => name.toLowerCase())])
  const removed = new Set(edits?.remove)
  const kept: string[] = []
  for (let i = 0; i < lines.length; i += 2) {
    const name = lines[i] ?? ''
    const value = lines[i + 1] ?? ''
    const lower = name.toLowerCase()
    if (replaced.has(lower) || removed.has(lower) || isHopByHop(lower)) continue
    if (lower === 'content-length' || lower === 'expect') continue
    if (holdsPlaceholder(value)) unsent.add(`header:${lower}`)
    else kept.push(name, value)
  }
  const hasHost = kept.some((line, i) => i % 2 === 0 && line.toLowerCase() === 'host')
  const host = hasHost ? [] : ['Host', new URL(url).host]
  return [...host, ...kept, 'x-request-id', requestId, ...set.flat()]
}

function rewritten(target: string, { rewritePrefix }: UpstreamSettings): string {
  if (rewritePrefix === undefined) return target
  const from = rewritePrefix.from.replace(/\/$/, '')
  const [path = ''] = target.split('?', 1)
  // `/api` does not begin `/apiary`.
  if (path !== from && !path.startsWith(`${from}/`)) return target
  const to = rewritePrefix.to.replace(/\/$/, '') + path.slice(from.length)
  return `${to === '' ? '/' : to}${target.slice(path.length)}`
}
