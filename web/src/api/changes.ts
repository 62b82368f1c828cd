/** What people change. Each change tells which nouns of the API are old afterwards. */

import { sendJson, type Method } from './client.ts'
import { readAnew } from './query-client.ts'

/** One request that changes something. */
export interface Change {
  readonly method: Method
  /** Path below the API: `runs`, `rules/gen-time`. */
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends a change, once. The nouns that are `stale` afterwards are read anew; the audit list always is. */
export async function sendChange<T>(
  { method, path, body, headers }: Change,
  stale: readonly string[],
): Promise<T> {
  const answer = await sendJson<T>(method, path, body, headers)
  await readAnew([...stale, 'audit'])
  return answer
}
