/** `X-Forwarded-*` and `Forwarded`, added only where the configuration says `forwarded: append`. */

/** What is known of the connection to the client. */
export interface ClientSide {
  /** Empty on a Unix socket. */
  readonly address: string
  readonly encrypted: boolean
  /** The port the client talked to; 0 on a Unix socket. */
  readonly port: number
}

/** RFC 7239 §6.2: what stands for a client without an address. */
const UNKNOWN = 'unknown'

/**
 * Appends the client to `X-Forwarded-For`, and to `Forwarded` (RFC 7239) where that is in use; sets
 * `X-Forwarded-Proto`, `-Host` and `-Port` where they are absent.
 */
export function appendForwarded(headers: string[], client: ClientSide, host: string): void {
  let forAt = -1
  let forwardedAt = -1
  let hasProto = false
  let hasHost = false
  let hasPort = false
  for (let i = 0; i < headers.length; i += 2) {
    switch (headers[i]?.toLowerCase()) {
      case 'x-forwarded-for':
        forAt = i + 1
        break
      case 'forwarded':
        forwardedAt = i + 1
        break
      case 'x-forwarded-proto':
        hasProto = true
        break
      case 'x-forwarded-host':
        hasHost = true
        break
      case 'x-forwarded-port':
        hasPort = true
        break
    }
  }
  const proto = client.encrypted ? 'https' : 'http'
  const address = addressOf(client)
  if (forAt === -1) headers.push('X-Forwarded-For', address)
  else headers[forAt] = listed(headers[forAt], address)
  if (!hasProto) headers.push('X-Forwarded-Proto', proto)
  if (!hasHost) headers.push('X-Forwarded-Host', host)
  if (!hasPort && client.port !== 0) headers.push('X-Forwarded-Port', String(client.port))
  if (forwardedAt !== -1) {
    const node = address.includes(':') ? `"[${address}]"` : address
    const name = /^[\w.-]+$/.test(host) ? host : `"${host}"`
    headers[forwardedAt] = listed(headers[forwardedAt], `for=${node};host=${name};proto=${proto}`)
  }
}

function addressOf({ address }: ClientSide): string {
  if (address === '') return UNKNOWN
  return address.startsWith('::ffff:') ? address.slice(7) : address
}

function listed(before: string | undefined, item: string): string {
  return before === undefined || before === '' ? item : `${before}, ${item}`
}
