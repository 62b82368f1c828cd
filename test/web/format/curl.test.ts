import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import type { BodyView, RequestView } from '../../../src/core/exchange-report.ts'
import { curlCommand } from '../../../web/src/format/curl.ts'

const tools = ['/usr/bin/curl', '/bin/bash'].filter((path) => !existsSync(path))
if (tools.length > 0) console.warn(`curl commands are not tried: ${tools.join(', ')} is missing`)

const body = (over: Partial<BodyView> = {}): BodyView => ({
  length: over.text?.length ?? (over.base64 === undefined ? 0 : 4),
  sha256: '',
  truncated: false,
  ...over,
})

const requestOf = (over: Partial<RequestView> = {}): RequestView => ({
  method: 'GET',
  target: '/',
  headers: [],
  body: body(),
  ...over,
})

interface Received {
  readonly method: string
  readonly target: string
  readonly headers: readonly string[]
  readonly body: Buffer
}

/** What a server gets when the command is pasted into a shell. */
async function paste(request: RequestView): Promise<Received> {
  let received: Received | undefined
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const { method = '', url = '', rawHeaders } = incoming
      received = { method, target: url, headers: rawHeaders, body: Buffer.concat(chunks) }
      response.end('ok')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await promisify(execFile)(
    '/bin/bash',
    ['--norc', '-c', curlCommand(request, origin, request.headers)],
    {
      env: { LC_ALL: 'C.UTF-8', PATH: process.env['PATH'] },
    },
  )
  if (received === undefined) throw new Error('nothing arrived')
  return received
}

test.skipIf(tools.length > 0).each([
  [
    'a body that begins with @',
    requestOf({ method: 'POST', body: body({ text: '@/etc/passwd' }) }),
  ],
  [
    'quotes and line breaks',
    requestOf({ method: 'PUT', body: body({ text: `it's "x"\n\\$(id)` }) }),
  ],
  ['a target with brackets and dots', requestOf({ target: "/a/../b[1-3]{x,y}?q='$HOME'" })],
  ['an asterisk as target', requestOf({ method: 'OPTIONS', target: '*' })],
  [
    'odd headers',
    requestOf({
      headers: ['Host', 'shop.example', 'X-Empty', '', 'X-Quote', `"'; id`, 'Accept', '*/*'],
    }),
  ],
  [
    'bytes',
    requestOf({
      method: 'POST',
      body: body({ base64: Buffer.from([0, 255, 10, 64]).toString('base64') }),
    }),
  ],
])('the pasted command sends %s as recorded', async (_, request) => {
  const received = await paste(request)
  expect(received.method).toBe(request.method)
  expect(received.target).toBe(request.target)
  expect(received.body).toEqual(
    request.body.base64 === undefined
      ? Buffer.from(request.body.text ?? '')
      : Buffer.from(request.body.base64, 'base64'),
  )
  for (let i = 0; i < request.headers.length; i += 2) {
    const at = received.headers.indexOf(request.headers[i] ?? '')
    expect(received.headers[at + 1]).toBe(request.headers[i + 1])
  }
})

test('what cannot be repeated is said', () => {
  const request = requestOf({
    method: 'POST',
    headers: ['Cookie', 'sid=[redacted:string:32]'],
    body: body({ text: 'part', truncated: true }),
  })
  const command = curlCommand(request, 'http://v2.example', request.headers)
  expect(command).toContain('# The body was recorded in part only.')
  expect(command).toContain('# Secrets were not recorded')
})
