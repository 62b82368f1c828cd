/**
 * The recorder's work: exchanges in, outcomes out. Judges each exchange as it comes and writes them
 * together, at the latest `flushMs` after the first one waits, so that a busy service pays for one
 * transaction and not for hundreds, and an idle one still sees its rows at once.
 */

import { setImmediate } from 'node:timers/promises'
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

/** Judging goes on at most so long without letting anything else happen; one exchange may take longer. */
const SLICE_MS = 25

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
  /** Called after a transaction when everything that was judged is written. */
  readonly onSaved?: () => void
  /** How long the first waiting exchange waits for company, milliseconds. */
  readonly flushMs?: number
  /** So many waiting exchanges are written without waiting longer, … */
  readonly maxRows?: number
  /** … and so many bytes of bodies. */
  readonly maxBytes?: number
}): Recorder {
  const { writer, onSaved, flushMs = 50, maxRows = 1000, maxBytes = 4 * 1024 * 1024 } = options
  let { judging } = options
  let open: Transaction | undefined
  let judgingBatches = 0

  const begin = (): Transaction => {
    const rows: JudgedExchange[] = []
    let commit = (): void => undefined
    const done = new Promise<void>((resolve, reject) => {
      commit = () => {
        clearTimeout(timer)
        if (open === transaction) open = undefined
        writer.save(rows).then(() => {
          resolve()
          if (judgingBatches === 0 && open === undefined) onSaved?.()
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
      judgingBatches++
      const rows: JudgedExchange[] = []
      let sliceEnd = performance.now() + SLICE_MS
      for (const exchange of batch) {
        if (performance.now() >= sliceEnd) {
          // Others are written and acknowledged in between: see docs/decisions/0010-large-bodies.md.
          await setImmediate()
          sliceEnd = performance.now() + SLICE_MS
        }
        rows.push(judging.comparer.judge(exchange))
      }
      judgingBatches--
      const transaction = (open ??= begin())
      for (const judged of rows) {
        transaction.rows.push(judging.redact(judged))
        transaction.bytes += bodyBytesOf(judged.exchange)
      }
      if (transaction.rows.length >= maxRows || transaction.bytes >= maxBytes) transaction.commit()
      await transaction.done
      return rows.map(({ judgement: { outcome, reason } }) =>
        reason === undefined ? { outcome } : { outcome, reason },
      )
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
