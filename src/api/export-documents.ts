/** Exports of whole exchanges, bodies included: each is read, written and let go before the next. */

import { setImmediate } from 'node:timers/promises'
import { exchangeDocument } from '../core/exchange-document.ts'
import type { ExchangeReader, RecordingReader } from '../core/ports.ts'
import type { ExchangeRow } from '../core/exchange-report.ts'
import type { Filter } from '../core/lists.ts'
import { HAR_HEAD, HAR_TAIL, harEntry } from './har.ts'

/** How whole exchanges are written. */
export type DocumentFormat = 'jsonl' | 'har'

/** What reads rows and whole exchanges. */
export type DocumentReader = ExchangeReader & Pick<RecordingReader, 'findJudged'>

/** So much text is handed on at once; one exchange may be more. */
const TEXT_PER_CHUNK = 64 * 1024

/** Exchanges that match, newest first; those that are pruned meanwhile are left out. */
export async function* documentChunks(
  reader: DocumentReader,
  filter: Filter,
  format: DocumentFormat,
): AsyncGenerator<{ readonly text: string; readonly rows: number }> {
  const { head, between, tail, write } = WRITERS[format]
  let text = head
  let rows = 0
  let isFirst = true
  for await (const row of reader.iterateExchanges(filter)) {
    const document = await write(reader, row)
    if (document === undefined) continue
    text += (isFirst ? '' : between) + JSON.stringify(document)
    rows += 1
    isFirst = false
    if (text.length < TEXT_PER_CHUNK) continue
    // Others get their turn, as quick as store and socket may be.
    await setImmediate()
    yield { text, rows }
    text = ''
    rows = 0
  }
  // Of nothing there is no last line either.
  yield { text: isFirst && format === 'jsonl' ? '' : text + tail, rows }
}

interface DocumentWriter {
  readonly head: string
  readonly between: string
  readonly tail: string
  readonly write: (reader: DocumentReader, row: ExchangeRow) => Promise<object | undefined>
}

const WRITERS: Readonly<Record<DocumentFormat, DocumentWriter>> = {
  // What `shadowdiff import exchanges` reads: an exchange in full on each line.
  jsonl: {
    ...{ head: '', between: '\n', tail: '\n' },
    write: async (reader, { id, run }) => {
      const judged = await reader.findJudged(id)
      return judged && exchangeDocument(judged, run)
    },
  },
  har: {
    ...{ head: HAR_HEAD, between: ',\n', tail: HAR_TAIL },
    write: async (reader, { id }) => {
      const exchange = await reader.findExchange(id)
      return exchange && harEntry(exchange)
    },
  },
}
