/** A recorded request as a curl command. */

import type { HeaderList } from '../../../src/core/exchange.ts'
import type { RequestView } from '../../../src/core/exchange-report.ts'
import { shellQuote } from './shell.ts'

// curl makes these itself, or they belong to the connection that is gone.
const leftOut = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** The command that sends this request to `origin` with these headers, ready to be pasted. */
export function curlCommand(request: RequestView, origin: string, headers: HeaderList): string {
  const { method, target, body } = request
  const parts = ['curl -sS -i --globoff --path-as-is']
  if (method === 'HEAD') parts.push('--head')
  else if (method !== 'GET' || body.length > 0) parts.push(`-X ${shellQuote(method)}`)
  const base = origin.replace(/\/+$/, '')
  if (target.startsWith('/')) parts.push(shellQuote(base + target))
  else parts.push(`--request-target ${shellQuote(target)} ${shellQuote(`${base}/`)}`)
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] ?? ''
    const value = headers[i + 1] ?? ''
    if (leftOut.has(name.toLowerCase())) continue
    // `name:` alone would take the header away; with a semicolon curl sends it empty.
    parts.push(`-H ${shellQuote(value === '' ? `${name};` : `${name}: ${value}`)}`)
    if (name.toLowerCase() === 'accept-encoding') parts.push('--compressed')
  }
  const notes = notesOf(request, headers)
  if (body.length === 0) return [...notes, parts.join(' \\\n  ')].join('\n')
  if (body.text !== undefined && !body.text.includes('\0')) {
    // Not --data: that reads a file when the body begins with @.
    parts.push(`--data-raw ${shellQuote(body.text)}`)
    return [...notes, parts.join(' \\\n  ')].join('\n')
  }
  const base64 = body.base64 ?? toBase64(body.text ?? '')
  parts.push('--data-binary @-')
  return [...notes, `printf %s ${shellQuote(base64)} | base64 -d | ${parts.join(' \\\n  ')}`].join(
    '\n',
  )
}

function notesOf({ body }: RequestView, headers: HeaderList): string[] {
  const notes: string[] = []
  if (body.truncated) notes.push('# The body was recorded in part only.')
  if (body.decoded !== undefined)
    notes.push('# The body is sent unpacked; take content-encoding away.')
  if ([...headers, body.text ?? ''].some((text) => text.includes('redacted'))) {
    notes.push('# Secrets were not recorded: replace the placeholders.')
  }
  return notes
}

function toBase64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}
