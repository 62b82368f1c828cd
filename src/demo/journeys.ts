/**
 * What visitors of the demo shop do, one step at a time: a journey yields a request and is handed the
 * answer, because the next step often depends on it. No I/O here.
 */

import { PRODUCTS } from './catalogue.ts'
import type { SeededRandom } from './seeded.ts'

/** One request of a visitor. */
export interface Step {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** What the visitor sees of the answer. */
export interface Answer {
  readonly status: number
  readonly etag: string | undefined
  readonly cookie: string | undefined
  /** The parsed JSON body; undefined when it is none. */
  readonly body: unknown
}

/** A visitor on the way. */
export type Journey = Generator<Step, void, Answer>

type Start = (random: SeededRandom) => Journey

/** Sends some new visitor on the way; browsing is what most of them do. */
export function startJourney(random: SeededRandom): Journey {
  const start = random.pick<Start>([browse, browse, browse, compareGoods, lookFor, buy, buy, watch])
  return start(random)
}

function* browse(random: SeededRandom): Journey {
  yield { method: 'GET', path: '/' }
  yield { method: 'GET', path: '/logo.png' }
  yield { method: 'GET', path: '/categories' }
  let path: string | undefined = random.chance(0.5)
    ? `/products?category=${random.pick(['kitchen', 'garden', 'camping', 'office', 'lighting'])}`
    : '/products?page=1&perPage=10'
  while (path !== undefined) {
    const answer: Answer = yield { method: 'GET', path }
    const next = memberOf(memberOf(answer.body, 'links'), 'next')
    // The link is absolute; the visitor keeps to the address at hand, as behind any proxy.
    path =
      typeof next === 'string' && random.chance(0.85)
        ? next.replace(/^https?:\/\/[^/]+/, '')
        : undefined
  }
  yield* readAbout(random, 1 + random.below(PRODUCTS.length))
}

function* compareGoods(random: SeededRandom): Journey {
  for (let i = 0; i < 3; i++) yield* readAbout(random, 1 + random.below(PRODUCTS.length))
  // An old bookmark: the shop never had that many.
  yield { method: 'GET', path: `/products/${900 + random.below(90)}` }
}

function* readAbout(random: SeededRandom, id: number): Journey {
  const path = `/products/${id}`
  const { etag } = yield { method: 'GET', path }
  yield { method: 'GET', path: `${path}/price?quantity=${1 + random.below(6)}` }
  yield { method: 'GET', path: `${path}/stock` }
  if (random.chance(0.5)) yield { method: 'GET', path: `${path}/reviews` }
  if (random.chance(0.5)) yield { method: 'GET', path: `/recommendations?product=${id}` }
  if (etag !== undefined && random.chance(0.4)) {
    yield { method: 'GET', path, headers: { 'if-none-match': etag } }
  }
}

function* lookFor(random: SeededRandom): Journey {
  const q = random.pick(['lamp', 'oak', 'gift', 'kettle', 'wool', 'chair', 'piano'])
  yield { method: 'GET', path: `/search?q=${q}` }
  if (random.chance(0.2)) yield { method: 'GET', path: '/search?q=' }
  yield { method: 'GET', path: `/search?q=${q.slice(0, 3)}` }
  yield* readAbout(random, 1 + random.below(PRODUCTS.length))
}

function* buy(random: SeededRandom): Journey {
  const { body, cookie } = yield { method: 'POST', path: '/carts', body: {} }
  const id = memberOf(body, 'id')
  if (typeof id !== 'string') return
  const headers: Record<string, string> = cookie === undefined ? {} : { cookie }
  const items = `/carts/${id}/items`
  const goods = [1 + random.below(28), 29 + random.below(28)] as const
  for (const productId of goods) {
    yield { method: 'GET', path: `/products/${productId}`, headers }
    const quantity = 1 + random.below(3)
    yield { method: 'POST', path: items, headers, body: { productId, quantity } }
  }
  if (random.chance(0.5)) {
    yield { method: 'PUT', path: `${items}/${goods[0]}`, headers, body: { quantity: 4 } }
  }
  if (random.chance(0.4)) yield { method: 'DELETE', path: `${items}/${goods[1]}`, headers }
  yield { method: 'GET', path: `/carts/${id}`, headers }
  if (random.chance(0.25)) {
    yield { method: 'DELETE', path: `/carts/${id}`, headers }
    return
  }
  const order = yield { method: 'POST', path: '/orders', headers, body: { cartId: id } }
  const orderId = memberOf(order.body, 'id')
  if (typeof orderId === 'string') yield { method: 'GET', path: `/orders/${orderId}`, headers }
}

function* watch(): Journey {
  yield { method: 'GET', path: '/health' }
  yield { method: 'HEAD', path: '/products' }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined
}
