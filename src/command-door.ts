/**
 * The command line's way to a running service: a socket in the supervisor's 0700 folder, on which one line
 * of JSON asks and one line answers. Whoever can reach it may read the database as well.
 */

import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import type { Actor } from './core/commands.ts'
import { AppError } from './core/errors.ts'
import type { WireError } from './channel.ts'
import { toWire } from './channel.ts'
import type { CommandAsk } from './parts.ts'

/** A command with a filter or a path in it is far shorter. */
const MAX_LINE_BYTES = 64 * 1024
/** Each is one command of one person. */
const MAX_CONNECTIONS = 16
/** Whoever connects asks at once. */
const ASK_WITHIN_MS = 5_000

/** The answer's line. */
export type DoorAnswer = { readonly value: unknown } | { readonly error: WireError }

/** Who asks on the command line: a person with the rights of the service's user. */
export const CLI_ACTOR: Actor = { name: 'cli', role: 'operator' }

/** Opens the door at this path; closing it cuts those who wait, not what they asked for. */
export async function openCommandDoor(
  path: string,
  execute: (command: CommandAsk) => Promise<unknown>,
): Promise<{ close(): void }> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.setTimeout(ASK_WITHIN_MS, () => socket.destroy())
    // Every error is followed by 'close'.
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    let text = ''
    const onData = (chunk: string): void => {
      text += chunk
      const end = text.indexOf('\n')
      if (end < 0) {
        if (text.length > MAX_LINE_BYTES) socket.destroy()
        return
      }
      socket.removeListener('data', onData)
      socket.resume()
      socket.setTimeout(0)
      void answerLine(text.slice(0, end), execute).then((answer) => {
        socket.end(`${JSON.stringify(answer)}\n`)
      })
    }
    socket.setEncoding('utf8')
    socket.on('data', onData)
    // Who ends before a whole line has asked nothing.
    socket.on('end', () => {
      if (!text.includes('\n')) socket.destroy()
    })
  })
  server.maxConnections = MAX_CONNECTIONS
  server.listen(path)
  await once(server, 'listening')
  server.on('error', () => undefined)
  return {
    close: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

async function answerLine(
  line: string,
  execute: (command: CommandAsk) => Promise<unknown>,
): Promise<DoorAnswer> {
  try {
    const value = await execute({ ...readCommand(line), actor: CLI_ACTOR })
    return { value: value ?? null }
  } catch (error) {
    return { error: toWire(error) }
  }
}

function readCommand(line: string): Pick<CommandAsk, 'name' | 'input'> {
  let asked: unknown
  try {
    asked = JSON.parse(line)
  } catch {
    throw new AppError('invalid', 'expected a command as one line of JSON')
  }
  if (typeof asked !== 'object' || asked === null || !('name' in asked) || !('input' in asked)) {
    throw new AppError('invalid', 'expected a command with "name" and "input"')
  }
  // A name that is none is refused where commands are done.
  return asked as Pick<CommandAsk, 'name' | 'input'>
}
