/** Browsing: answers whose numbers, order and choice vary by themselves. */

import { jsonAnswer } from './answer.ts'
import { centsOf, productOf, titleOf } from './catalogue.ts'
import { type Endpoint, get } from './endpoint.ts'
import { contentOf } from './instance.ts'

const HOUR = 3_600_000

/** The endpoints, the popular ones first. */
export const BROWSING: readonly Endpoint[] = [
  get(
    'GET /products/{id}',
    14,
    (n) => `/products/${n}`,
    ({ subject, at }, it) => {
      return jsonAnswer({ ...productOf(subject), views: 1000 + it.served, servedAt: it.iso(at) })
    },
  ),
  get(
    'GET /products',
    8,
    (n) => `/products?page=${n % 20}`,
    ({ subject, at, host }, it) => {
      const items = Array.from({ length: 8 }, (_, i) => productOf((subject % 20) * 8 + i))
      const cursor = Buffer.from(`${it.now(at)}:${it.hex(8)}`).toString('base64url')
      const next = `http://${host}/products?cursor=${cursor}`
      return jsonAnswer({ items, total: 160, page: subject % 20, next, cursor })
    },
  ),
  get(
    'GET /search',
    8,
    (n) => `/search?q=w${n % 60}`,
    ({ subject }, it) => {
      const hits = Array.from({ length: 6 }, (_, i) => {
        const id = (subject * 11 + i * 17) % 300
        // The last digits depend on the order in which partial sums were added.
        const score = 10 - i + contentOf(id, 30) + (it.random.chance(0.4) ? 1e-12 : 0)
        return { id, title: titleOf(id), score }
      })
      const facets = it.shuffle(['color', 'size', 'brand', 'price'])
      return jsonAnswer({ hits, facets, tookMs: 3 + it.below(40), total: 6 })
    },
  ),
  get(
    'GET /prices/{id}',
    6,
    (n) => `/prices/${n}`,
    ({ subject, at }, it) => {
      const cents = centsOf(subject)
      const rate = 1.08 + it.random.gauss() * 1e-4
      return jsonAnswer({
        id: subject,
        amount: cents / 100,
        usd: Math.round(cents * rate * 100) / 10_000,
        rate,
        validUntil: new Date(it.now(at) + HOUR).toISOString(),
      })
    },
  ),
  get(
    'GET /stock/{id}',
    6,
    (n) => `/stock/${n}`,
    ({ subject }, it) => {
      // A cache that is sometimes one sale behind.
      const inStock = 20 + (subject % 50) - (it.random.chance(0.15) ? 1 : 0)
      const warehouses = it.shuffle(['ham', 'muc', 'ber'].slice(0, 1 + (subject % 3)))
      return jsonAnswer({ id: subject, inStock, warehouses, backorder: subject % 5 === 0 })
    },
  ),
  get(
    'GET /recommendations',
    5,
    (n) => `/recommendations?user=${n}`,
    ({ subject }, it) => {
      const ids = Array.from({ length: 10 }, (_, i) => (subject * 3 + i * 29) % 300)
      const picked = it.shuffle(ids).slice(0, 5)
      const items = picked.map((id) => ({ id, title: titleOf(id), reason: 'also-bought' }))
      const variant = it.random.chance(0.5) ? 'A' : 'B'
      return jsonAnswer({
        items,
        experiment: variant,
        ...(variant === 'B' && { badge: 'for you' }),
      })
    },
  ),
]
