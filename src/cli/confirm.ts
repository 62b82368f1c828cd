/** Asks a person before what cannot be taken back. */

import { createInterface } from 'node:readline/promises'
import { AppError } from '../core/errors.ts'
import { isTerminal } from './terminal.ts'

/** Whether the person says yes; where nobody can be asked, that `--yes` was not given is a wrong use. */
export async function confirm(question: string, isSaid: boolean): Promise<boolean> {
  if (isSaid) return true
  if (!process.stdin.isTTY || !isTerminal(process.stderr)) {
    throw new AppError('invalid', `${question} Nobody can be asked here: say --yes to do it`)
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(?:es)?$/i.test((await prompt.question(`${question} [y/N] `)).trim())
  } finally {
    prompt.close()
  }
}
