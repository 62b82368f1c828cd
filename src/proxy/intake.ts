/** What the proxy does with each request: refuse it, or forward it and decide about its copy. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { headerValues } from '../core/headers.ts'
import { admit, type Admitted, type RequestHead } from './admit.ts'
import type { Connection } from './connection.ts'
import { Forward } from './forward.ts'
import type { ClientSide } from './forwarded.ts'
import { isValidRequestId } from './ids.ts'
import { orderKey } from './order.ts'
import { Passage, type PassageContext } from './passage.ts'
import { recordRefused } from './recorded.ts'
import { NO_ROUTE, type Refusal } from './refusal.ts'
import type { Route } from './route.ts'
import type { RouteTable } from './route-table.ts'
import { sendRefusal } from './send-refusal.ts'

/** A request that was let in. */
export interface Taken {
  readonly passage: Passage
  readonly route: Route
}

/** A request that we answer ourselves; with its id when that can be looked up. */
export interface Refused {
  readonly refusal: Refusal
  readonly requestId?: string
}

/** Takes requests in, one by one. */
export class Intake {
  #context: PassageContext
  readonly #routes: RouteTable
  #closing = false

  constructor(context: PassageContext, routes: RouteTable) {
    this.#context = context
    this.#routes = routes
  }

  /** From now on so much of bodies is kept. */
  keep(maxBodyBytes: number): void {
    this.#context = { ...this.#context, maxBodyBytes }
  }

  /** From now on every answer is the last one on its connection. */
  stop(): void {
    this.#closing = true
  }

  /** Answers one request, from primary or by refusing it. */
  serve(req: IncomingMessage, res: ServerResponse, connection: Connection): void {
    // Behind a request whose end is uncertain nothing is a request.
    if (connection.doomed) return
    res.sendDate = false
    if (this.#closing) res.shouldKeepAlive = false
    const taken = this.take(req, connection.client)
    if ('refusal' in taken) {
      const close = taken.refusal.status === 400 || mayHaveBody(req)
      connection.doomed ||= close
      const { requestId } = taken
      sendRefusal(res, taken.refusal, { close, ...(requestId !== undefined && { requestId }) })
      return
    }
    const { passage, route } = taken
    this.#decide(taken, connection)
    connection.begin(new Forward(req, res, passage, route, connection))
  }

  /** Counts a request, reads its head and finds its route. */
  take(req: IncomingMessage, client: ClientSide): Taken | Refused {
    const { sole, rules } = this.#routes
    const head = {
      method: req.method ?? '',
      target: req.url ?? '',
      version: req.httpVersion,
      headers: req.rawHeaders,
    }
    const admitted = admit(head, sole?.rules ?? rules, client)
    if (admitted.kind === 'refusal') return this.#refuse(head, admitted)
    if (sole === undefined) return this.#takeMatched(head, admitted, client)
    return { passage: new Passage(this.#context, head, admitted, sole.settings.name), route: sole }
  }

  #refuse(head: RequestHead, refusal: Refusal): Refused {
    const [sent, ...more] = headerValues(head.headers, 'x-request-id')
    const named = sent !== undefined && more.length === 0 && isValidRequestId(sent)
    recordRefused(this.#context, head, named ? sent : '', 'bad-request')
    return { refusal }
  }

  #takeMatched(head: RequestHead, admitted: Admitted, client: ClientSide): Taken | Refused {
    const { method, headers } = head
    const { requestId, target, host } = admitted
    const route = this.#routes.choose({ method, authority: host, target, headers })
    if (route === undefined) {
      recordRefused(this.#context, head, requestId, 'no-route')
      return { refusal: NO_ROUTE, requestId }
    }
    // Only HTTP/1.0 can do without a Host; primary's is known now.
    const again = host === '' ? admit(head, route.rules, client) : admitted
    if (again.kind === 'refusal') return this.#refuse(head, again)
    return { passage: new Passage(this.#context, head, again, route.settings.name), route }
  }

  /** Counts a request whose head could not be read. */
  countMalformed(): void {
    this.#context.books.saw()
    this.#context.books.leftUnmirrored('bad-request')
  }

  /** Decides what the head alone decides about the copy, and keeps the body when there may be one. */
  #decide({ passage, route: { mirror } }: Taken, connection: Connection): void {
    if (mirror === undefined) {
      passage.leaveUnmirrored('no-shadow')
      return
    }
    const { head, admitted } = passage
    const declined = mirror.declines(head.method, admitted.requestId)
    if (declined !== undefined) {
      passage.leaveUnmirrored(declined)
      return
    }
    passage.orderKey = orderKey(mirror.settings.order, head.headers, connection)
    const { framing } = admitted
    if (framing.kind === 'none') return
    const limit = mirror.settings.maxRequestBodyBytes
    if (framing.kind === 'length' && framing.length > limit) passage.leaveUnmirrored('too-large')
    else passage.captureRequest(limit)
  }
}

function mayHaveBody({ rawHeaders }: IncomingMessage): boolean {
  return (
    headerValues(rawHeaders, 'transfer-encoding').length > 0 ||
    headerValues(rawHeaders, 'content-length').some((length) => length !== '0')
  )
}
