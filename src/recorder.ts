/**
 * The recorder's work: exchanges in, outcomes out. Judges each exchange as it comes and writes them
 * together, at the latest `flushMs` after the first one waits, so that a busy service pays for one
 * transaction and not for hundreds, and an idle one still sees its rows at once.
 */

import type { RecordedOutcome } from './core/counters.ts'
import type { Exchange, Observation } from './core/exchange.ts'
import type { ExchangeWriter, JudgedExchange, Judging } from './core/ports.ts'

/** Takes exchanges until the process ends. */
export interface Recorder {
  /** Resolves with the outcomes, in order, when all of the batch can be read; rejects when it could not be written. */
  take(batch: readonly Exchange[]): Promise<readonly RecordedOutcome[]>
  /** Judges the next batches like this. */
  judgeUnder(judging: Pick<Judging, 'comparer' | 'redact'>): void
}

/** The exchanges that will share one transaction. */
interface Transaction {
  readonly rows: JudgedExchange[]
  bytes: number
  readonly done: Promise<void>
  commit(): void
}

/** Opens the work on a store. */
export function createRecorder(options: {
  readonly judging: Pick<Judging, 'comparer' | 'redact'>
  readonly writer: Pick<ExchangeWriter, 'save'>
  /** Called each time when all that was judged so far is either written or waits for the next transaction. */
  readonly onSaved?: () => void
  /** How long the first waiting exchange waits for company, milliseconds. */
  readonly flushMs?: number
  /** So many waiting exchanges are written without waiting longer, … */
  readonly maxRows?: number
  /** … and so many bytes of bodies. */
  readonly maxBytes?: number
}): Recorder {
  const { writer, onSaved, flushMs = 100, maxRows = 1000, maxBytes = 4 * 1024 * 1024 } = options
  let { judging } = options
  let open: Transaction | undefined

  const begin = (): Transaction => {
    const rows: JudgedExchange[] = []
    let commit = (): void => undefined
    const done = new Promise<void>((resolve, reject) => {
      commit = () => {
        clearTimeout(timer)
        if (open === transaction) open = undefined
        writer.save(rows).then(() => {
          resolve()
          onSaved?.()
        }, reject)
      }
    })
    const timer = setTimeout(() => {
      commit()
    }, flushMs)
    const transaction: Transaction = { rows, bytes: 0, done, commit }
    return transaction
  }

  return {
    take: async (batch) => {
      const transaction = (open ??= begin())
      const outcomes = batch.map((exchange): RecordedOutcome => {
        const judged = judging.comparer.judge(exchange)
        transaction.rows.push(judging.redact(judged))
        transaction.bytes += bodyBytesOf(exchange)
        const { outcome, reason } = judged.judgement
        return reason === undefined ? { outcome } : { outcome, reason }
      })
      if (transaction.rows.length >= maxRows || transaction.bytes >= maxBytes) transaction.commit()
      await transaction.done
      return outcomes
    },
    judgeUnder: (next) => {
      judging = next
    },
  }
}

function bodyBytesOf({ request, primary, shadow, control }: Exchange): number {
  return [primary, shadow, control].reduce(
    (bytes, observation) => bytes + answerBytesOf(observation),
    request.body.bytes.length,
  )
}

const answerBytesOf = (observation: Observation | undefined): number =>
  observation?.kind === 'response' ? observation.body.bytes.length : 0
