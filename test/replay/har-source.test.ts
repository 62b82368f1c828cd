import { expect, test } from 'vitest'

import { AppError } from '../../src/core/errors.ts'
import { requestsOfHar } from '../../src/replay/har-source.ts'

function entry(
  request: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, unknown>> = {},
) {
  return {
    startedDateTime: '2026-01-31T12:00:00.250Z',
    time: 12,
    request: {
      method: 'GET',
      url: 'https://shop.example/items?q=a%20b',
      httpVersion: 'HTTP/1.1',
      headers: [],
      queryString: [],
      cookies: [],
      headersSize: -1,
      bodySize: 0,
      ...request,
    },
    response: {
      status: 200,
      statusText: 'OK',
      httpVersion: 'HTTP/1.1',
      headers: [
        { name: 'content-type', value: 'application/json' },
        { name: 'content-encoding', value: 'gzip' },
      ],
      cookies: [],
      content: { size: 2, mimeType: 'application/json', text: '{}' },
      redirectURL: '',
      headersSize: -1,
      bodySize: 2,
    },
    ...more,
  }
}

const read = (...entries: unknown[]) =>
  requestsOfHar(JSON.stringify({ log: { version: '1.2', entries } }), 'a.har')

test('a request has the target, the Host and the lines that were sent', () => {
  const [request] = read(
    entry({
      headers: [
        { name: ':authority', value: 'shop.example' },
        { name: 'Accept', value: '*/*' },
        { name: 'Connection', value: 'keep-alive' },
        { name: 'X-Request-Id', value: 'r1' },
      ],
    }),
  )
  expect(request).toMatchObject({
    at: Date.UTC(2026, 0, 31, 12, 0, 0, 250),
    requestId: 'r1',
    method: 'GET',
    target: '/items?q=a%20b',
    headers: ['Host', 'shop.example', 'Accept', '*/*', 'X-Request-Id', 'r1'],
  })
})

test('the recorded answer is decoded, as the archive has it', () => {
  const [request] = read(entry({}))
  expect(request?.primary).toMatchObject({
    kind: 'response',
    status: 200,
    headers: ['content-type', 'application/json'],
    body: { bytes: Buffer.from('{}'), length: 2 },
  })
})

test('an answer whose content was left out is no answer', () => {
  const response = { status: 200, statusText: '', headers: [], content: { size: 9, mimeType: '' } }
  expect(read(entry({}, { response }))[0]?.primary).toBeUndefined()
})

test('bodies come from text, base64 or form parameters', () => {
  const bodies = read(
    entry({ postData: { mimeType: 'application/json', text: '{"a":1}' } }),
    entry({ postData: { mimeType: 'image/png', text: 'AP8=', encoding: 'base64' } }),
    entry({
      postData: {
        mimeType: 'application/x-www-form-urlencoded',
        params: [{ name: 'a', value: '1 2' }],
      },
    }),
  ).map(({ body }) => body.toString('latin1'))
  expect(bodies).toEqual(['{"a":1}', '\u0000\u00ff', 'a=1+2'])
})

test('a request whose body was left out cannot be sent', () => {
  expect(read(entry({ method: 'POST', bodySize: 10 }))[0]?.unsendable).toBe('body-not-kept')
})

test('a WebSocket cannot be sent again', () => {
  expect(read(entry({ url: 'wss://shop.example/live' }))[0]?.unsendable).toBe('upgrade')
})

test.each(['data:text/plain,hi', 'blob:https://shop.example/1', 'chrome-extension://abc/x.js'])(
  'what a browser did not ask a server for cannot be sent: %s',
  (url) => {
    expect(read(entry({ url }))[0]?.unsendable).toBe('not-http')
  },
)

test('entries come oldest first', () => {
  const times = read(
    entry({}, { startedDateTime: '2026-01-31T12:00:02Z' }),
    entry({}, { startedDateTime: '2026-01-31T12:00:01Z' }),
  ).map(({ at }) => at)
  expect(times).toEqual([...times].sort((a, b) => a - b))
})

test.each([null, 1, {}, { request: null }, { request: { url: 'x', method: 'GET' } }])(
  'an entry that makes no sense is counted, not sent: %j',
  (broken) => {
    expect(read(broken)[0]?.unsendable).toBe('malformed')
  },
)

test('a header that would break the request is left out', () => {
  const [request] = read(entry({ headers: [{ name: 'x-a', value: 'b\r\nx-evil: 1' }] }))
  expect(request?.headers).toEqual(['Host', 'shop.example'])
})

test.each(['', '[]', '{"log":{}}', '{"log":{"entries":{}}}', 'no json'])(
  'a file that is no archive is refused: %s',
  (text) => {
    expect(() => requestsOfHar(text, 'a.har')).toThrow(AppError)
  },
)
