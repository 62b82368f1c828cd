/** Exports of whole exchanges, bodies included: each is read, written and let go before the next. */

import { setImmediate } from 'node:timers/promises'
import type { ExchangeReader } from '../core/ports.ts'
import type { ExchangeDetail, Filter } from '../core/report.ts'
import { HAR_HEAD, HAR_TAIL, harEntry } from './har.ts'

/** How whole exchanges are written. */
export type DocumentFormat = 'jsonl' | 'har'

/** So much text is handed on at once; one exchange may be more. */
const TEXT_PER_CHUNK = 64 * 1024

/** Exchanges that match, newest first; those that are pruned meanwhile are left out. */
export async function* documentChunks(
  reader: ExchangeReader,
  filter: Filter,
  format: DocumentFormat,
): AsyncGenerator<{ readonly text: string; readonly rows: number }> {
  const { head, between, tail, write } = WRITERS[format]
  let text = head
  let rows = 0
  let isFirst = true
  for await (const { id } of reader.iterateExchanges(filter)) {
    const exchange = await reader.findExchange(id)
    if (exchange === undefined) continue
    text += (isFirst ? '' : between) + write(exchange)
    rows += 1
    isFirst = false
    if (text.length < TEXT_PER_CHUNK) continue
    // Others get their turn, as quick as store and socket may be.
    await setImmediate()
    yield { text, rows }
    text = ''
    rows = 0
  }
  yield { text: text + tail, rows }
}

const WRITERS: Readonly<
  Record<
    DocumentFormat,
    {
      readonly head: string
      readonly between: string
      readonly tail: string
      readonly write: (exchange: ExchangeDetail) => string
    }
  >
> = {
  // What `shadowdiff import exchanges` reads: an exchange in full on each line.
  jsonl: { head: '', between: '', tail: '', write: (exchange) => `${JSON.stringify(exchange)}\n` },
  har: {
    head: HAR_HEAD,
    between: ',\n',
    tail: HAR_TAIL,
    write: (exchange) => JSON.stringify(harEntry(exchange)),
  },
}
