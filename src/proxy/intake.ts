/** What the proxy does with each request: refuse it, or forward it and decide about its copy. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RouteSettings, Settings } from '../core/settings.ts'
import { admit, type Admitted, type AdmitRules } from './admit.ts'
import type { ClientSide } from './forwarded.ts'
import { Forward } from './forward.ts'
import { isValidRequestId } from './ids.ts'
import type { CreateTransport, Transport } from './leg.ts'
import { Mirror } from './mirror.ts'
import { orderKey } from './order.ts'
import { Passage, type PassageContext } from './passage.ts'
import type { Refusal } from './refusal.ts'
import { sendRefusal } from './send-refusal.ts'
import type { Connection } from './connection.ts'

/** Connections to one primary at once; what comes on top waits for a free one. */
const PRIMARY_CONNECTIONS = 4096
const IDLE_CONNECTIONS = 256
/** Shorter than the keep-alive of usual servers, so that they rarely close a connection under a request. */
const KEEP_ALIVE_MS = 4_000

/** The parts of the settings that the proxy lives by. */
export type ProxySettings = Pick<
  Settings,
  'listen' | 'health' | 'via' | 'forwarded' | 'routes' | 'record'
>

/** A route with its legs. */
export interface Route {
  readonly settings: RouteSettings
  readonly primary: Transport
  readonly mirror: Mirror | undefined
  readonly rules: AdmitRules
}

/** Opens the legs of every route; each leg has a pool of its own. */
export function openRoutes(
  settings: ProxySettings,
  pseudonym: string,
  createTransport: CreateTransport,
): readonly Route[] {
  return settings.routes.map((route) => ({
    settings: route,
    primary: createTransport({
      url: route.primary.url,
      maxConnections: PRIMARY_CONNECTIONS,
      maxIdleConnections: IDLE_CONNECTIONS,
      keepAliveMs: KEEP_ALIVE_MS,
    }),
    mirror:
      route.shadow === undefined
        ? undefined
        : new Mirror(
            route.shadow,
            createTransport({
              url: route.shadow.url,
              maxConnections: route.shadow.maxInFlight,
              maxIdleConnections: route.shadow.maxInFlight,
              keepAliveMs: KEEP_ALIVE_MS,
            }),
            settings.record.maxBodyBytes,
          ),
    rules: {
      pseudonym: settings.via ? pseudonym : undefined,
      forwarded: settings.forwarded,
      fallbackHost: new URL(route.primary.url).host,
    },
  }))
}

/** A request that was let in. */
export interface Taken {
  readonly admitted: Admitted
  readonly passage: Passage
  readonly route: Route
}

/** Takes requests in, one by one. */
export class Intake {
  readonly #context: PassageContext
  readonly #routes: readonly Route[]
  #closing = false

  constructor(context: PassageContext, routes: readonly Route[]) {
    this.#context = context
    this.#routes = routes
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
      const close = taken.status === 400 || hasBody(req)
      connection.doomed ||= close
      sendRefusal(res, taken, { close })
      return
    }
    const { admitted, passage, route } = taken
    this.#decide(taken, connection)
    const forward = new Forward(
      req,
      res,
      passage,
      route.settings.primary,
      (complete) => {
        route.mirror?.offer(complete)
      },
      (settled) => {
        connection.remove(settled)
      },
    )
    connection.add(forward)
    forward.start(admitted, route.primary)
  }

  /** Counts a request and reads its head. */
  take(req: IncomingMessage, client: ClientSide): Taken | Refusal {
    const route = this.#routes[0]
    if (route === undefined) throw new Error('a proxy has at least one route')
    const method = req.method ?? ''
    const target = req.url ?? ''
    const admitted = admit(
      { method, target, version: req.httpVersion, headers: req.rawHeaders },
      route.rules,
      client,
    )
    if (admitted.kind === 'refusal') {
      const sent = req.headers['x-request-id']
      const requestId = typeof sent === 'string' && isValidRequestId(sent) ? sent : ''
      const passage = new Passage(
        this.#context,
        { method, target, headers: req.rawHeaders, requestId },
        undefined,
      )
      passage.leaveUnmirrored('bad-request')
      passage.primaryFinished(undefined)
      return admitted
    }
    const passage = new Passage(
      this.#context,
      { method, target, headers: req.rawHeaders, requestId: admitted.requestId },
      route.settings,
    )
    passage.sentHeaders = admitted.headers
    passage.host = admitted.host
    passage.target = admitted.target
    passage.framing = admitted.framing
    return { admitted, passage, route }
  }

  /** Counts a request whose head could not be read. */
  countMalformed(): void {
    this.#context.books.saw()
    this.#context.books.leftUnmirrored('bad-request')
  }

  /** Decides what the head alone decides about the copy, and keeps the body when there may be one. */
  #decide({ admitted, passage, route }: Taken, connection: Connection): void {
    const { mirror } = route
    if (mirror === undefined) {
      passage.leaveUnmirrored('no-shadow')
      return
    }
    const declined = mirror.declines(passage.request.method, admitted.requestId)
    if (declined !== undefined) {
      passage.leaveUnmirrored(declined)
      return
    }
    passage.orderKey = orderKey(mirror.settings.order, passage.request.headers, connection)
    const { framing } = admitted
    if (framing.kind === 'none') return
    const limit = mirror.settings.maxRequestBodyBytes
    if (framing.kind === 'length' && framing.length > limit) passage.leaveUnmirrored('too-large')
    else passage.captureRequest(limit)
  }
}

function hasBody(req: IncomingMessage): boolean {
  return (
    req.headers['transfer-encoding'] !== undefined || (req.headers['content-length'] ?? '0') !== '0'
  )
}
