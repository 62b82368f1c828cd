import { request } from 'undici'
import { gunzipSync } from 'node:zlib'

/** An answer of the shop, decoded. */
export interface Seen {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly text: string
  readonly json: unknown
}

/** Sends one request to a shop and reads the answer. */
export async function visit(
  url: string,
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'PATCH',
  path: string,
  { body, ...headers }: Record<string, unknown> & { body?: unknown } = {},
): Promise<Seen> {
  const response = await request(url + path, {
    method,
    headers: { 'x-request-id': 'visit-1', host: 'shop.example', ...(headers as object) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const bytes = Buffer.from(await response.body.arrayBuffer())
  const zipped = response.headers['content-encoding'] === 'gzip' && bytes.length > 0
  const text = (zipped ? gunzipSync(bytes) : bytes).toString()
  const isJson = String(response.headers['content-type']).startsWith('application/json')
  return {
    status: response.statusCode,
    headers: response.headers,
    text,
    json: isJson && text !== '' ? JSON.parse(text) : undefined,
  }
}
