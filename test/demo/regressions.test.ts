import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeRegressions, NOISE, REGRESSIONS } from '../../src/demo/regressions.ts'
import { startShop } from '../../src/demo/shop.ts'
import type { Shop } from '../../src/demo/shop.ts'
import { visit } from './visit.ts'
import type { Seen } from './visit.ts'

let shops: readonly [Shop, Shop]
beforeAll(async () => {
  shops = [await startShop({ version: 1 }), await startShop({ version: 2 })]
})
afterAll(async () => {
  await Promise.all(shops.map((shop) => shop.close()))
})

type Sent = Parameters<typeof visit> extends [string, ...infer Rest] ? Rest : never

async function both(...sent: Sent): Promise<[Seen, Seen]> {
  return Promise.all([visit(shops[0].url, ...sent), visit(shops[1].url, ...sent)])
}

/** Everything but what differs between any two answers. */
function comparable({ status, headers, text }: Seen): unknown {
  const { date, server, 'x-response-time': took, ...rest } = headers
  expect([typeof date, typeof server, typeof took]).toEqual(['string', 'string', 'string'])
  return { status, text, headers: rest }
}

test.each([
  ['GET', '/'],
  ['GET', '/logo.png'],
  ['GET', '/health'],
  ['GET', '/products/1/reviews'],
  ['GET', '/search?q=oak'],
  ['GET', '/search'],
  ['GET', '/products/58/stock'],
  ['GET', '/nowhere'],
  ['POST', '/carts'],
] as const)('%s %s is the same in both versions', async (method, path) => {
  const [one, two] = await both(method, path)
  expect(comparable(two)).toEqual(comparable(one))
})

test('renamed-field and missing-null: imageUrl is image_url, and an empty discount is left out', async () => {
  const kept = (seen: Seen) => Object.keys(seen.json as object).filter((key) => /^im|^di/.test(key))
  const pairs = await Promise.all([1, 2, 3, 4, 5, 6].map((id) => both('GET', `/products/${id}`)))
  for (const [one, two] of pairs) {
    expect(kept(one)).toEqual(['imageUrl', 'discount'])
    const { discount } = one.json as { discount: unknown }
    expect(kept(two)).toEqual(discount === null ? ['image_url'] : ['image_url', 'discount'])
  }
})

test('not-found-as-ok: a product that is not there is 200 with nothing in it', async () => {
  const [one, two] = await both('GET', '/products/900')
  expect(one.status).toBe(404)
  expect(two).toMatchObject({ status: 200, text: '' })
})

test('lost-cent: some totals are one cent lower, none is off by more', async () => {
  const pairs = await Promise.all(
    Array.from({ length: 57 }, (_, i) => both('GET', `/products/${i + 1}/price?quantity=3`)),
  )
  const cents = (seen: Seen) => Math.round((seen.json as { total: number }).total * 100)
  const off = pairs.map(([one, two]) => cents(one) - cents(two))
  expect(new Set(off)).toEqual(new Set([0, 1]))
})

test('number-as-text: available is text', async () => {
  const [one, two] = await both('GET', '/products/5/stock')
  const available = (seen: Seen) =>
    (seen.json as { warehouses: { available: unknown }[] }).warehouses.map((w) => w.available)
  expect(available(two)).toEqual(available(one).map(String))
})

test('last-page-lost: the last page is not linked', async () => {
  const [one, two] = await both('GET', '/products?page=5&perPage=10')
  expect(one.json).toMatchObject({ pages: 6, links: { next: expect.any(String) as string } })
  expect(two.json).toMatchObject({ pages: 5 })
  expect(two.text).not.toContain('"next"')
})

test('lost-cache-header: cache-control is gone from the categories', async () => {
  const [one, two] = await both('GET', '/categories')
  expect(one.headers['cache-control']).toBe('public, max-age=60')
  expect(two.headers['cache-control']).toBeUndefined()
  expect(two.text).toBe(one.text)
})

test('created-as-ok and shouting-status: 200 for an item put in a cart, PLACED for an order', async () => {
  const [made] = await both('POST', '/carts', { 'x-request-id': 'pair' })
  const { id } = made.json as { id: string }
  const body = { productId: 1, quantity: 1 }
  const [one, two] = await both('POST', `/carts/${id}/items`, { body })
  expect([one.status, two.status]).toEqual([201, 200])
  expect(two.json).toEqual(one.json)
  const [placed, shouted] = await both('POST', '/orders', { body: { cartId: id } })
  expect(shouted.json).toEqual({ ...(placed.json as object), status: 'PLACED' })
  const { id: order } = placed.json as { id: string }
  const [read, readToo] = await both('GET', `/orders/${order}`)
  expect(comparable(readToo)).toEqual(comparable(read))
})

test('the noise is a tracking id that never repeats', async () => {
  const [one, two] = await both('GET', '/recommendations?product=9')
  const { trackingId: first, ...items } = one.json as { trackingId: string }
  const { trackingId: second, ...itemsToo } = two.json as { trackingId: string }
  expect(first).not.toBe(second)
  expect(itemsToo).toEqual(items)
})

test('every regression is described once, the noise last', () => {
  const lines = describeRegressions()
  expect(new Set(lines).size).toBe(REGRESSIONS.length + 1)
  expect(lines.at(-1)).toContain(NOISE.what)
})
