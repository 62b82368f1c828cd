/**
 * The channel between the supervisor and its parts: JSON over Node's IPC. Both ends can ask and answer;
 * the supervisor also starts and stops. `part.ts` is a part's end, `launch.ts` the supervisor's.
 */

import type { ErrorCode } from './core/errors.ts'
import { AppError, messageOf } from './core/errors.ts'

/** A question's name and content; what comes back is agreed in `parts.ts`. */
export type Answer = (what: string, body: unknown) => Promise<unknown>

/** What travels. */
export type Message =
  /** The part listens; what was sent before may have gone past it. */
  | { readonly type: 'ready' }
  | { readonly type: 'start'; readonly options: unknown }
  | { readonly type: 'started'; readonly value: unknown }
  | { readonly type: 'failed'; readonly error: WireError }
  | { readonly type: 'stop'; readonly deadlineMs: number }
  | { readonly type: 'stopped'; readonly value: unknown }
  | { readonly type: 'ask'; readonly id: number; readonly what: string; readonly body: unknown }
  | {
      readonly type: 'answer'
      readonly id: number
      readonly value?: unknown
      readonly error?: WireError
    }

/** An error as it travels: people's message, no stack. */
export interface WireError {
  readonly code?: ErrorCode
  readonly message: string
}

/** An error for the channel. */
export const toWire = (error: unknown): WireError =>
  error instanceof AppError
    ? { code: error.code, message: error.message }
    : { message: messageOf(error) }

/** An error from the channel. */
export const fromWire = (error: WireError): Error =>
  error.code === undefined ? new Error(error.message) : new AppError(error.code, error.message)

/** Asks over one end of a channel and matches the answers; at most `timeoutMs` for each. */
export class Asker {
  readonly #send: (message: Message) => boolean
  readonly #open = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void; timer: NodeJS.Timeout }
  >()
  #nextId = 1

  constructor(send: (message: Message) => boolean) {
    this.#send = send
  }

  ask(what: string, body: unknown, timeoutMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = this.#nextId++
      const timer = setTimeout(() => {
        this.#open.delete(id)
        reject(new AppError('unavailable', `no answer to "${what}" within ${timeoutMs} ms`))
      }, timeoutMs)
      this.#open.set(id, { resolve, reject, timer })
      if (!this.#send({ type: 'ask', id, what, body })) {
        this.settle(id, undefined, {
          code: 'unavailable',
          message: `"${what}" cannot be asked now`,
        })
      }
    })
  }

  settle(id: number, value: unknown, error: WireError | undefined): void {
    const open = this.#open.get(id)
    if (open === undefined) return
    this.#open.delete(id)
    clearTimeout(open.timer)
    if (error === undefined) open.resolve(value)
    else open.reject(fromWire(error))
  }

  close(): void {
    for (const id of [...this.#open.keys()]) {
      this.settle(id, undefined, { code: 'unavailable', message: 'the part has ended' })
    }
  }
}

/** Answers one question; a failing answer is an answer too. */
export async function reply(
  answer: Answer,
  ask: Extract<Message, { type: 'ask' }>,
  send: (message: Message) => boolean,
): Promise<void> {
  try {
    send({ type: 'answer', id: ask.id, value: await answer(ask.what, ask.body) })
  } catch (error) {
    send({ type: 'answer', id: ask.id, error: toWire(error) })
  }
}
