/** What a request to the demo shop is, and what an answer is, as data: the handlers do no I/O. */

import type { RegressionId } from './regressions.ts'

/** A request as the handlers see it. */
export interface ShopRequest {
  readonly method: string
  readonly query: URLSearchParams
  /** What the pattern of the route caught, in order. */
  readonly params: readonly string[]
  /** The parsed JSON body; undefined when there is none or it is no JSON. */
  readonly body: unknown
  /** Ids and times that the shop makes are made from it, so that both versions make the same. */
  readonly requestId: string
  /** `http://` and the Host that the client named. */
  readonly origin: string
  readonly cookie: string | undefined
  /** Whether this shop has the regression. */
  readonly breaks: (id: RegressionId) => boolean
}

/** An answer before content coding and conditional requests, which the server does for all of them. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body: Buffer
  /** How long the shop thinks before it answers. */
  readonly delayMs?: number
}

/** A JSON answer. */
export function json(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string | string[]>> = {},
): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: Buffer.from(JSON.stringify(value)),
  }
}

/** An answer that says what is wrong. */
export function problem(status: number, message: string): Reply {
  return json(status, { error: { status, message } }, { 'cache-control': 'no-store' })
}

/** An answer without a body. */
export function empty(status: number, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers, body: Buffer.alloc(0) }
}
