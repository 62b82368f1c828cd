/** Two versions of a service that answer alike but for one member of their JSON. */

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One version; it counts what it was asked. */
export interface VersionUpstream {
  readonly url: string
  asked(): number
  close(): Promise<void>
}

/** Starts a service whose answers name their version. */
export async function startVersionUpstream(version: number): Promise<VersionUpstream> {
  let asked = 0
  const server = createServer((request, response) => {
    asked++
    request.resume()
    request.on('end', () => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ path: request.url, version }))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    asked: () => asked,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
