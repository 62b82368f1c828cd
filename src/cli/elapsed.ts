/** That long work of unknown length goes on: a line that is redrawn on a terminal, one now and then elsewhere. */

import { SingleBar } from 'cli-progress'
import { isTerminal, tell } from './terminal.ts'

const REDRAW_MS = 1000
const LINE_MS = 10_000

/** Does the work, and tells now and then for how long it has; `what` is `forgetting`. */
export async function withElapsed<T>(what: string, work: Promise<T>): Promise<T> {
  const startedAt = performance.now()
  const bar = isTerminal(process.stderr)
    ? new SingleBar({
        format: `${what}, {duration_formatted}`,
        stream: process.stderr,
        hideCursor: true,
        clearOnComplete: true,
      })
    : undefined
  bar?.start(0, 0)
  const timer = setInterval(
    () => {
      const seconds = Math.round((performance.now() - startedAt) / 1000)
      if (bar === undefined) tell(`${what}, ${seconds} s`)
      else bar.update(0)
    },
    bar === undefined ? LINE_MS : REDRAW_MS,
  )
  try {
    return await work
  } finally {
    clearInterval(timer)
    bar?.stop()
  }
}
