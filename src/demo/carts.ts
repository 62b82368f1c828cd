/** Carts and orders of one demo shop: state that requests write and later ones read. */

import { createHash } from 'node:crypto'
import { findProduct, piecePrice } from './catalogue.ts'
import { empty, json, problem } from './reply.ts'
import type { Reply, ShopRequest } from './reply.ts'
import { uuidOf } from './seeded.ts'

interface Cart {
  readonly id: string
  readonly createdAt: string
  readonly lines: Map<number, number>
}

interface Order {
  readonly id: string
  readonly number: number
  readonly status: string
  readonly placedAt: string
  readonly cart: CartView
}

interface CartView {
  readonly id: string
  readonly createdAt: string
  readonly items: readonly {
    readonly productId: number
    readonly name: string
    readonly quantity: number
    readonly lineTotal: number
  }[]
  readonly total: { readonly amount: number; readonly currency: string }
}

/** A demo left running must not grow: the oldest carts and orders are forgotten beyond this. */
const KEPT = 5_000
const PRIVATE = { 'cache-control': 'no-store' }

/** The handlers of one shop's carts and orders. */
export class Checkout {
  readonly #carts = new Map<string, Cart>()
  readonly #orders = new Map<string, Order>()

  /** `POST /carts`: a new, empty one; the caller gets a session. */
  createCart = ({ requestId, origin, cookie }: ShopRequest): Reply => {
    const cart: Cart = {
      id: madeId('cart', requestId),
      createdAt: madeTime(requestId),
      lines: new Map(),
    }
    keep(this.#carts, cart)
    const session = `session=${madeId('session', requestId)}; Path=/; HttpOnly; SameSite=Lax`
    return json(201, view(cart), {
      ...PRIVATE,
      location: `${origin}/carts/${cart.id}`,
      ...(cookie?.includes('session=') === true ? {} : { 'set-cookie': [session] }),
    })
  }

  /** `GET /carts/{id}`. */
  showCart = ({ params }: ShopRequest): Reply => {
    const cart = this.#carts.get(params[0] ?? '')
    return cart === undefined ? noCart() : json(200, view(cart), PRIVATE)
  }

  /** `DELETE /carts/{id}`. */
  deleteCart = ({ params }: ShopRequest): Reply =>
    this.#carts.delete(params[0] ?? '') ? empty(204) : noCart()

  /** `POST /carts/{id}/items` with `{productId, quantity}`: adds to what is there. */
  addItem = ({ params, body, breaks }: ShopRequest): Reply => {
    const cart = this.#carts.get(params[0] ?? '')
    if (cart === undefined) return noCart()
    const productId = numberIn(body, 'productId')
    const quantity = numberIn(body, 'quantity')
    if (productId === undefined || findProduct(productId) === undefined || quantity === undefined) {
      return problem(422, 'Expected {"productId": …, "quantity": …} of a product that exists.')
    }
    cart.lines.set(productId, (cart.lines.get(productId) ?? 0) + quantity)
    return json(breaks('created-as-ok') ? 200 : 201, view(cart), PRIVATE)
  }

  /** `PUT /carts/{id}/items/{productId}` with `{quantity}`. */
  changeItem = ({ params, body }: ShopRequest): Reply => {
    const cart = this.#carts.get(params[0] ?? '')
    const productId = Number(params[1])
    if (cart?.lines.has(productId) !== true) return problem(404, 'That is not in the cart.')
    const quantity = numberIn(body, 'quantity')
    if (quantity === undefined) return problem(422, 'Expected {"quantity": …}.')
    cart.lines.set(productId, quantity)
    return json(200, view(cart), PRIVATE)
  }

  /** `DELETE /carts/{id}/items/{productId}`. */
  removeItem = ({ params }: ShopRequest): Reply => {
    const cart = this.#carts.get(params[0] ?? '')
    return cart?.lines.delete(Number(params[1])) === true
      ? empty(204)
      : problem(404, 'That is not in the cart.')
  }

  /** `POST /orders` with `{cartId}`: the cart becomes an order. */
  placeOrder = ({ body, requestId, origin, breaks }: ShopRequest): Reply => {
    const cart = this.#carts.get(textIn(body, 'cartId') ?? '')
    if (cart === undefined || cart.lines.size === 0) {
      return problem(409, 'There is no such cart, or nothing is in it.')
    }
    this.#carts.delete(cart.id)
    const id = madeId('order', requestId)
    const order: Order = {
      id,
      number: 100_000 + (Number.parseInt(id.slice(0, 8), 16) % 900_000),
      status: breaks('shouting-status') ? 'PLACED' : 'placed',
      placedAt: madeTime(requestId),
      cart: view(cart),
    }
    keep(this.#orders, order)
    return json(201, order, { ...PRIVATE, location: `${origin}/orders/${id}` })
  }

  /** `GET /orders/{id}`: once an order is stored, both versions read it alike. */
  showOrder = ({ params }: ShopRequest): Reply => {
    const order = this.#orders.get(params[0] ?? '')
    if (order === undefined) return problem(404, 'There is no such order.')
    return json(200, { ...order, status: order.status.toLowerCase() }, PRIVATE)
  }
}

function view(cart: Cart): CartView {
  const items = [...cart.lines].flatMap(([productId, quantity]) => {
    const product = findProduct(productId)
    if (product === undefined) return []
    const lineTotal = (piecePrice(product) * quantity) / 100
    return [{ productId, name: product.name, quantity, lineTotal }]
  })
  const cents = items.reduce((sum, { lineTotal }) => sum + Math.round(lineTotal * 100), 0)
  const total = { amount: cents / 100, currency: 'EUR' }
  return { id: cart.id, createdAt: cart.createdAt, items, total }
}

function noCart(): Reply {
  return problem(404, 'There is no such cart.')
}

function keep<T extends { readonly id: string }>(all: Map<string, T>, one: T): void {
  all.set(one.id, one)
  for (const oldest of all.keys()) {
    if (all.size <= KEPT) break
    all.delete(oldest)
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function madeId(what: string, requestId: string): string {
  return uuidOf(digest(`${what} ${requestId}`))
}

/** Some second of 2025. */
function madeTime(requestId: string): string {
  const second = Number.parseInt(digest(requestId).slice(0, 8), 16) % (365 * 86_400)
  return new Date(Date.UTC(2025, 0, 1) + second * 1000).toISOString()
}

function memberOf(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null
    ? (body as Readonly<Record<string, unknown>>)[name]
    : undefined
}

function numberIn(body: unknown, name: string): number | undefined {
  const value = memberOf(body, name)
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 1000
    ? value
    : undefined
}

function textIn(body: unknown, name: string): string | undefined {
  const value = memberOf(body, name)
  return typeof value === 'string' ? value : undefined
}
