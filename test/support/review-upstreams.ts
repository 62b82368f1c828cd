/** Two versions of a small shop for reviews: one breaking difference, one value, one that only looks random. */

import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Starts both; `close` ends them. */
export async function startReviewUpstreams() {
  const primary = await listen((id) => ({
    id,
    price: { amount: 10.5, currency: 'EUR' },
    traceId: randomUUID(),
    tags: ['home', 'new'],
  }))
  const shadow = await listen((id) => ({
    id,
    price: { amount: 10.75 },
    traceId: randomUUID(),
    tags: ['new', 'home'],
  }))
  return {
    primary: urlOf(primary),
    shadow: urlOf(shadow),
    close: () => {
      for (const server of [primary, shadow]) {
        server.closeAllConnections()
        server.close()
      }
    },
  }
}

const urlOf = (server: Server) =>
  `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`

function listen(answer: (id: number) => object): Promise<Server> {
  const server = createServer((request, response) => {
    const id = Number(/\d+$/.exec(request.url ?? '')?.[0] ?? 0)
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer(id)))
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve(server)
    })
  })
}
