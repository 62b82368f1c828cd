/** Buying: ids that are made up anew, and things that cost money. */

import { emptyAnswer, jsonAnswer } from './answer.ts'
import { linesOf, orderOf, totalOf } from './catalogue.ts'
import { type Endpoint, cartId, get, post, remove } from './endpoint.ts'

const HOUR = 3_600_000

/** The endpoints, the popular ones first. */
export const BUYING: readonly Endpoint[] = [
  get(
    'GET /carts/{uuid}',
    5,
    (n) => `/carts/${cartId(n)}`,
    ({ subject, at }, it) => {
      const expiresAt = new Date(it.now(at) + 24 * HOUR).toISOString()
      return jsonAnswer({
        id: cartId(subject),
        lines: linesOf(subject),
        total: totalOf(subject),
        expiresAt,
      })
    },
  ),
  post(
    'POST /carts',
    4,
    () => '/carts',
    ({ at, host }, it) => {
      const id = it.uuid()
      const answer = jsonAnswer({ id, lines: [], total: 0, createdAt: it.iso(at) }, 201)
      answer.headers.set('Location', [`http://${host}/carts/${id}`])
      return answer
    },
  ),
  post(
    'POST /carts/{uuid}/items',
    4,
    (n) => `/carts/${cartId(n)}/items`,
    ({ subject }, it) => {
      const lines = linesOf(subject)
      return jsonAnswer(
        { lineId: it.uuid(), lines, total: totalOf(subject), count: lines.length },
        201,
      )
    },
  ),
  remove(
    'DELETE /carts/{uuid}/items/{id}',
    2,
    (n) => `/carts/${cartId(n)}/items/${n % 9}`,
    () => emptyAnswer(204),
  ),
  post(
    'POST /orders',
    3,
    () => '/orders',
    ({ subject, at }, it) => {
      const order = orderOf(subject)
      return jsonAnswer(
        {
          ...order,
          id: 900_000 + it.served,
          number: `ORD-${String(it.served).padStart(8, '0')}`,
          placedAt: it.iso(at),
          paymentToken: it.hex(32),
          state: 'pending',
        },
        201,
      )
    },
  ),
  get(
    'GET /orders/{id}',
    5,
    (n) => `/orders/${50_000 + n}`,
    ({ subject }) => {
      return jsonAnswer(orderOf(subject))
    },
  ),
  get(
    'GET /orders',
    3,
    (n) => `/orders?user=${n}`,
    ({ subject }) => {
      const orders = Array.from({ length: 4 }, (_, i) => {
        const { id, state, total, placedAt } = orderOf((subject + i) % 300)
        return { id, state, total, placedAt }
      })
      return jsonAnswer({ orders, page: { number: 1, size: 4, last: true } })
    },
  ),
]
