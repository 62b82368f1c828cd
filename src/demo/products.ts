/** What the demo shop tells about its goods: lists, details, prices, stock, reviews, search. */

import { randomUUID } from 'node:crypto'
import { CATEGORIES, findProduct, piecePrice, PRODUCTS } from './catalogue.ts'
import type { Product } from './catalogue.ts'
import { empty, json, problem } from './reply.ts'
import type { Reply, ShopRequest } from './reply.ts'
import { seededRandom } from './seeded.ts'

const CACHED = { 'cache-control': 'public, max-age=60' }
const TAX_PERCENT = 19

/** `GET /categories`. */
export function listCategories({ breaks }: ShopRequest): Reply {
  const items = CATEGORIES.map((category) => ({
    ...category,
    products: PRODUCTS.filter((product) => product.category === category.slug).length,
  }))
  return json(200, { items }, breaks('lost-cache-header') ? {} : CACHED)
}

/** `GET /products`: a page of them, of one category when asked. */
export function listProducts({ query, origin, breaks }: ShopRequest): Reply {
  const page = wholeNumber(query.get('page'), 1)
  const perPage = Math.min(wholeNumber(query.get('perPage'), 10), 50)
  const category = query.get('category')
  const found = PRODUCTS.filter((product) => category === null || product.category === category)
  const pages = breaks('last-page-lost')
    ? Math.max(1, Math.floor(found.length / perPage))
    : Math.max(1, Math.ceil(found.length / perPage))
  const link = (target: number) => {
    const search = new URLSearchParams({ page: String(target), perPage: String(perPage) })
    if (category !== null) search.set('category', category)
    return `${origin}/products?${search.toString()}`
  }
  const links = {
    self: link(page),
    ...(page > 1 ? { previous: link(page - 1) } : {}),
    ...(page < pages ? { next: link(page + 1) } : {}),
  }
  const items = found.slice((page - 1) * perPage, page * perPage).map(summary)
  return json(200, { page, perPage, pages, total: found.length, items, links }, CACHED)
}

/** `GET /products/{id}`. */
export function showProduct(request: ShopRequest): Reply {
  const product = findProduct(Number(request.params[0]))
  if (product === undefined) {
    return request.breaks('not-found-as-ok')
      ? empty(200, { 'cache-control': 'no-store' })
      : problem(404, 'There is no such product.')
  }
  const { id, sku, description, tags, weightGrams, discount, revision } = product
  const image = `/images/${String(id)}.png`
  const details = {
    ...summary(product),
    sku,
    description,
    tags,
    weightGrams,
    ...(request.breaks('renamed-field') ? { image_url: image } : { imageUrl: image }),
    ...(discount === null && request.breaks('missing-null') ? {} : { discount }),
  }
  return json(200, details, { ...CACHED, etag: `"product-${String(id)}-${String(revision)}"` })
}

/** `GET /products/{id}/price?quantity=`: a quote with tax. */
export function quotePrice({ params, query, breaks }: ShopRequest): Reply {
  const product = findProduct(Number(params[0]))
  if (product === undefined) return problem(404, 'There is no such product.')
  const quantity = Math.min(wholeNumber(query.get('quantity'), 1), 1000)
  const netCents = piecePrice(product) * quantity
  const exactTax = (netCents * TAX_PERCENT) / 100
  const taxCents = breaks('lost-cent') ? Math.floor(exactTax) : Math.round(exactTax)
  return json(200, {
    productId: product.id,
    quantity,
    net: netCents / 100,
    tax: taxCents / 100,
    total: (netCents + taxCents) / 100,
    currency: 'EUR',
  })
}

/** `GET /products/{id}/stock`. */
export function showStock({ params, breaks }: ShopRequest): Reply {
  const product = findProduct(Number(params[0]))
  if (product === undefined) return problem(404, 'There is no such product.')
  const warehouses = product.warehouses.map(({ city, available }) => ({
    city,
    available: breaks('number-as-text') ? String(available) : available,
  }))
  const inStock = product.warehouses.some(({ available }) => available > 0)
  return json(200, { productId: product.id, inStock, warehouses }, { 'cache-control': 'no-cache' })
}

/** `GET /products/{id}/reviews`. */
export function listReviews({ params }: ShopRequest): Reply {
  const product = findProduct(Number(params[0]))
  if (product === undefined) return problem(404, 'There is no such product.')
  const { reviews } = product
  const stars = reviews.reduce((sum, review) => sum + review.stars, 0)
  const average = reviews.length === 0 ? null : Math.round((stars / reviews.length) * 10) / 10
  return json(200, { productId: product.id, average, items: reviews }, CACHED)
}

/** `GET /search?q=`. */
export function search({ query, breaks }: ShopRequest): Reply {
  const q = (query.get('q') ?? '').trim().toLowerCase()
  if (q === '') return problem(400, 'Say what to search for: q is missing.')
  const hits = PRODUCTS.filter(
    ({ name, description, tags }) =>
      name.toLowerCase().includes(q) || description.includes(q) || tags.includes(q),
  )
  const reply = json(200, { q, total: hits.length, items: hits.slice(0, 20).map(summary) })
  return { ...reply, delayMs: breaks('slow-search') ? 250 : 0 }
}

/** `GET /recommendations?product=`: the tracking id is the one thing that is truly random. */
export function recommend({ query }: ShopRequest): Reply {
  const random = seededRandom(wholeNumber(query.get('product'), 1))
  const items = Array.from({ length: 4 }, () => findProduct(1 + random.below(PRODUCTS.length)))
    .filter((product) => product !== undefined)
    .map(summary)
  return json(200, { trackingId: randomUUID(), items }, { 'cache-control': 'no-store' })
}

function summary(product: Product) {
  return {
    id: product.id,
    name: product.name,
    category: product.category,
    price: { amount: piecePrice(product) / 100, currency: 'EUR' },
  }
}

function wholeNumber(text: string | null, otherwise: number): number {
  return text !== null && /^[1-9]\d{0,6}$/.test(text) ? Number(text) : otherwise
}
