/**
 * Exchanges of another store, from our own JSONL. The file is read twice: nothing is done for one that has a
 * bad line. They keep their ids and what was said of them; judging them again is asked for on its own.
 */

import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { setImmediate } from 'node:timers/promises'
import { AppError, codeOf } from '../../core/errors.ts'
import { fromExchangeDocument } from '../../core/exchange-document.ts'
import type { JudgedExchange } from '../../core/ports.ts'
import { readExchangeDocument } from '../../core/read-exchange-document.ts'

/** Exchanges of one transaction. */
const STEP_ROWS = 200

/** Reads the whole file; rejects with `invalid`, naming the line, when one of them is no exchange. */
export async function expectExchanges(path: string): Promise<void> {
  await forEachLine(path, (line) => {
    readExchangeDocument(line)
  })
}

/** Hands the exchanges of a file to `save`, some at a time; it tells how many of them were new. */
export async function importFile(
  path: string,
  save: (batch: readonly JudgedExchange[]) => number,
): Promise<{ readonly imported: number; readonly known: number }> {
  let imported = 0
  let read = 0
  let batch: JudgedExchange[] = []
  const flush = () => {
    imported += save(batch)
    read += batch.length
    batch = []
  }
  await forEachLine(path, (line) => {
    const { exchange, ...judged } = fromExchangeDocument(readExchangeDocument(line))
    batch.push({ ...judged, exchange: { ...exchange, source: 'import' } })
    if (batch.length >= STEP_ROWS) flush()
  })
  flush()
  return { imported, known: read - imported }
}

/** Lines read before other work has its turn. */
const TURN_LINES = 50

async function forEachLine(path: string, take: (line: string) => void): Promise<void> {
  const input = createReadStream(path)
  const lines = createInterface({ input, crlfDelay: Infinity })
  let number = 0
  try {
    for await (const line of lines) {
      number++
      if (line !== '') take(line)
      if (number % TURN_LINES === 0) await setImmediate()
    }
  } catch (error) {
    throw problemOf(path, number, error)
  } finally {
    lines.close()
    input.destroy()
  }
}

function problemOf(path: string, line: number, error: unknown): unknown {
  if (error instanceof AppError && error.code === 'invalid') {
    return new AppError('invalid', `${path}:${line}: ${error.message}`, { cause: error })
  }
  switch (codeOf(error)) {
    case 'ENOENT':
      return new AppError('not_found', `${path}: there is no such file`, { cause: error })
    case 'EACCES':
    case 'EISDIR':
      return new AppError('invalid', `${path}: it cannot be read`, { cause: error })
    default:
      return error
  }
}
