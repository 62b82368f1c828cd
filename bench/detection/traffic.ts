/** Exchanges of the lifelike API: the same requests to three instances, without any HTTP in between. */

import type { Exchange, Observation } from '../../src/core/exchange.ts'
import { startRandom, type Random } from '../verdict-random.ts'
import type { Endpoint } from './endpoint.ts'
import { ENDPOINTS } from './endpoints.ts'
import { type ApiRequest, Instance } from './instance.ts'
import type { Regression } from './regressions.ts'
import { toObservation, vary } from './variations.ts'

const HOST = 'shop.example'
const SHADOW_HOST = 'shop.example-shadow'
const TOTAL_WEIGHT = ENDPOINTS.reduce((sum, { weight }) => sum + weight, 0)

/** What is not as usual. */
export interface TrafficOptions {
  /** What is wrong with shadow. */
  readonly regression?: Regression
  /** How often rare things happen, in every instance. */
  readonly rare?: number
}

/** The requests of clients, one after the other. */
export class Requests {
  readonly #random: Random
  #count = 0

  constructor(seed: number) {
    this.#random = startRandom(seed, 1)
  }

  next(at: number): ApiRequest {
    const endpoint = this.#pick()
    const subject = Math.floor(this.#random.next() * 300)
    return {
      endpoint: endpoint.endpoint,
      method: endpoint.endpoint.slice(0, endpoint.endpoint.indexOf(' ')),
      target: endpoint.target(subject),
      subject,
      at,
      requestId: `req-${this.#count++}`,
      host: HOST,
      body: endpoint.body?.(subject) ?? '',
    }
  }

  #pick(): Endpoint {
    let left = this.#random.next() * TOTAL_WEIGHT
    for (const endpoint of ENDPOINTS) {
      left -= endpoint.weight
      if (left < 0) return endpoint
    }
    return ENDPOINTS[0] as Endpoint
  }
}

/** Requests with what primary, shadow and control answered, one after the other. */
export class Traffic {
  readonly #requests: Requests
  readonly #primary: Instance
  readonly #shadow: Instance
  readonly #control: Instance
  readonly #regression: Regression | undefined
  #count = 0

  constructor(seed: number, { regression, rare = 0 }: TrafficOptions = {}) {
    this.#requests = new Requests(seed)
    this.#primary = new Instance('shop-7f9c', seed, 2, rare)
    this.#shadow = new Instance('shop-v2-55d1', seed, 3, rare)
    this.#control = new Instance('shop-2b8e', seed, 4, rare)
    this.#regression = regression
  }

  next(): Exchange {
    const count = this.#count++
    const startedAt = Date.parse('2026-11-20T12:00:00Z') + count * 40
    const request = this.#requests.next(startedAt)
    const endpoint = endpointNamed(request.endpoint)
    const { method, target, requestId } = request
    const body = Buffer.from(request.body)
    return {
      id: `00000000-0000-7000-8000-${String(count).padStart(12, '0')}`,
      requestId,
      startedAt,
      route: 'default',
      source: 'live',
      request: {
        method,
        target,
        headers: ['Host', HOST, 'Accept', '*/*', 'Content-Type', 'application/json'],
        body: { bytes: body, length: body.length },
      },
      primary: answerOf(endpoint, request, this.#primary),
      shadow: answerOf(endpoint, { ...request, host: SHADOW_HOST }, this.#shadow, this.#regression),
      control: answerOf(endpoint, request, this.#control),
      shadowWaitMs: 0,
    }
  }
}

function endpointNamed(name: string): Endpoint {
  const found = ENDPOINTS.find(({ endpoint }) => endpoint === name)
  if (found === undefined) throw new Error(`no endpoint ${name}`)
  return found
}

/** What an instance answers to a request. */
export function answerOf(
  endpoint: Endpoint,
  request: ApiRequest,
  it: Instance,
  regression?: Regression,
): Observation {
  it.served++
  const answer = endpoint.answer(request, it)
  vary(answer, request, it)
  if (
    regression !== undefined &&
    (regression.endpoint ?? endpoint.endpoint) === endpoint.endpoint
  ) {
    regression.spoil(answer, request, it)
  }
  return toObservation(answer, it, request.host)
}
