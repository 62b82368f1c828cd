import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { isServed, sendCommand } from '../src/command-client.ts'
import { openCommandDoor } from '../src/command-door.ts'
import { AppError } from '../src/core/errors.ts'
import type { CommandAsk } from '../src/parts.ts'

async function openDoor(execute: (command: CommandAsk) => Promise<unknown>) {
  const folder = await mkdtemp(join(tmpdir(), 'shadowdiff-door-'))
  const path = join(folder, 'commands.sock')
  const door = await openCommandDoor(path, execute)
  onTestFinished(async () => {
    door.close()
    await rm(folder, { recursive: true, force: true })
  })
  return { path, door }
}

test('a command goes in with the actor of the command line, and its value comes back', async () => {
  const asked: CommandAsk[] = []
  const { path } = await openDoor(async (command) => {
    asked.push(command)
    return { forgotten: 3 }
  })
  expect(await isServed(path)).toBe(true)
  expect(await sendCommand(path, 'forget', { filter: { q: 'ünï\ncode' } })).toEqual({
    forgotten: 3,
  })
  expect(asked).toEqual([
    {
      name: 'forget',
      input: { filter: { q: 'ünï\ncode' } },
      actor: { name: 'cli', role: 'operator' },
    },
  ])
})

test('a problem comes back with its code', async () => {
  const { path } = await openDoor(async () => {
    throw new AppError('unavailable', 'the recorder is being started again')
  })
  await expect(sendCommand(path, 'forget', { filter: {} })).rejects.toMatchObject({
    code: 'unavailable',
    message: 'the recorder is being started again',
  })
})

test('nonsense is answered as such, and an endless line is cut', async () => {
  const { path } = await openDoor(async () => ({}))
  const nonsense = connect(path)
  nonsense.write('hello\n')
  const [answer] = (await once(nonsense.setEncoding('utf8'), 'data')) as [string]
  expect(JSON.parse(answer)).toMatchObject({ error: { code: 'invalid' } })
  nonsense.destroy()

  const endless = connect(path)
  endless.on('error', () => undefined)
  endless.write('x'.repeat(200_000))
  await new Promise((resolve) => endless.on('close', resolve))
})

test('who asks while the service goes away is told so', async () => {
  const { path, door } = await openDoor(() => new Promise(() => undefined))
  const asked = sendCommand(path, 'forget', { filter: {} })
  setImmediate(() => {
    door.close()
  })
  await expect(asked).rejects.toMatchObject({ code: 'unavailable' })
  expect(await isServed(path)).toBe(false)
})
