/** The supervisor's end of the channel: one part's process from its start to its end. */

import { fork, type ChildProcess } from 'node:child_process'
import cluster from 'node:cluster'
import { fileURLToPath } from 'node:url'
import type { Answer, Message } from './channel.ts'
import { Asker, fromWire, reply } from './channel.ts'

/** A part as the supervisor sees it. */
export interface LaunchedPart {
  readonly pid: number
  readonly started: unknown
  ask(what: string, body?: unknown, timeoutMs?: number): Promise<unknown>
  /** Orders it to drain; kills it when it is not gone a second after the deadline. Resolves with its last word when it has ended. */
  stop(deadlineMs: number): Promise<unknown>
}

/** Why a part's process ended. */
export interface PartExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

const EXEC_ARGV = ['--enable-source-maps']
const STDIO = ['ignore', 'inherit', 'inherit', 'ipc'] as const

/** Starts a part's process and waits until it has started; rejects with its problem when it cannot. */
export function launchPart(options: {
  readonly entry: URL
  readonly start: unknown
  /** Whether it listens on the same ports as others of its kind. */
  readonly sharesPorts?: boolean
  readonly answer: Answer
  /** Called once, when a part that had started has ended, wanted or not. */
  readonly onExit: (exit: PartExit) => void
}): Promise<LaunchedPart> {
  return new Promise((resolve, reject) => {
    const child =
      options.sharesPorts === true
        ? forkSharing(options.entry)
        : fork(options.entry, [], { execArgv: EXEC_ARGV, stdio: [...STDIO] })
    const send = (message: Message): boolean => {
      if (!child.connected) return false
      child.send(message, () => undefined)
      return true
    }
    const asker = new Asker(send)
    let launched = false
    let lastWord: unknown
    const ended = new Promise<void>((gone) => {
      child.once('exit', (code, signal) => {
        asker.close()
        gone()
        if (launched) options.onExit({ code, signal })
        else
          reject(
            new Error(
              `the process ended before it had started (${signal ?? `code ${String(code)}`})`,
            ),
          )
      })
    })
    child.on('error', reject)
    child.on('message', (message: Message) => {
      switch (message.type) {
        case 'ready':
          send({ type: 'start', options: options.start })
          return
        case 'started':
          launched = true
          resolve({
            pid: child.pid ?? -1,
            started: message.value,
            ask: (what, body, timeoutMs = 1000) => asker.ask(what, body, timeoutMs),
            stop: async (deadlineMs) => {
              if (!send({ type: 'stop', deadlineMs })) child.kill('SIGKILL')
              const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs + 1000)
              await ended
              clearTimeout(timer)
              return lastWord
            },
          })
          return
        case 'failed':
          reject(fromWire(message.error))
          child.kill('SIGKILL')
          return
        case 'stopped':
          lastWord = message.value
          return
        case 'ask':
          void reply(options.answer, message, send)
          return
        case 'answer':
          asker.settle(message.id, message.value, message.error)
          return
        case 'start':
        case 'stop':
      }
    })
  })
}

/**
 * Node's cluster opens the listening sockets here and gives them to every worker, who accept by
 * themselves: the supervisor is on no connection's way, and a killed worker takes only its own along.
 */
function forkSharing(entry: URL): ChildProcess {
  // Else the supervisor would accept and hand out each connection.
  cluster.schedulingPolicy = cluster.SCHED_NONE
  cluster.setupPrimary({
    exec: fileURLToPath(entry),
    args: [],
    execArgv: EXEC_ARGV,
    stdio: [...STDIO],
  })
  return cluster.fork().process
}
