/**
 * The endpoints of the lifelike API, with what varies in each by itself. Headers that vary everywhere are in
 * `variations.ts`.
 */

import { type Answer, type Fields, emptyAnswer, jsonAnswer, textAnswer } from './answer.ts'
import {
  centsOf,
  linesOf,
  orderOf,
  pastOf,
  productOf,
  titleOf,
  totalOf,
  userOf,
} from './catalogue.ts'
import { type ApiRequest, type Instance, contentOf } from './instance.ts'

/** One endpoint. */
export interface Endpoint {
  /** As the comparer names it. */
  readonly endpoint: string
  /** Share of the traffic, relative to the others. */
  readonly weight: number
  readonly target: (subject: number) => string
  readonly body?: (subject: number) => string
  readonly answer: (request: ApiRequest, instance: Instance) => Answer
}

const HOUR = 3_600_000

/** Every endpoint, the popular ones first. */
export const ENDPOINTS: readonly Endpoint[] = [
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
  get(
    'GET /users/me',
    4,
    () => '/users/me',
    ({ subject, at }, it) => {
      const answer = jsonAnswer({
        ...userOf(subject),
        lastSeenAt: it.iso(at),
        sessions: 1 + it.below(3),
      })
      answer.headers.set('Set-Cookie', [
        `sid=${it.hex(32)}; Path=/; HttpOnly; Secure; SameSite=Lax`,
      ])
      answer.headers.set('Cache-Control', ['private, no-store'])
      return answer
    },
  ),
  {
    ...get(
      'PATCH /users/me',
      2,
      () => '/users/me',
      ({ subject, at }, it) => {
        return jsonAnswer({ ...userOf(subject), updatedAt: it.iso(at), version: it.served })
      },
    ),
  },
  post(
    'POST /login',
    2,
    () => '/login',
    ({ subject, at }, it) => {
      const claims = { sub: subject, iat: Math.floor(it.now(at) / 1000), jti: it.hex(16) }
      const token = ['{"alg":"HS256"}', JSON.stringify(claims), it.hex(32)]
        .map((part) => Buffer.from(part).toString('base64url'))
        .join('.')
      const answer = jsonAnswer({ token, expiresIn: 3600, user: userOf(subject) })
      answer.headers.set('Set-Cookie', [
        `sid=${it.hex(32)}; Path=/; HttpOnly; Secure; SameSite=Lax`,
        `csrf=${it.hex(16)}; Path=/; SameSite=Strict`,
      ])
      return answer
    },
  ),
  post(
    'POST /logout',
    1,
    () => '/logout',
    () => {
      const answer = emptyAnswer(204)
      answer.headers.set('Set-Cookie', ['sid=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax'])
      return answer
    },
  ),
  get(
    'GET /health',
    1,
    () => '/health',
    (_request, it) => {
      return jsonAnswer({
        status: 'ok',
        host: it.name,
        uptimeSeconds: 10_000 + it.served,
        pid: it.below(30_000),
      })
    },
  ),
  get(
    'GET /metrics',
    1,
    () => '/metrics',
    (_request, it) => {
      return textAnswer(
        `requests_total ${it.served}\nmemory_bytes ${it.below(1e9)}\n`,
        'text/plain; version=0.0.4',
      )
    },
  ),
  get(
    'GET /feed',
    2,
    () => '/feed',
    ({ subject, at }, it) => {
      const events = Array.from({ length: 4 }, (_, i) => {
        return JSON.stringify({
          id: it.uuid(),
          type: i % 2 === 0 ? 'viewed' : 'bought',
          product: subject + i,
          at: it.iso(at),
        })
      })
      return textAnswer(`${events.join('\n')}\n`, 'application/x-ndjson')
    },
  ),
  get(
    'GET /report.csv',
    2,
    () => '/report.csv',
    ({ subject }) => {
      const rows = Array.from({ length: 6 }, (_, i) => {
        const id = (subject + i) % 300
        return `${id},${titleOf(id)},${(centsOf(id) / 100).toFixed(2)}`
      })
      const answer = textAnswer(
        `id,title,price\r\n${rows.join('\r\n')}\r\n`,
        'text/csv; charset=utf-8',
      )
      answer.headers.set('Content-Disposition', ['attachment; filename="report.csv"'])
      return answer
    },
  ),
  get(
    'GET /',
    3,
    () => '/',
    (_request, it) => {
      const nonce = Buffer.from(it.hex(24), 'hex').toString('base64')
      const answer = textAnswer(
        `<!doctype html>\n<html lang="en">\n<title>Shop</title>\n<script nonce="${nonce}">start()</script>\n<h1>Welcome</h1>\n</html>\n`,
        'text/html; charset=utf-8',
      )
      answer.headers.set('Content-Security-Policy', [
        `default-src 'self'; script-src 'nonce-${nonce}'`,
      ])
      return answer
    },
  ),
  get(
    'GET /images/{id}.png',
    3,
    (n) => `/images/${n}.png`,
    ({ subject }) => {
      const bytes = Buffer.alloc(600)
      for (let i = 0; i < bytes.length; i++)
        bytes[i] = Math.floor(contentOf(subject, 100 + i) * 256)
      return {
        status: 200,
        bytes,
        headers: new Map([
          ['Content-Type', ['image/png']],
          ['Cache-Control', ['public, max-age=86400']],
          ['ETag', [`"${bytes.subarray(0, 8).toString('hex')}"`]],
        ]),
      }
    },
  ),
  graphql('POST /graphql GetCart', 3, 'query GetCart { cart { id total } }', (subject, it) => ({
    cart: {
      id: cartId(subject),
      total: totalOf(subject),
      lines: linesOf(subject),
      etag: it.hex(12),
    },
  })),
  graphql('POST /graphql Viewer', 2, 'query Viewer { viewer { id name } }', (subject) => ({
    viewer: userOf(subject),
  })),
  {
    ...post(
      'POST /rpc quote',
      2,
      () => '/rpc',
      ({ subject, at }, it) => {
        const quote = {
          cents: centsOf(subject),
          quoteId: it.uuid(),
          validUntil: Math.floor(it.now(at) / 1000) + 600,
        }
        return jsonAnswer({ jsonrpc: '2.0', id: 1, result: quote })
      },
    ),
    body: (subject: number) =>
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'quote', params: { id: subject } }),
  },
  get(
    'GET /go/{id}',
    2,
    (n) => `/go/${n}`,
    ({ subject, host }) => {
      const answer = emptyAnswer(302)
      answer.headers.set('Location', [`https://${host}/products/${subject}?ref=go`])
      return answer
    },
  ),
  get(
    'GET /missing/{id}',
    2,
    (n) => `/missing/${n}`,
    ({ subject }, it) => {
      return jsonAnswer(
        { error: { code: 'not_found', message: `No thing ${subject}`, traceId: it.hex(32) } },
        404,
      )
    },
  ),
  get(
    'GET /flags',
    2,
    () => '/flags',
    ({ subject }, it) => {
      const answer = jsonAnswer({
        newCheckout: contentOf(subject % 10, 40) > 0.5,
        darkMode: true,
        limits: { upload: 1_048_576, perMinute: 60 },
        bucket: it.below(100),
        ...(it.random.chance(0.1) && { canary: true }),
      })
      answer.shuffled = true
      return answer
    },
  ),
  get(
    'GET /time',
    1,
    () => '/time',
    ({ at }, it) => {
      const now = it.now(at)
      const local = new Date(now).toISOString().slice(0, 19).replace('T', ' ')
      return jsonAnswer({
        epochMs: now,
        epoch: Math.floor(now / 1000),
        iso: new Date(now).toISOString(),
        local,
      })
    },
  ),
  get(
    'GET /shipments/{id}',
    2,
    (n) => `/shipments/${n}`,
    ({ subject }) => {
      const xml = `<?xml version="1.0"?>\n<shipment id="${subject}">\n  <carrier>post</carrier>\n  <weight unit="g">${200 + subject}</weight>\n  <sent>${pastOf(subject, 50)}</sent>\n</shipment>\n`
      return textAnswer(xml, 'application/xml')
    },
  ),
  get(
    'GET /reviews/{id}',
    3,
    (n) => `/reviews/${n}`,
    ({ subject, at }, it) => {
      const reviews = Array.from({ length: 5 }, (_, i) => ({
        id: subject * 10 + i,
        stars: 1 + ((subject + i) % 5),
        text: `Review ${i} of ${titleOf(subject)}`,
        helpful: 3 + i + (it.random.chance(0.05) ? 1 : 0),
        age: `${1 + i} days`,
      }))
      const average = reviews.reduce((sum, { stars }) => sum + stars, 0) / reviews.length
      return jsonAnswer({ reviews, average, generatedAt: it.iso(at) })
    },
  ),
]

/** The id of a cart that every instance knows. */
function cartId(subject: number): string {
  const hex = subject.toString(16).padStart(12, '0')
  return `0f0f0f0f-1111-4222-8333-${hex}`
}

function get(
  endpoint: string,
  weight: number,
  target: Endpoint['target'],
  answer: Endpoint['answer'],
): Endpoint {
  return { endpoint, weight, target, answer }
}

function remove(...parts: Parameters<typeof get>): Endpoint {
  return get(...parts)
}

function post(...parts: Parameters<typeof get>): Endpoint {
  return { ...get(...parts), body: (subject) => JSON.stringify({ subject }) }
}

function graphql(
  endpoint: string,
  weight: number,
  query: string,
  data: (subject: number, it: Instance) => Fields,
): Endpoint {
  return {
    ...post(
      endpoint,
      weight,
      () => '/graphql',
      ({ subject }, it) =>
        jsonAnswer({ data: data(subject, it), extensions: { tookMs: it.below(30) } }),
    ),
    body: (subject) => JSON.stringify({ query, variables: { subject } }),
  }
}
