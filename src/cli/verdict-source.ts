/** Where a gate gets its verdict: from a running console over HTTP, or from a database file. */

import { request } from 'undici'
import { AppError, codeOf } from '../core/errors.ts'
import type { EvidenceReader } from '../core/ports.ts'
import { judgeRun } from '../core/verdict.ts'
import type { VerdictLimits } from '../core/verdict-limits.ts'
import type { Verdict } from '../core/verdict-reading.ts'

/** What the flags of the gate say; what is absent is the configuration's. */
export interface GateLimits {
  readonly minRequests?: number
  readonly maxDivergence?: number
  readonly maxLatencyRatio?: number
}

/** Gives the verdict as it is now. */
export interface VerdictSource {
  /** Rejects with `unavailable` when asking again may help, with another `AppError` when not. */
  read(): Promise<Verdict>
  close(): Promise<void>
}

const ANSWER_TIMEOUT_MS = 10_000
const MAX_ANSWER_BYTES = 64 * 1024 * 1024

/** Asks the API of a console; the token opens one that is not on loopback. */
export function consoleSource(
  base: URL,
  options: { readonly run?: string; readonly limits: GateLimits; readonly token?: string },
): VerdictSource {
  const url = new URL('api/v1/verdict', base.href.endsWith('/') ? base : `${base.href}/`)
  const { run, limits, token } = options
  for (const [name, value] of Object.entries({ run, ...limits })) {
    if (value !== undefined) url.searchParams.set(name, String(value))
  }
  const where = `the console at ${base.origin}`
  return {
    read: async () => {
      const { status, text } = await ask(url, token, where)
      if (status === 200) return verdictOf(text, where)
      const detail = detailOf(text)
      const why = detail ?? 'no reason was given'
      if (status === 401 || status === 403) {
        throw new AppError('invalid', `${where} refused the token: ${why}; set SHADOWDIFF_TOKEN`)
      }
      if (status >= 500 || status === 429) {
        throw new AppError('unavailable', `${where} answered ${status}: ${why}`)
      }
      // Whatever else answers there tells no problem, and has no verdict now or later.
      if (detail === undefined) throw noVerdict(where)
      if (status === 404) throw new AppError('not_found', `${where}: ${detail}`)
      throw new AppError('invalid', `${where} answered ${status}: ${detail}`)
    },
    close: async () => undefined,
  }
}

/** Judges what a database holds; nothing is known of a breaker then. */
export function databaseSource(
  reader: EvidenceReader & { close(): Promise<void> },
  options: { readonly run?: string; readonly limits: VerdictLimits; readonly path: string },
): VerdictSource {
  const { run, limits, path } = options
  return {
    read: async () => {
      const evidence = await reader.runEvidence(run)
      if (evidence !== undefined) return judgeRun(evidence, limits)
      throw new AppError(
        'not_found',
        run === undefined
          ? `${path}: no run was recorded yet`
          : `${path}: no run is called "${run}"`,
      )
    },
    close: () => reader.close(),
  }
}

async function ask(
  url: URL,
  token: string | undefined,
  where: string,
): Promise<{ status: number; text: string }> {
  try {
    const { statusCode, body } = await request(url, {
      headers: {
        accept: 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      headersTimeout: ANSWER_TIMEOUT_MS,
      bodyTimeout: ANSWER_TIMEOUT_MS,
    })
    let text = ''
    for await (const chunk of body.setEncoding('utf8')) {
      text += String(chunk)
      if (text.length > MAX_ANSWER_BYTES) throw new Error('its answer is too long')
    }
    return { status: statusCode, text }
  } catch (error) {
    const why = codeOf(error) ?? (error instanceof Error ? error.message : 'unknown error')
    throw new AppError('unavailable', `${where} cannot be asked (${why})`)
  }
}

function verdictOf(text: string, where: string): Verdict {
  const answer = parse(text)
  if (typeof answer === 'object' && answer !== null && 'verdict' in answer && 'reasons' in answer) {
    return answer as Verdict
  }
  throw noVerdict(where)
}

function noVerdict(where: string): AppError {
  return new AppError(
    'invalid',
    `${where} gave no verdict; is --console the address of shadowdiff?`,
  )
}

function detailOf(text: string): string | undefined {
  const problem = parse(text)
  return typeof problem === 'object' && problem !== null && 'detail' in problem
    ? String(problem.detail)
    : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
