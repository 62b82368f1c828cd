/** A client that sees what is on the wire: raw header lines, the reason phrase, undecoded bytes. */

import { Agent, request } from 'node:http'

/** An answer as it arrived. */
export interface RawAnswer {
  readonly status: number
  readonly reason: string
  /** Name, value, name, value, …: case, order and repeats kept. */
  readonly headers: readonly string[]
  readonly body: Buffer
}

/** What to send; header names are sent as written. */
export interface RawRequest {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string | string[]>>
  readonly body?: Buffer | string
}

/** One client with connections of its own. */
export class RawClient {
  readonly #agent: Agent
  readonly #url: URL

  constructor(url: string, connections = 1) {
    this.#url = new URL(url)
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections })
  }

  /** Sends one request and reads the whole answer; rejects when it breaks off. */
  send({ method = 'GET', path, headers = {}, body }: RawRequest): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          agent: this.#agent,
          host: this.#url.hostname,
          port: this.#url.port,
          method,
          path,
          headers: {
            ...headers,
            ...(body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }),
          },
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.once('error', reject)
          response.once('end', () => {
            resolve({
              status: response.statusCode ?? 0,
              reason: response.statusMessage ?? '',
              headers: response.rawHeaders,
              body: Buffer.concat(chunks),
            })
          })
        },
      )
      sent.once('error', reject)
      sent.end(body)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}

/** Header lines without those of these names (lower case). */
export function without(headers: readonly string[], ...names: readonly string[]): string[] {
  return headers.filter((_, i) => !names.includes((headers[i - (i % 2)] ?? '').toLowerCase()))
}
