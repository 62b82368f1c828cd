/** Many clients at once, each checking every answer against what primary is known to answer. */

import { isDeepStrictEqual } from 'node:util'
import { RawClient, without } from './http-client.ts'
import { mixedAnswer, mixedRequest } from './mixed-upstream.ts'

/** Load that runs until its last request or until it is stopped. */
export interface MixedLoad {
  /** Answers that were exactly primary's so far. */
  answered(): number
  /** What was wrong, in words; empty when nothing was. */
  readonly wrong: readonly string[]
  /** Sends no new request; resolves when the last answer is in. */
  stop(): Promise<void>
  /** Resolves when all requests have their answers. */
  readonly done: Promise<void>
}

/** Sends the requests `from` to `to` of the mix, `concurrency` at once. */
export function startMixedLoad(
  url: string,
  { from = 0, to = Number.MAX_SAFE_INTEGER, concurrency = 50 } = {},
): MixedLoad {
  const client = new RawClient(url, concurrency)
  const wrong: string[] = []
  let next = from
  let answered = 0
  let stopped = false

  const one = async (n: number): Promise<void> => {
    const { requestId, ...request } = mixedRequest(n)
    const expected = mixedAnswer(request, 1)
    const what = `${request.method ?? 'GET'} ${request.path} (${requestId})`
    try {
      const { status, reason, headers, body } = await client.send(request)
      const own = without(headers, 'date', 'connection', 'keep-alive', 'transfer-encoding')
      // Upstream named no request id, so the proxy does.
      const wanted = [...expected.headers, 'x-request-id', requestId]
      if (status !== expected.status || reason !== expected.reason) {
        wrong.push(`${what}: ${status} ${reason} instead of ${expected.status} ${expected.reason}`)
      } else if (!isDeepStrictEqual(lowerLast(own), wanted)) {
        wrong.push(`${what}: headers ${own.join('|')} instead of ${wanted.join('|')}`)
      } else if (!body.equals(expected.body)) {
        wrong.push(`${what}: ${body.length} bytes, not the ${expected.body.length} of primary`)
      } else answered++
    } catch (error) {
      wrong.push(`${what}: ${String(error)}`)
    }
  }
  const worker = async (): Promise<void> => {
    while (!stopped && next < to) await one(next++)
  }
  const done = Promise.all(Array.from({ length: concurrency }, worker)).then(() => {
    client.close()
  })
  return {
    answered: () => answered,
    wrong,
    done,
    stop: () => {
      stopped = true
      return done
    },
  }
}

/** Our own header's case and place are ours to choose: it is compared last and in lower case. */
function lowerLast(headers: readonly string[]): string[] {
  const at = headers.findIndex((line, i) => i % 2 === 0 && line.toLowerCase() === 'x-request-id')
  if (at === -1) return [...headers]
  const rest = [...headers]
  const [, value = ''] = rest.splice(at, 2)
  return [...rest, 'x-request-id', value]
}
