/**
 * The recorder's work: exchanges in, outcomes out. Judges each exchange as it comes and writes them
 * together, at the latest `flushMs` after the first one waits, so that a busy service pays for one
 * transaction and not for hundreds, and an idle one still sees its rows at once.
 */

import type { Comparer } from './core/compare.ts'
import type { RecordedOutcome } from './core/counters.ts'
import type { Exchange } from './core/exchange.ts'
import type { ExchangeWriter, JudgedExchange } from './core/ports.ts'

/** Takes exchanges until the process ends. */
export interface Recorder {
  /** Resolves with the outcomes, in order, when all of the batch can be read; rejects when it could not be written. */
  take(batch: readonly Exchange[]): Promise<readonly RecordedOutcome[]>
}

/** The exchanges that will share one transaction. */
interface Transaction {
  readonly rows: JudgedExchange[]
  readonly done: Promise<void>
  commit(): void
}

/** Opens the work on a store. */
export function createRecorder(options: {
  readonly comparer: Comparer
  readonly writer: ExchangeWriter
  /** Replaces secrets; comparing has seen the true values by then. */
  readonly redact: (judged: JudgedExchange) => JudgedExchange
  /** How long the first waiting exchange waits for company, milliseconds. */
  readonly flushMs?: number
  /** So many waiting exchanges are written without waiting longer. */
  readonly maxRows?: number
}): Recorder {
  const { comparer, writer, redact, flushMs = 50, maxRows = 500 } = options
  let open: Transaction | undefined

  const begin = (): Transaction => {
    const rows: JudgedExchange[] = []
    let commit = (): void => undefined
    const done = new Promise<void>((resolve, reject) => {
      commit = () => {
        clearTimeout(timer)
        if (open === transaction) open = undefined
        writer.save(rows).then(resolve, reject)
      }
    })
    const timer = setTimeout(() => {
      commit()
    }, flushMs)
    const transaction: Transaction = { rows, done, commit }
    return transaction
  }

  return {
    take: async (batch) => {
      const transaction = (open ??= begin())
      const outcomes = batch.map((exchange): RecordedOutcome => {
        const judged = comparer.judge(exchange)
        transaction.rows.push(redact(judged))
        const { outcome, reason } = judged.judgement
        return reason === undefined ? { outcome } : { outcome, reason }
      })
      if (transaction.rows.length >= maxRows) transaction.commit()
      await transaction.done
      return outcomes
    },
  }
}
