/** Exports in constant memory: rows are read, formatted and handed on some at a time. */

import type { Writable } from 'node:stream'
import { codeOf } from '../core/errors.ts'
import type { ExchangeReader } from '../core/ports.ts'
import type { Filter } from '../core/report.ts'
import { csvHeader, csvLines } from './csv.ts'
import {
  differenceRow,
  EXPORT_KEYS,
  plainRow,
  type ExportRow,
  type ExportSubject,
} from './export-columns.ts'

/** Which rows to export, and how to write them. */
export interface ExportRequest {
  readonly reader: ExchangeReader
  readonly what: ExportSubject
  readonly format: 'csv' | 'jsonl'
  readonly filter: Filter
}

/** A piece of the export, whole rows of it. */
export interface ExportChunk {
  readonly text: string
  readonly rows: number
}

const ROWS_PER_CHUNK = 100

/** The export piece by piece; the header line comes with the first rows, so that a failing store fails first. */
export async function* exportChunks(request: ExportRequest): AsyncGenerator<ExportChunk> {
  const format = formatterOf(request)
  let head = request.format === 'csv' ? csvHeader(EXPORT_KEYS[request.what]) : ''
  let rows: ExportRow[] = []
  for await (const row of rowsOf(request)) {
    rows.push(row)
    if (rows.length < ROWS_PER_CHUNK) continue
    yield { text: head + format(rows), rows: rows.length }
    head = ''
    rows = []
  }
  yield { text: head + format(rows), rows: rows.length }
}

/**
 * Writes the export to `output` no faster than it takes it, without ending it, and resolves with the
 * number of rows. A reader that goes away (`| head`) ends it early; any other trouble rejects.
 */
export async function writeExport(
  request: ExportRequest & {
    readonly output: Writable
    readonly onProgress?: (rows: number) => void
  },
): Promise<number> {
  const { output, onProgress } = request
  const outlet = watchOutlet(output)
  let rows = 0
  try {
    for await (const chunk of exportChunks(request)) {
      if (outlet.isClosed()) break
      if (!output.write(chunk.text)) await outlet.ready()
      if (outlet.isClosed()) break
      rows += chunk.rows
      onProgress?.(rows)
    }
  } finally {
    outlet.stopWatching()
  }
  const failure = outlet.failure()
  if (failure !== undefined && codeOf(failure) !== 'EPIPE') throw failure
  return rows
}

/** Sees an output drain, close or fail. */
function watchOutlet(output: Writable) {
  let failure: Error | undefined
  let wake: (() => void) | undefined
  const onChange = () => wake?.()
  const onError = (error: Error) => {
    failure = error
    wake?.()
  }
  output.on('drain', onChange).on('close', onChange).on('error', onError)
  const isClosed = () => failure !== undefined || output.destroyed || output.writableEnded
  return {
    isClosed,
    failure: () => failure,
    ready: () =>
      new Promise<void>((resolve) => {
        wake = resolve
        if (isClosed() || !output.writableNeedDrain) resolve()
      }),
    stopWatching: () => {
      output.off('drain', onChange).off('close', onChange).off('error', onError)
    },
  }
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
      for await (const row of reader.iterateExchanges(filter)) yield plainRow(row)
      return
    case 'divergences':
      for await (const row of reader.iterateDivergences(filter)) yield plainRow(row)
  }
}
