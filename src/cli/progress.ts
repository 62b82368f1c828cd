/** How far long work is: a bar where a person watches, a line now and then elsewhere. */

import { SingleBar } from 'cli-progress'
import { formatCount } from '../core/verdict-words.ts'
import { isTerminal, tell } from './terminal.ts'

/** Tells how far it is. */
export interface Progress {
  show(done: number): void
  /** Takes the bar away; idempotent. */
  end(): void
}

/** How often a line is told where nobody watches a terminal. */
const LINE_MS = 10_000

/** Begins to tell on standard error; `noun` is what is counted: `exchanges`. Without a total nobody knows it. */
export function showProgress(total: number | undefined, noun: string): Progress {
  const startedAt = performance.now()
  if (isTerminal(process.stderr)) {
    const bar = new SingleBar({
      format:
        total === undefined
          ? `{value} ${noun}, {rate}/s, {duration_formatted}`
          : `{bar} {percentage}% {value}/{total} ${noun}, {rate}/s, {eta_formatted} to go`,
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
    })
    bar.start(total ?? 0, 0, { rate: 0 })
    return {
      show: (done) => {
        const seconds = (performance.now() - startedAt) / 1000
        bar.update(done, { rate: Math.round(done / Math.max(seconds, 0.001)) })
      },
      end: () => {
        bar.stop()
      },
    }
  }
  let toldAt = startedAt
  return {
    show: (done) => {
      if (performance.now() - toldAt < LINE_MS) return
      toldAt = performance.now()
      const of = total === undefined ? '' : ` of ${formatCount(total)}`
      tell(`${formatCount(done)}${of} ${noun}`)
    },
    end: () => undefined,
  }
}
