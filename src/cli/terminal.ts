/** What the commands say and how they end. */

import type { Writable } from 'node:stream'
import type { Problem } from '../config/document.ts'
import { AppError, codeOf, messageOf } from '../core/errors.ts'

/** Exit codes, as documented in `--help` and the README. */
export const EXIT = { done: 0, fail: 1, usage: 2, inconclusive: 3, internal: 4 } as const

/** Says one thing on standard error, where it does not mix with results. */
export function tell(thing: unknown): void {
  process.stderr.write(`shadowdiff: ${thing instanceof Error ? messageOf(thing) : String(thing)}\n`)
}

/** Says every problem of a configuration, one a line. */
export function tellProblems(problems: readonly Problem[]): void {
  for (const problem of problems) process.stderr.write(`${problem.where}: ${problem.message}\n`)
}

/** Says every warning, one a line: nothing of it stops anything. */
export function tellWarnings(warnings: readonly Problem[]): void {
  tellProblems(warnings.map(({ where, message }) => ({ where, message: `warning: ${message}` })))
}

/**
 * Nobody may listen any more (`… | head`, a log collector that died): what goes on does not end for it.
 * A result that could not be written for another reason, such as a full disk, is a failure all the same.
 */
export function outliveListeners(): void {
  process.stderr.on('error', () => undefined)
  process.stdout.on('error', (error) => {
    if (codeOf(error) === 'EPIPE') return
    tell(`standard output cannot be written: ${messageOf(error)}`)
    process.exitCode = EXIT.internal
  })
}

/** What a person can mend is a wrong use or configuration; the rest is the program's own failure. */
export function exitCodeOf(error: unknown): number {
  return error instanceof AppError && error.code !== 'unavailable' ? EXIT.usage : EXIT.internal
}

/** Resolves at the first signal that asks to stop; a second one ends the program at once. */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(128 + (signal === 'SIGINT' ? 2 : 15))
        asked = true
        resolve(signal)
      })
    }
  })
}

/** Whether a person watches this stream, so that progress may redraw its line. */
export function isTerminal(stream: Writable): boolean {
  return 'isTTY' in stream && stream.isTTY === true
}
