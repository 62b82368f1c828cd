import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { openConsole } from '../support/console.ts'

async function send(bytes: string): Promise<string> {
  const app = await openConsole()
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  const socket = connect(Number(port), '127.0.0.1')
  socket.write(bytes)
  return text(socket)
}

test.each([
  ['no HTTP at all', 'hello\r\n\r\n', 400],
  ['a header that is none', 'GET / HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n', 400],
  [
    'too many headers',
    `GET / HTTP/1.1\r\nHost: localhost\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`,
    431,
  ],
])('%s gets a problem document with the security headers', async (_title, bytes, status) => {
  const answer = await send(bytes)
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  expect(head).toContain("content-security-policy: default-src 'none';")
  expect(head).toContain('content-type: application/problem+json')
  expect(JSON.parse(body)).toMatchObject({ status, instance: expect.any(String) as string })
})

test('a client that names no host is refused like one that names a foreign one', async () => {
  expect(await send('GET /api/v1/status HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 403 /)
})
