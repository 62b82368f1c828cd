/** A stored request, sent again to both versions and compared with today's rules. Nothing of it is stored. */

import { randomBytes, randomUUID } from 'node:crypto'
import type { Comparer } from '../core/compare.ts'
import { AppError } from '../core/errors.ts'
import type { Exchange, HeaderList, Observation } from '../core/exchange.ts'
import { headEdits } from '../core/head-edits.ts'
import { isHopByHop } from '../core/headers.ts'
import { keyIdOf } from '../core/placeholder.ts'
import { holdsPlaceholder } from '../core/placeholder-form.ts'
import type { Clock, JudgedExchange, SendOnce } from '../core/ports.ts'
import { createRedactor } from '../core/redact.ts'
import type { Settings, UpstreamSettings } from '../core/settings.ts'

/** What came of it. */
export interface Replayed {
  /** Compared with the true values, and redacted as everything that is shown. */
  readonly judged: JudgedExchange
  /** Headers and other places whose values were not kept and so were left out. */
  readonly unsent: readonly string[]
}

/** Methods that change nothing, by their definition (RFC 9110 §9.2.1). */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

/** Sends it again; `invalid` or `conflict` when it cannot be sent as it was. */
export async function replay(
  { exchange, endpoint }: JudgedExchange,
  options: {
    readonly settings: Settings
    readonly comparer: Comparer
    readonly clock: Clock
    readonly force: boolean
    readonly send: SendOnce
  },
): Promise<Replayed> {
  const { settings, comparer, clock, force, send } = options
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
    const edits = headEdits(upstream)
    const edited = edits?.headers(lines) ?? lines
    return send(upstream, {
      method: request.method,
      target: edits?.target(request.target) ?? request.target,
      headers: sendable(edited, upstream.url, requestId, unsent),
      body: request.body.bytes,
    })
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

/** The recorded lines under the configuration of today, without what was not kept. */
function sendable(
  lines: HeaderList,
  url: string,
  requestId: string,
  unsent: Set<string>,
): HeaderList {
  const kept: string[] = []
  let hasHost = false
  for (let i = 0; i < lines.length; i += 2) {
    const name = lines[i] ?? ''
    const value = lines[i + 1] ?? ''
    const lower = name.toLowerCase()
    if (lower === 'x-request-id' || isHopByHop(lower)) continue
    if (lower === 'content-length' || lower === 'expect') continue
    if (holdsPlaceholder(value)) {
      unsent.add(`header:${lower}`)
      continue
    }
    hasHost ||= lower === 'host'
    kept.push(name, value)
  }
  const host = hasHost ? [] : ['Host', new URL(url).host]
  return [...host, ...kept, 'x-request-id', requestId]
}
