/** What the proxy does with each request: refuse it, or forward it and decide about its copy. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { headerValues } from '../core/headers.ts'
import { admit } from './admit.ts'
import type { Connection } from './connection.ts'
import { Forward } from './forward.ts'
import type { ClientSide } from './forwarded.ts'
import { isValidRequestId } from './ids.ts'
import { orderKey } from './order.ts'
import { Passage, recordRefused, type PassageContext } from './passage.ts'
import type { Refusal } from './refusal.ts'
import type { Route } from './route.ts'
import { sendRefusal } from './send-refusal.ts'

/** A request that was let in. */
export interface Taken {
  readonly passage: Passage
  readonly route: Route
}

/** Takes requests in, one by one. */
export class Intake {
  readonly #context: PassageContext
  readonly #route: Route
  #closing = false

  constructor(context: PassageContext, route: Route) {
    this.#context = context
    this.#route = route
  }

  /** From now on every answer is the last one on its connection. */
  stop(): void {
    this.#closing = true
  }

  /** Answers one request, from primary or by refusing it. */
  serve(req: IncomingMessage, res: ServerResponse, connection: Connection): void {
    res.sendDate = false
    if (this.#closing) res.shouldKeepAlive = false
    const taken = this.take(req, connection.client)
    if ('kind' in taken) {
      const close = taken.status === 400 || mayHaveBody(req)
      connection.doomed ||= close
      sendRefusal(res, taken, { close })
      return
    }
    const { passage, route } = taken
    this.#decide(taken, connection)
    connection.begin(new Forward(req, res, passage, route, connection))
  }

  /** Counts a request and reads its head. */
  take(req: IncomingMessage, client: ClientSide): Taken | Refusal {
    const route = this.#route
    const head = {
      method: req.method ?? '',
      target: req.url ?? '',
      version: req.httpVersion,
      headers: req.rawHeaders,
    }
    const admitted = admit(head, route.rules, client)
    if (admitted.kind === 'refusal') {
      const [sent, ...more] = headerValues(req.rawHeaders, 'x-request-id')
      const named = sent !== undefined && more.length === 0 && isValidRequestId(sent)
      recordRefused(this.#context, head, named ? sent : '')
      return admitted
    }
    return { passage: new Passage(this.#context, head, admitted, route.settings.name), route }
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
