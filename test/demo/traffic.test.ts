import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startShop } from '../../src/demo/shop.ts'
import type { Shop } from '../../src/demo/shop.ts'
import { startTraffic } from '../../src/demo/traffic.ts'

let shop: Shop
beforeAll(async () => {
  shop = await startShop({ version: 1 })
})
afterAll(async () => {
  await shop.close()
})

interface Arrived {
  readonly line: string
  readonly requestId: string | undefined
}

/** Stands in front of the shop, writes down what comes and passes it on. */
async function startDoor(arrived: Arrived[]) {
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request
    arrived.push({
      line: `${method} ${url.replace(/\?.*/, '').replace(/[0-9a-f-]{36}|\d+/g, '{id}')}`,
      requestId: headers['x-request-id'] as string | undefined,
    })
    const passOn = async (): Promise<void> => {
      const chunks: Buffer[] = []
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
      const answer = await fetch(shop.url + url, {
        method,
        headers: { 'x-request-id': String(headers['x-request-id']) },
        ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
      })
      const { status } = answer
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(Buffer.from(await answer.arrayBuffer()))
    }
    passOn().catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}

test('visitors reach every endpoint, writes included, each request under an id of its own', async () => {
  const arrived: Arrived[] = []
  const door = await startDoor(arrived)
  const traffic = startTraffic({ url: door.url, ratePerSecond: 500, seed: 1 })
  const wanted = [
    'GET /',
    'GET /logo.png',
    'GET /health',
    'HEAD /products',
    'GET /categories',
    'GET /products',
    'GET /products/{id}',
    'GET /products/{id}/price',
    'GET /products/{id}/stock',
    'GET /products/{id}/reviews',
    'GET /recommendations',
    'GET /search',
    'POST /carts',
    'POST /carts/{id}/items',
    'PUT /carts/{id}/items/{id}',
    'DELETE /carts/{id}/items/{id}',
    'GET /carts/{id}',
    'DELETE /carts/{id}',
    'POST /orders',
    'GET /orders/{id}',
  ]
  await expect
    .poll(() => wanted.filter((line) => !arrived.some((one) => one.line === line)), {
      timeout: 20_000,
    })
    .toEqual([])
  await traffic.stop()
  expect(traffic.failed()).toBe(0)
  expect(arrived).toHaveLength(traffic.sent())
  expect(new Set(arrived.map(({ requestId }) => requestId)).size).toBe(arrived.length)
  const sent = traffic.sent()
  await new Promise((resolve) => setImmediate(resolve))
  expect(traffic.sent()).toBe(sent)
  await door.close()
})

test('a closed shop stops no traffic: failures are counted and visitors keep coming', async () => {
  const gone = await startShop({ version: 1 })
  await gone.close()
  const traffic = startTraffic({ url: gone.url, ratePerSecond: 200, seed: 2 })
  await expect.poll(() => traffic.failed()).toBeGreaterThan(5)
  await traffic.stop()
  expect(traffic.failed()).toBe(traffic.sent())
})
