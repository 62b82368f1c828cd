/** The command line's end of the way to a running service. */

import { connect } from 'node:net'
import { fromWire } from './channel.ts'
import type { DoorAnswer } from './command-door.ts'
import { timeoutOf } from './command-port.ts'
import type { CommandMap, CommandName } from './core/commands.ts'
import { AppError, codeOf } from './core/errors.ts'

/** Longer than the service waits for its parts, so that its own answer arrives. */
const PATIENCE_MS = 5_000

/** Whether a service takes commands on this socket at this moment. */
export function isServed(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => {
      resolve(false)
    })
  })
}

/** Sends one command; rejects with what the service says, or `unavailable` when it goes away. */
export function sendCommand<K extends CommandName>(
  socketPath: string,
  name: K,
  input: CommandMap[K]['input'],
): Promise<CommandMap[K]['output']> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath)
    let text = ''
    const gone = (why: string): AppError =>
      new AppError('unavailable', `the running service ${why}; look at its log, then try again`)
    socket.setEncoding('utf8')
    socket.setTimeout(timeoutOf(name) + PATIENCE_MS, () => {
      reject(gone('did not answer in time'))
      socket.destroy()
    })
    socket.on('connect', () => socket.end(`${JSON.stringify({ name, input })}\n`))
    socket.on('data', (chunk: string) => (text += chunk))
    socket.on('error', (error) => {
      reject(gone(`cannot be reached (${codeOf(error) ?? 'unknown error'})`))
    })
    socket.on('close', () => {
      try {
        const answer = JSON.parse(text) as DoorAnswer
        if ('error' in answer) reject(fromWire(answer.error))
        else resolve(answer.value as CommandMap[K]['output'])
      } catch {
        reject(gone('ended before it had answered'))
      }
    })
  })
}
