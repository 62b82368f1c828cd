/** Promises of a leg: which requests are sent once more. */

import { expect, test } from 'vitest'
import { settled } from '../../support/settled.ts'
import { GET, OK, perConnection, post, promise, type Lacks, type OpenLeg } from './leg-fixture.ts'

/** Answers one request on its first connection and none after it, and all on the next. */
const closesTheSecond = () =>
  perConnection(
    (socket, count) => (count === 1 ? socket.write(OK) : socket.destroy()),
    (socket) => socket.write(OK),
  )

/** Registers the tests. */
export function testRepeats(open: OpenLeg, lacks: Lacks): void {
  test('an idempotent request without a body is sent again when its reused connection was closed', async () => {
    const { get, upstream } = await open(closesTheSecond())
    await get().over()
    await settled(() => 0)
    const again = await get().over()
    expect(again.calls).toEqual(['head', 'data', 'end'])
    expect(upstream.requests).toHaveLength(3)
    expect(upstream.opened()).toBe(2)
  })

  test('a request is sent again once, not twice', async () => {
    const { get, upstream } = await open(
      perConnection(
        (socket, count) => (count === 1 ? socket.write(OK) : socket.destroy()),
        (socket) => socket.destroy(),
      ),
    )
    await get().over()
    await settled(() => 0)
    expect((await get().over()).failure?.reason).toBe('reset')
    expect(upstream.requests).toHaveLength(3)
  })

  test('a request on a new connection is never sent again', async () => {
    const { get, upstream } = await open(perConnection((socket) => socket.destroy()))
    expect((await get().over()).failure?.reason).toBe('reset')
    expect(upstream.requests).toHaveLength(1)
  })

  test('a POST is never sent again', async () => {
    const { get, send, upstream } = await open(closesTheSecond())
    await get().over()
    await settled(() => 0)
    const one = send({ ...GET, method: 'POST' })
    expect((await one.end().over()).failure?.reason).toBe('reset')
    expect(upstream.requests).toHaveLength(2)
  })

  promise(lacks, 'a PUT with a short body is sent again as it was', async () => {
    const { get, send, upstream } = await open(closesTheSecond())
    await get().over()
    await settled(() => 0)
    const one = send({ ...GET, method: 'PUT', framing: { kind: 'chunked' } })
    one.write('x')
    one.write('yz')
    expect((await one.end(['T', '1']).over()).calls).toEqual(['head', 'data', 'end'])
    const [, first, second] = upstream.requests
    expect(first?.body.toString()).toBe('xyz')
    expect(second).toEqual(expect.objectContaining({ ...first, end: second?.end }))
  })

  test('a PUT with a long body is not sent again', async () => {
    const { get, send, upstream } = await open(closesTheSecond())
    await get().over()
    await settled(() => 0)
    const one = send(post('x'.repeat(70_000), { method: 'PUT' }))
    one.write('x'.repeat(70_000))
    expect((await one.end().over()).failure?.reason).toBe('reset')
    expect(upstream.requests).toHaveLength(2)
  })

  test('a request is not sent again once a byte of an answer came', async () => {
    const { get, upstream } = await open(
      perConnection(
        (socket, count) =>
          count === 1 ? socket.write(OK) : socket.write('H', () => socket.destroy()),
        (socket) => socket.write(OK),
      ),
    )
    await get().over()
    await settled(() => 0)
    expect((await get().over()).failure?.reason).toBe('reset')
    expect(upstream.requests).toHaveLength(2)
  })
}
