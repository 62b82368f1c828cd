/** What visitors ask of the shop, and what its two versions answer: every kind of difference. */

import { createHash } from 'node:crypto'
import type { Exchange, Observation } from '../../src/core/exchange.ts'
import { hostileReview, longText } from './hostile-content.ts'

/** What one version answers, before it becomes an observation. */
export interface Answer {
  readonly status?: number
  readonly type?: string
  readonly body?: unknown
  readonly headers?: readonly string[]
  readonly ms?: number
}

/** One thing visitors do, and how often compared with the others. */
export interface Scene {
  readonly weight: number
  /** Attacks whoever shows it. */
  readonly isHostile?: boolean
  readonly play: (n: number, random: () => number) => Played
}

/** One request with both answers. */
export interface Played {
  readonly method?: string
  readonly target: string
  readonly requestBody?: unknown
  readonly primary: Answer | Extract<Observation, { kind: 'failure' }>
  readonly shadow?: Answer | Extract<Observation, { kind: 'failure' }>
  readonly unmirrored?: Exchange['unmirrored']
}

const names = ['Kettle', 'Lamp', 'Desk', 'Rug', 'Mug', 'Shelf', 'Clock', 'Stool', 'Vase', 'Blanket']
const currencies = ['EUR', 'EUR', 'EUR', 'USD', 'SEK']

const product = (id: number, version: 1 | 2) => ({
  id,
  name: `${names[id % 10] ?? ''} ${id}`,
  price: version === 1 ? id * 3 + 0.995 : Math.round((id * 3 + 0.995) * 100) / 100,
  tags: version === 1 ? ['home', 'sale', 'new'] : ['home', 'new', 'sale'],
  stock: (id * 7) % 40,
})

const details = (id: number, version: 1 | 2) => {
  const currency = currencies[id % 5] ?? 'EUR'
  return {
    id,
    name: `${names[id % 10] ?? ''} ${id}`,
    description: `A ${(names[id % 10] ?? '').toLowerCase()} for every day. Ships in ${(id % 4) + 1} days.`,
    price: {
      amount: id * 3 + 0.5,
      ...(version === 1 || currency === 'EUR' ? { currency } : {}),
    },
    rating: version === 1 ? 4.5 : '4.5',
    discontinuedAt: null,
    dimensions: { width: 12, height: 30, depth: 9, unit: 'cm' },
    images: Array.from({ length: 4 }, (_, i) => ({
      url: `/images/${id}-${i}.png`,
      alt: `View ${i}`,
    })),
    related: Array.from({ length: 12 }, (_, i) => ({ id: id + i + 1, name: `Also ${i}` })),
  }
}

const failure = (reason: 'timeout' | 'reset' | 'refused', message: string, durationMs: number) =>
  ({ kind: 'failure', reason, message, durationMs, sentHeaders: [] }) as const

/** Everything that happens in the shop. */
export const scenes: readonly Scene[] = [
  {
    weight: 22,
    play: (n, random) => {
      const page = (n % 9) + 1
      const list = (version: 1 | 2) => ({
        page,
        total: 412,
        items: Array.from({ length: 20 }, (_, i) => product(page * 20 + i, version)),
      })
      return {
        target: `/products?page=${page}`,
        primary: { body: list(1), ms: 18 + random() * 9 },
        shadow: { body: random() < 0.12 ? list(2) : list(1), ms: 15 + random() * 8 },
      }
    },
  },
  {
    weight: 26,
    play: (n, random) => {
      const id = (n * 13) % 300
      const bad = id % 5 > 2 && random() < 0.7
      return {
        target: `/products/${id}`,
        primary: { body: details(id, 1), ms: 9 + random() * 6 },
        shadow: { body: details(id, bad ? 2 : 1), ms: 10 + random() * 6 },
      }
    },
  },
  {
    weight: 12,
    play: (n, random) => {
      const q = names[n % 10] ?? 'Mug'
      const body = {
        query: q,
        total: 40 + (n % 7),
        results: [3, 5, 8, 13].map((id) => ({ id, score: id / 10, title: `${q} no. ${id}` })),
      }
      return {
        target: `/search?q=${encodeURIComponent(q.toLowerCase())}&limit=4`,
        primary: { body, ms: 42 + random() * 30 },
        shadow: {
          body: random() < 0.3 ? { ...body, tookMs: Math.round(random() * 40) } : body,
          ms: 88 + random() * 160,
        },
      }
    },
  },
  {
    weight: 7,
    play: (n, random) => ({
      method: 'POST',
      target: '/carts',
      requestBody: { productId: n % 300, quantity: 1 + (n % 3), note: `it's for Zoë` },
      primary: { status: 201, body: { id: 48_000 + n, items: 1 }, ms: 22 + random() * 10 },
      shadow: {
        status: n % 4 === 0 ? 200 : 201,
        body: { id: 48_000 + n, items: 1 },
        ms: 21 + random() * 10,
      },
    }),
  },
  {
    weight: 6,
    play: (n, random) => {
      const items = Array.from({ length: 3 }, (_, i) => ({
        sku: `S-${(n + i) % 50}`,
        quantity: i + 1,
      }))
      return {
        target: `/carts/${48_000 + n}`,
        primary: { body: { id: 48_000 + n, items }, ms: 8 + random() * 4 },
        shadow: {
          body: { id: 48_000 + n, items: n % 6 === 0 ? items.slice(0, 2) : items },
          ms: 8 + random() * 4,
        },
      }
    },
  },
  {
    weight: 5,
    play: (n, random) => {
      const body = { id: 9000 + n, state: 'placed', total: 99.5 }
      return {
        method: 'POST',
        target: '/orders',
        requestBody: {
          cart: 48_000 + n,
          payment: {
            method: 'card',
            token: `tok_${createHash('md5').update(`t${n}`).digest('hex')}`,
          },
        },
        primary: { status: 201, body, ms: 65 + random() * 40 },
        shadow:
          n % 11 === 0
            ? { status: 500, body: { error: 'null pointer in TaxService' }, ms: 12 + random() * 5 }
            : { status: 201, body, ms: 60 + random() * 40 },
      }
    },
  },
  {
    weight: 8,
    play: (n, random) => {
      const body = {
        id: 9000 + n,
        state: 'shipped',
        etag: n % 17,
        lines: [{ sku: 'S-4', price: 12 }],
      }
      return {
        target: `/orders/${9000 + n}`,
        primary: {
          body,
          headers: ['ETag', `"o-${n}"`, 'Cache-Control', 'private, max-age=60'],
          ms: 14 + random() * 6,
        },
        shadow: {
          body,
          headers:
            n % 3 === 0
              ? ['Cache-Control', 'no-store']
              : ['ETag', `"o-${n}"`, 'Cache-Control', 'private, max-age=60'],
          ms: 13 + random() * 6,
        },
      }
    },
  },
  {
    weight: 5,
    play: (n, random) => ({
      target: `/recommendations?for=${n % 40}`,
      primary: { body: { items: [1, 2, 3] }, ms: 120 + random() * 80 },
      shadow:
        n % 5 === 0
          ? failure('timeout', 'no response headers within 15000 ms', 15_000)
          : n % 23 === 0
            ? failure('reset', 'the connection was reset after 0 bytes of the body', 31)
            : { body: { items: [1, 2, 3] }, ms: 160 + random() * 90 },
    }),
  },
  {
    weight: 4,
    play: (n, random) => ({
      target: `/products/${(n * 13) % 300}/image`,
      primary: { type: 'image/png', body: picture(n % 30, 1), ms: 5 + random() * 3 },
      shadow: {
        type: 'image/png',
        body: picture(n % 30, n % 4 === 0 ? 2 : 1),
        ms: 5 + random() * 3,
      },
    }),
  },
  {
    weight: 2,
    play: (n, random) => ({
      target: '/legal/terms',
      primary: { type: 'text/html; charset=utf-8', body: terms('14 days'), ms: 3 + random() },
      shadow: {
        type: 'text/html; charset=utf-8',
        body: terms(n % 2 ? '14 days' : '30 days'),
        ms: 3 + random(),
      },
    }),
  },
  {
    weight: 1,
    play: (n, random) => ({
      target: `/reports/sales.csv?day=${n % 28}`,
      primary: { type: 'text/csv', body: longText(90_000, n), ms: 300 + random() * 90 },
      shadow: { type: 'text/csv', body: longText(90_000, n + 1), ms: 280 + random() * 90 },
    }),
  },
  {
    weight: 1,
    isHostile: true,
    play: (n, random) => ({
      target: `/reviews?product=${n}&sort=<script>alert(1)</script>`,
      primary: { body: hostileReview(n, 1), ms: 30 + random() * 8 },
      shadow: { body: hostileReview(n, 2), ms: 34 + random() * 8 },
    }),
  },
  {
    weight: 1,
    play: (n, random) => ({
      method: 'PUT',
      target: `/uploads/${n}`,
      requestBody: { note: 'larger than the bound' },
      primary: { status: 204, ms: 80 + random() * 20 },
      unmirrored: 'too-large',
    }),
  },
]

function picture(n: number, version: 1 | 2): Buffer {
  const bytes = Buffer.alloc(700)
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  for (let i = 8; i < bytes.length; i++) bytes[i] = (i * 31 + n * 7) % 256
  if (version === 2) bytes.fill(0xee, 40, 60)
  return bytes
}

const terms = (period: string) =>
  ['<!doctype html>', '<title>Terms</title>', '<h1>Terms of sale</h1>']
    .concat(Array.from({ length: 40 }, (_, i) => `<p>Clause ${i + 1}: the buyer agrees.</p>`))
    .concat([
      `<p>Returns are accepted within ${period} of delivery.</p>`,
      '<script>alert(1)</script>',
    ])
    .join('\n')
