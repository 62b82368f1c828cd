/** Asks the console's API; what goes wrong becomes an {@link ApiError} that can be shown as it is. */

import { basePath } from '../base.ts'

/** What a query string is made from; absent and empty values are left out. */
export type Params = Readonly<Record<string, string | number | undefined>>

/** Why the API gave no answer, in words for people. */
export class ApiError extends Error {
  /** The HTTP status; absent when nothing answered. */
  readonly status: number | undefined

  constructor(message: string, status?: number, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ApiError'
    this.status = status
  }
}

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
  let response: Response
  try {
    response = await fetch(apiUrl(path, params), {
      signal,
      headers: { accept: 'application/json' },
    })
  } catch (cause) {
    if (signal.aborted) throw cause
    throw new ApiError('The console did not answer. Is shadowdiff still running?', undefined, {
      cause,
    })
  }
  if (!response.ok) throw await problemOf(response)
  try {
    return (await response.json()) as T
  } catch (cause) {
    throw new ApiError('The console’s answer broke off or was no JSON.', response.status, { cause })
  }
}

async function problemOf(response: Response): Promise<ApiError> {
  const fallback = `The console answered ${response.status} ${response.statusText}.`
  try {
    const problem: unknown = await response.json()
    const text = (name: string) =>
      typeof problem === 'object' && problem !== null && name in problem
        ? String((problem as Record<string, unknown>)[name])
        : undefined
    return new ApiError(text('detail') ?? text('title') ?? fallback, response.status)
  } catch {
    return new ApiError(fallback, response.status)
  }
}
