/** Asks the console's API; what goes wrong becomes an {@link ApiError} that can be shown as it is. */

import { basePath } from '../base.ts'
import { ApiError, problemOf } from './problem.ts'
import { endSession } from './session.ts'

/** What a query string is made from; absent and empty values are left out. */
export type Params = Readonly<Record<string, string | number | undefined>>

/** How the API is told to change something. */
export type Method = 'POST' | 'PATCH' | 'DELETE'

/** A change waits this long for its answer; what it began may still happen afterwards. */
const changeTimeoutMs = 60_000

/** The address of an API path such as `exchanges`, query included. */
export function apiUrl(path: string, params: Params = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && value !== '') search.set(name, String(value))
  }
  const query = search.toString()
  return `${basePath}api/v1/${path}${query === '' ? '' : `?${query}`}`
}

/** The JSON answer of an API path. */
export async function getJson<T>(path: string, params: Params, signal: AbortSignal): Promise<T> {
  return answerOf<T>(apiUrl(path, params), { signal, headers: { accept: 'application/json' } })
}

/** Has the API change something; resolves with its answer, `undefined` when that is empty. */
export async function sendJson<T>(
  method: Method,
  path: string,
  body: unknown = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<T> {
  return answerOf<T>(apiUrl(path), {
    method,
    signal: AbortSignal.timeout(changeTimeoutMs),
    headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

async function answerOf<T>(url: string, init: RequestInit & { signal: AbortSignal }): Promise<T> {
  let response: Response
  try {
    response = await fetch(url, init)
  } catch (cause) {
    const isTimeout = cause instanceof DOMException && cause.name === 'TimeoutError'
    if (init.signal.aborted && !isTimeout) throw cause
    const words = isTimeout
      ? 'The console took too long to answer; what was asked for may still happen.'
      : 'The console did not answer. Is shadowdiff still running?'
    throw new ApiError(words, undefined, { cause })
  }
  if (!response.ok) {
    if (response.status === 401) endSession()
    throw await problemOf(response)
  }
  if (response.status === 204) return undefined as T
  try {
    return (await response.json()) as T
  } catch (cause) {
    throw new ApiError('The console’s answer broke off or was no JSON.', response.status, { cause })
  }
}
