import { afterAll, beforeAll, expect, test } from 'vitest'
import { startShop } from '../../src/demo/shop.ts'
import type { Shop } from '../../src/demo/shop.ts'
import { visit } from './visit.ts'

let shop: Shop
beforeAll(async () => {
  shop = await startShop({ version: 1 })
})
afterAll(async () => {
  await shop.close()
})

interface Listed {
  items: { id: number }[]
  pages: number
  total: number
  links: { next?: string; previous?: string }
}

test('following the next links leads through every product exactly once', async () => {
  const ids: number[] = []
  let path: string | undefined = '/products?perPage=10'
  while (path !== undefined) {
    const { items, links } = (await visit(shop.url, 'GET', path)).json as Listed
    ids.push(...items.map(({ id }) => id))
    path = links.next?.replace('http://shop.example', '')
  }
  expect(ids).toEqual(Array.from({ length: 57 }, (_, i) => i + 1))
})

test('a category lists only its own products and keeps itself in the links', async () => {
  const { json } = await visit(shop.url, 'GET', '/products?category=kitchen&perPage=3')
  const { items, total, links } = json as Omit<Listed, 'items'> & { items: { category: string }[] }
  expect(items.every(({ category }) => category === 'kitchen')).toBe(true)
  expect(total).toBeLessThan(57)
  expect(links.next).toBe('http://shop.example/products?page=2&perPage=3&category=kitchen')
})

test('answers are zipped only for who accepts it', async () => {
  const plain = await visit(shop.url, 'GET', '/products')
  const zipped = await visit(shop.url, 'GET', '/products', { 'accept-encoding': 'br, gzip' })
  expect(plain.headers['content-encoding']).toBeUndefined()
  expect(zipped.headers['content-encoding']).toBe('gzip')
  expect(zipped.headers['vary']).toBe('Accept-Encoding')
  expect(zipped.text).toBe(plain.text)
})

test('a product that is known already is 304 with nothing in it', async () => {
  const first = await visit(shop.url, 'GET', '/products/7')
  const second = await visit(shop.url, 'GET', '/products/7', {
    'if-none-match': first.headers['etag'],
  })
  expect(second).toMatchObject({ status: 304, text: '' })
  expect(second.headers['etag']).toBe(first.headers['etag'])
})

test('HEAD tells the length of what GET would bring, and brings nothing', async () => {
  const get = await visit(shop.url, 'GET', '/products')
  const head = await visit(shop.url, 'HEAD', '/products')
  expect(head).toMatchObject({ status: 200, text: '' })
  expect(head.headers['content-length']).toBe(get.headers['content-length'])
})

test('a cart is made, filled, changed, emptied and ordered', async () => {
  const made = await visit(shop.url, 'POST', '/carts', { body: {}, 'x-request-id': 'cart-1' })
  const { id } = made.json as { id: string }
  expect(made.status).toBe(201)
  expect(made.headers['location']).toBe(`http://shop.example/carts/${id}`)
  expect(made.headers['set-cookie']).toMatch(/^session=[0-9a-f-]{36}; Path=\/; HttpOnly/)

  const items = `/carts/${id}/items`
  const put = (productId: number) =>
    visit(shop.url, 'POST', items, { body: { productId, quantity: 2 } })
  expect(await put(3)).toMatchObject({ status: 201 })
  expect(await put(4)).toMatchObject({ status: 201 })
  expect(await put(3000)).toMatchObject({ status: 422 })
  expect(await visit(shop.url, 'PUT', `${items}/3`, { body: { quantity: 5 } })).toMatchObject({
    status: 200,
  })
  expect(await visit(shop.url, 'DELETE', `${items}/4`)).toMatchObject({ status: 204, text: '' })
  expect((await visit(shop.url, 'GET', `/carts/${id}`)).json).toMatchObject({
    items: [{ productId: 3, quantity: 5 }],
  })

  const order = await visit(shop.url, 'POST', '/orders', { body: { cartId: id } })
  expect(order).toMatchObject({ status: 201, json: { status: 'placed', cart: { id } } })
  const { id: orderId } = order.json as { id: string }
  expect((await visit(shop.url, 'GET', `/orders/${orderId}`)).json).toEqual(order.json)
  expect(await visit(shop.url, 'GET', `/carts/${id}`)).toMatchObject({ status: 404 })
  expect(await visit(shop.url, 'POST', '/orders', { body: { cartId: id } })).toMatchObject({
    status: 409,
  })
})

test('what is made for one request id is the same every time', async () => {
  const make = () => visit(shop.url, 'POST', '/carts', { body: {}, 'x-request-id': 'again' })
  expect((await make()).json).toEqual((await make()).json)
})

test.each([
  ['GET', '/products/58', 404],
  ['GET', '/products/58/price', 404],
  ['GET', '/search', 400],
  ['GET', '/nowhere', 404],
  ['PATCH', '/products/1', 405],
  ['GET', '//', 404],
  ['DELETE', '/carts/none', 404],
] as const)('%s %s is answered %i', async (method, path, status) => {
  expect(await visit(shop.url, method, path)).toMatchObject({ status })
})

test('the front page is HTML and the logo is a PNG that ends where it should', async () => {
  const page = await visit(shop.url, 'GET', '/')
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
  expect(page.text).toContain('<h1>The corner shop</h1>')
  const logo = await fetch(`${shop.url}/logo.png`)
  const bytes = Buffer.from(await logo.arrayBuffer())
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
  expect(bytes.subarray(-8, -4).toString()).toBe('IEND')
})

test('an upload beyond reason is refused', async () => {
  const body = 'x'.repeat(100_000)
  expect(await visit(shop.url, 'POST', '/carts', { body })).toMatchObject({ status: 413 })
})
