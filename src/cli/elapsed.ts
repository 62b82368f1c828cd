/** That long work of unknown length goes on: a redrawn line on a terminal, a line now and then elsewhere. */

import { isTerminal, tell } from './terminal.ts'

const REDRAW_MS = 1000
const LINE_MS = 10_000

/** Does the work, and tells now and then for how long it has; `what` is `forgetting`. */
export async function withElapsed<T>(what: string, work: Promise<T>): Promise<T> {
  const startedAt = performance.now()
  const redraws = isTerminal(process.stderr)
  const timer = setInterval(
    () => {
      const line = `${what}, ${Math.round((performance.now() - startedAt) / 1000)} s`
      if (redraws) process.stderr.write(`\r${line}`)
      else tell(line)
    },
    redraws ? REDRAW_MS : LINE_MS,
  )
  try {
    return await work
  } finally {
    clearInterval(timer)
    if (redraws) process.stderr.write('\r\u001b[K')
  }
}
