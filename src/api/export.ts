/** Exports in constant memory: rows are read, formatted and handed on some at a time. */

import type { Writable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { AppError, codeOf } from '../core/errors.ts'
import type { Filter } from '../core/lists.ts'
import { csvHeader, csvLines } from './csv.ts'
import { documentChunks, type DocumentReader } from './export-documents.ts'
import {
  differenceRow,
  divergenceRow,
  exchangeRow,
  EXPORT_KEYS,
  type ExportRow,
  type ExportSubject,
} from './export-columns.ts'
import { DIVERGENCE_FILTERS, EXCHANGE_FILTERS } from './query.ts'

/** Which rows to export, and how to write them. */
export interface ExportRequest {
  readonly reader: DocumentReader
  readonly what: ExportSubject
  /** `har` holds exchanges only. */
  readonly format: 'csv' | 'jsonl' | 'har'
  readonly filter: Filter
}

/** The filters that rows of each kind can be picked by. */
export const EXPORT_FILTERS: Readonly<Record<ExportSubject, readonly (keyof Filter)[]>> = {
  divergences: DIVERGENCE_FILTERS,
  exchanges: EXCHANGE_FILTERS,
  // A difference is of its divergence's class.
  differences: [...EXCHANGE_FILTERS, 'class'],
}

/** The first filter that was given and that these rows cannot be picked by. */
export function foreignFilter(what: ExportSubject, filter: Filter): keyof Filter | undefined {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined)
  return given
    .map(([name]) => name as keyof Filter)
    .find((name) => !EXPORT_FILTERS[what].includes(name))
}

/** A piece of the export, whole rows of it. */
export interface ExportChunk {
  readonly text: string
  readonly rows: number
}

const ROWS_PER_CHUNK = 100

/** The export piece by piece; the header line comes with the first rows, so that a failing store fails first. */
export async function* exportChunks(request: ExportRequest): AsyncGenerator<ExportChunk> {
  const { reader, what, filter } = request
  if (request.format === 'har' || (request.format === 'jsonl' && what === 'exchanges')) {
    if (what !== 'exchanges') {
      throw new AppError('invalid', 'format: har holds exchanges; expected what=exchanges')
    }
    yield* documentChunks(reader, filter, request.format)
    return
  }
  const format = formatterOf(request)
  let head = request.format === 'csv' ? csvHeader(EXPORT_KEYS[request.what]) : ''
  let rows: ExportRow[] = []
  for await (const row of rowsOf(request)) {
    rows.push(row)
    if (rows.length < ROWS_PER_CHUNK) continue
    // Store and socket may both be so quick that nothing else ever gets its turn: measured, an export
    // of 200,000 rows kept every other request waiting for two seconds.
    await setImmediate()
    yield { text: head + format(rows), rows: rows.length }
    head = ''
    rows = []
  }
  yield { text: head + format(rows), rows: rows.length }
}

/**
 * Writes the export to `output`, a piece when the one before is through, without ending it. Resolves
 * with the number of rows when all are through, or when the reader goes away (`| head`); rejects with
 * the output's or the store's error.
 */
export async function writeExport(
  request: ExportRequest & {
    readonly output: Writable
    readonly onProgress?: (rows: number) => void
  },
): Promise<number> {
  const { output, onProgress } = request
  let rows = 0
  // An error event without listener would end the process; the write that failed tells us anyway.
  output.on('error', ignoreError)
  for await (const chunk of exportChunks(request)) {
    const failure = await write(output, chunk.text)
    if (failure !== undefined) {
      // The event comes after the callback, so the listener stays.
      if (GONE.has(codeOf(failure) ?? '')) return rows
      throw failure
    }
    rows += chunk.rows
    onProgress?.(rows)
  }
  output.off('error', ignoreError)
  return rows
}

const GONE = new Set(['EPIPE', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_PREMATURE_CLOSE'])

function ignoreError(): void {}

/** Resolves when the text is through, with the reason if it never will be. */
function write(output: Writable, text: string): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const onClose = () => {
      resolve(output.errored ?? Object.assign(new Error('closed'), { code: 'EPIPE' }))
    }
    output.once('close', onClose)
    output.write(text, (error) => {
      output.off('close', onClose)
      resolve(error ?? undefined)
    })
  })
}

function formatterOf({ what, format }: ExportRequest): (rows: readonly ExportRow[]) => string {
  if (format === 'csv') return (rows) => csvLines(EXPORT_KEYS[what], rows)
  return (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}

async function* rowsOf({ reader, what, filter }: ExportRequest): AsyncGenerator<ExportRow> {
  switch (what) {
    case 'differences':
      for await (const row of reader.iterateDifferences(filter)) yield differenceRow(row)
      return
    case 'exchanges':
      for await (const row of reader.iterateExchanges(filter)) yield exchangeRow(row)
      return
    case 'divergences':
      for await (const row of reader.iterateDivergences(filter)) yield divergenceRow(row)
  }
}
