/** Hands what the proxies count to the recorder while it changes, so that each run has its own totals. */

import { messageOf } from './core/errors.ts'
import type { ProxyBooks } from './core/ports.ts'
import type { BooksKept } from './parts.ts'

const EVERY_MS = 1000
const ASK_MS = 5000

/** Counting that goes on. */
export interface Bookkeeping {
  /** Why the recorder keeps nothing at the moment, as far as is known; absent while it does. */
  readonly problem: string | undefined
  /** Hands over the last word. */
  close(): Promise<void>
}

/** Starts to hand over; a recorder that is down gets it all when it is back. */
export function startBookkeeping(options: {
  readonly proxies: {
    unkept(): Promise<readonly ProxyBooks[]>
    keep(books: readonly ProxyBooks[]): void
  }
  readonly askRecorder: (what: string, body: unknown, timeoutMs: number) => Promise<unknown>
  readonly log: (line: string) => void
}): Bookkeeping {
  const { proxies, askRecorder, log } = options
  const handOver = async (): Promise<void> => {
    const books = await proxies.unkept()
    if (books.length === 0) return
    const { problem: told } = (await askRecorder('books', books, ASK_MS)) as BooksKept
    problem = told
    proxies.keep(books)
  }
  let isClosed = false
  let failures = 0
  let problem: string | undefined
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  const tick = (): void => {
    running = handOver()
      .then(
        () => {
          failures = 0
        },
        (error: unknown) => {
          problem = messageOf(error)
          // Said once, and not for the moments that a recorder takes to start again.
          if (++failures === 10) log(`the run's totals are not kept: ${messageOf(error)}`)
        },
      )
      .then(schedule)
  }
  const schedule = (): void => {
    if (!isClosed) timer = setTimeout(tick, EVERY_MS).unref()
  }
  schedule()
  return {
    get problem() {
      return problem
    },
    close: async () => {
      isClosed = true
      clearTimeout(timer)
      await running
      await handOver().catch((error: unknown) => {
        log(`the run's last totals are not kept: ${messageOf(error)}`)
      })
    },
  }
}
