/**
 * A part's end of the channel. A part whose channel closes ends at once, so that a killed supervisor
 * leaves nothing running. Signals are the supervisor's business alone: a Ctrl-C or a service manager's
 * SIGTERM reaches every process of the group, and a recorder that obeyed it would be gone before the
 * proxies had handed over their last exchanges.
 */

import type { Answer, Message } from './channel.ts'
import { Asker, reply, toWire } from './channel.ts'
import { AppError, messageOf } from './core/errors.ts'

/** A part while it runs, as its own process sees it. */
export interface RunningPart {
  /** Told to the supervisor once: addresses and the like. */
  readonly started: unknown
  readonly answer?: Answer
  /** Drains and closes within the deadline; what it gives is told to the supervisor as the last word. */
  stop(deadlineMs: number): Promise<unknown>
}

/** Asks the supervisor. */
export type AskSupervisor = (what: string, body?: unknown, timeoutMs?: number) => Promise<unknown>

/** Starts a part with the supervisor's options. */
export type StartPart = (options: unknown, ask: AskSupervisor) => Promise<RunningPart>

/**
 * Runs this process as a part: waits for the supervisor's start, answers its questions, ends with
 * code 0 when it was stopped, and at once when the channel closes. `abandon` is a last, quick,
 * synchronous chance to save what can be saved then.
 */
export function servePart(start: StartPart, abandon: () => void = () => undefined): void {
  if (process.send === undefined) {
    throw new AppError('invalid', 'this file is started by shadowdiff run, not by hand')
  }
  const send = (message: Message): boolean => {
    if (!process.connected) return false
    // The callback keeps a channel that closes meanwhile from raising an error event.
    process.send?.(message, undefined, undefined, () => undefined)
    return true
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
  process.on('disconnect', () => {
    abandon()
    process.exit(0)
  })
  const asker = new Asker(send)
  const ask: AskSupervisor = (what, body, timeoutMs = 2000) => asker.ask(what, body, timeoutMs)
  let part: Promise<RunningPart> | undefined

  const begin = async (options: unknown): Promise<void> => {
    try {
      part = start(options, ask)
      send({ type: 'started', value: (await part).started })
    } catch (error) {
      send({ type: 'failed', error: toWire(error) })
    }
  }
  const end = async (deadlineMs: number): Promise<void> => {
    const value = await part?.then((running) => running.stop(deadlineMs))
    const exit = (): void => process.exit(0)
    if (process.connected) process.send?.({ type: 'stopped', value }, undefined, undefined, exit)
    else exit()
  }
  process.on('message', (message: Message) => {
    switch (message.type) {
      case 'start':
        void begin(message.options)
        return
      case 'stop':
        end(message.deadlineMs).catch((error: unknown) => {
          console.error(messageOf(error))
          process.exit(1)
        })
        return
      case 'ask':
        void reply(async (what, body) => (await part)?.answer?.(what, body), message, send)
        return
      case 'answer':
        asker.settle(message.id, message.value, message.error)
        return
      case 'ready':
      case 'started':
      case 'failed':
      case 'stopped':
    }
  })
  send({ type: 'ready' })
}
