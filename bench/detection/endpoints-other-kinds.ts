/** What is no plain JSON resource: other media types, GraphQL and RPC, redirects, errors, clocks. */

import { emptyAnswer, jsonAnswer, textAnswer } from './answer.ts'
import { centsOf, linesOf, pastOf, titleOf, totalOf, userOf } from './catalogue.ts'
import { type Endpoint, cartId, get, graphql, post } from './endpoint.ts'
import { contentOf } from './instance.ts'

/** The endpoints, the popular ones first. */
export const OTHER_KINDS: readonly Endpoint[] = [
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
