/** A small shop with an HTTP API, in two versions, for shadowdiff to be shown and tried on. */

import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { messageOf } from '../core/errors.ts'
import { Checkout } from './carts.ts'
import { showFrontPage, showHealth, showLogo } from './pages.ts'
import {
  listCategories,
  listProducts,
  listReviews,
  quotePrice,
  recommend,
  search,
  showProduct,
  showStock,
} from './products.ts'
import { empty, problem } from './reply.ts'
import type { Reply, ShopRequest } from './reply.ts'

/** Which shop, and where it listens. */
export interface ShopOptions {
  /** Version 2 has the regressions of `regressions.ts`. */
  readonly version: 1 | 2
  readonly host?: string
  readonly port?: number
}

/** A shop that is open. */
export interface Shop {
  readonly url: string
  /** Ends every connection; resolves when the port is free. */
  close(): Promise<void>
}

type Handler = (request: ShopRequest) => Reply
type Route = readonly [method: string, path: RegExp, handle: Handler]

const MAX_BODY_BYTES = 64 * 1024
const GZIP_FROM_BYTES = 256

/** Opens a shop; its goods are always the same, its carts and orders begin empty. */
export async function startShop({
  version,
  host = '127.0.0.1',
  port = 0,
}: ShopOptions): Promise<Shop> {
  const routes = routesOf(new Checkout())
  const server = createServer((request, response) => {
    const startedAt = performance.now()
    answer(routes, version, request).then(
      (reply) => {
        send(reply, request, response, startedAt, version)
      },
      (error: unknown) => {
        response.destroy(error instanceof Error ? error : new Error(messageOf(error)))
      },
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const { port: bound } = server.address() as AddressInfo
  return {
    url: `http://${host}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}

function routesOf(checkout: Checkout): readonly Route[] {
  return [
    ['GET', /^\/$/, showFrontPage],
    ['GET', /^\/logo\.png$/, showLogo],
    ['GET', /^\/health$/, showHealth],
    ['GET', /^\/categories$/, listCategories],
    ['GET', /^\/products$/, listProducts],
    ['GET', /^\/products\/(\d+)$/, showProduct],
    ['GET', /^\/products\/(\d+)\/price$/, quotePrice],
    ['GET', /^\/products\/(\d+)\/stock$/, showStock],
    ['GET', /^\/products\/(\d+)\/reviews$/, listReviews],
    ['GET', /^\/search$/, search],
    ['GET', /^\/recommendations$/, recommend],
    ['POST', /^\/carts$/, checkout.createCart],
    ['GET', /^\/carts\/([^/]+)$/, checkout.showCart],
    ['DELETE', /^\/carts\/([^/]+)$/, checkout.deleteCart],
    ['POST', /^\/carts\/([^/]+)\/items$/, checkout.addItem],
    ['PUT', /^\/carts\/([^/]+)\/items\/(\d+)$/, checkout.changeItem],
    ['DELETE', /^\/carts\/([^/]+)\/items\/(\d+)$/, checkout.removeItem],
    ['POST', /^\/orders$/, checkout.placeOrder],
    ['GET', /^\/orders\/([^/]+)$/, checkout.showOrder],
  ]
}

async function answer(
  routes: readonly Route[],
  version: 1 | 2,
  request: IncomingMessage,
): Promise<Reply> {
  const { method = 'GET', headers } = request
  const [pathname = '/', ...search] = (request.url ?? '/').split('?')
  const body = await readBody(request)
  if (body === undefined) return problem(413, 'That is more than the shop can take.')
  const here = routes.filter(([, path]) => path.test(pathname))
  const wanted = method === 'HEAD' ? 'GET' : method
  const route = here.find(([known]) => known === wanted)
  if (route === undefined) {
    if (here.length === 0) return problem(404, 'There is nothing here.')
    return empty(405, { allow: here.map(([known]) => known).join(', ') })
  }
  const [, path, handle] = route
  const requestId = headers['x-request-id']
  return handle({
    method,
    query: new URLSearchParams(search.join('?')),
    params: path.exec(pathname)?.slice(1) ?? [],
    body: parseJson(body),
    requestId: typeof requestId === 'string' ? requestId : randomUUID(),
    origin: `http://${headers.host ?? 'shop'}`,
    cookie: headers.cookie,
    breaks: () => version === 2,
  })
}

function send(
  reply: Reply,
  request: IncomingMessage,
  response: ServerResponse,
  startedAt: number,
  version: 1 | 2,
): void {
  if (reply.delayMs !== undefined && reply.delayMs > 0) {
    const timer = setTimeout(() => {
      send({ ...reply, delayMs: 0 }, request, response, startedAt, version)
    }, reply.delayMs)
    response.once('close', () => {
      clearTimeout(timer)
    })
    return
  }
  response.setHeader('server', `shop/${version}`)
  response.setHeader('x-response-time', `${(performance.now() - startedAt).toFixed(2)}ms`)
  for (const [name, value] of Object.entries(reply.headers)) response.setHeader(name, value)
  const { etag } = reply.headers
  if (typeof etag === 'string' && request.headers['if-none-match'] === etag) {
    response.removeHeader('content-type')
    response.writeHead(304).end()
    return
  }
  let { body } = reply
  const type = String(reply.headers['content-type'] ?? '')
  if (body.length >= GZIP_FROM_BYTES && /^(application\/json|text\/)/.test(type)) {
    response.setHeader('vary', 'Accept-Encoding')
    if (/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) {
      body = gzipSync(body)
      response.setHeader('content-encoding', 'gzip')
    }
  }
  if (reply.status !== 204) response.setHeader('content-length', body.length)
  response.writeHead(reply.status).end(request.method === 'HEAD' ? undefined : body)
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length <= MAX_BODY_BYTES) chunks.push(chunk)
  }
  return length > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks)
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString()) as unknown
  } catch {
    return undefined
  }
}
