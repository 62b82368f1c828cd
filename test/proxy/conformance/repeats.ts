/** Promises of a leg: which requests are sent once more. */

import { expect, test } from 'vitest'
import { settled } from '../../support/settled.ts'
import { GET, OK, perConnection, post, type OpenLeg } from './leg-fixture.ts'

/** Registers the tests. */
export function testRepeats(open: OpenLeg): void {
  test('an idempotent request without a body is sent again when its reused connection was closed', async () => {
    const { get, upstream } = await open(
      perConnection(
        (socket, count) => (count === 1 ? socket.write(OK) : socket.destroy()),
        (socket) => socket.write(OK),
      ),
    )
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

  test.each([
    ['a POST', { method: 'POST' }, ''],
    ['a PUT with a body', post('x', { method: 'PUT' }), 'x'],
  ])('%s is never sent again', async (_what, changes, body) => {
    const { get, send, upstream } = await open(
      perConnection(
        (socket, count) => (count === 1 ? socket.write(OK) : socket.destroy()),
        (socket) => socket.write(OK),
      ),
    )
    await get().over()
    await settled(() => 0)
    const one = send({ ...GET, ...changes })
    if (body !== '') one.write(body)
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
