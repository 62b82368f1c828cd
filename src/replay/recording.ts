/** Opens a recording by its file: a database of ours, a HAR file, or our JSON lines of exchanges. */

import { createReadStream } from 'node:fs'
import { open, readFile, stat } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { AppError, codeOf } from '../core/errors.ts'
import type { Exchange } from '../core/exchange.ts'
import type { ExchangeDocument } from '../core/exchange-document.ts'
import { requestsOfHar } from './har-source.ts'
import { requestOfExchange, type RecordedRequest } from './recorded-request.ts'

/** Requests of a recording, oldest first. */
export interface Recording {
  /** How many there are, at most. */
  readonly total: number
  readonly requests: AsyncIterable<RecordedRequest>
}

/** Archives are read whole. */
const MAX_HAR_BYTES = 500 * 1024 * 1024
/** Longer lines are none of ours. */
const MAX_LINE_BYTES = 256 * 1024 * 1024

/** Which kind of recording the file's name says it is; `undefined` when it says nothing. */
export function recordingKind(path: string): 'database' | 'har' | 'jsonl' | undefined {
  if (/\.har$/i.test(path)) return 'har'
  if (/\.(?:jsonl|ndjson)$/i.test(path)) return 'jsonl'
  return /\.(?:db|sqlite3?)$/i.test(path) ? 'database' : undefined
}

/** Reads a HAR file. */
export async function openHar(path: string): Promise<Recording> {
  const { size } = await found(path, () => stat(path))
  if (size > MAX_HAR_BYTES) {
    throw new AppError(
      'invalid',
      `${path}: longer than ${MAX_HAR_BYTES / 1024 ** 2} MiB; split it, or replay a database or JSON lines`,
    )
  }
  const requests = requestsOfHar(await found(path, () => readFile(path, 'utf8')), path)
  return { total: requests.length, requests: each(requests) }
}

/**
 * Reads our JSON lines of exchanges, whatever their order: a first pass notes when each line was recorded, a
 * second one reads them in that order.
 */
export async function openJsonl(
  path: string,
  toExchange: (detail: ExchangeDocument) => Exchange,
): Promise<Recording> {
  const places = await found(path, () => findLines(path))
  places.sort((a, b) => a.time - b.time)
  const requests = async function* (): AsyncGenerator<RecordedRequest> {
    const file = await open(path)
    try {
      for (const { start, length, line } of places) {
        const { buffer } = await file.read(Buffer.alloc(length), 0, length, start)
        yield requestOfExchange(toExchange(parseLine(buffer.toString('utf8'), path, line)))
      }
    } finally {
      await file.close()
    }
  }
  return { total: places.length, requests: requests() }
}

/** The exchanges of a store, oldest first. */
export async function* requestsOfStore(
  exchanges: AsyncIterable<Exchange>,
): AsyncGenerator<RecordedRequest> {
  for await (const exchange of exchanges) yield requestOfExchange(exchange)
}

interface LinePlace {
  readonly line: number
  readonly start: number
  readonly length: number
  readonly time: number
}

async function findLines(path: string): Promise<LinePlace[]> {
  const places: LinePlace[] = []
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity })
  let start = 0
  let line = 0
  for await (const text of lines) {
    line++
    const length = Buffer.byteLength(text)
    if (length > MAX_LINE_BYTES)
      throw new AppError('invalid', `${path}:${line}: the line is too long`)
    if (text.trim() !== '') {
      const { time } = parseLine(text, path, line)
      places.push({ line, start, length, time: Date.parse(time) })
    }
    start += length + 1
  }
  return places
}

function parseLine(text: string, path: string, line: number): ExchangeDocument {
  const expected = 'an exchange as "shadowdiff export --what exchanges --format jsonl" writes it'
  try {
    const value: unknown = JSON.parse(text)
    const isExchange =
      typeof value === 'object' &&
      value !== null &&
      'request' in value &&
      'time' in value &&
      !Number.isNaN(Date.parse(String(value.time)))
    if (isExchange) return value as ExchangeDocument
  } catch {
    throw new AppError('invalid', `${path}:${line}: expected ${expected}, found no JSON`)
  }
  throw new AppError('invalid', `${path}:${line}: expected ${expected}, found other JSON`)
}

async function found<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    const code = codeOf(error)
    if (error instanceof AppError || code === undefined) throw error
    const why = code === 'ENOENT' ? 'no such file' : `cannot be read (${code})`
    throw new AppError('invalid', `${path}: ${why}`)
  }
}

async function* each(requests: readonly RecordedRequest[]): AsyncGenerator<RecordedRequest> {
  yield* requests
}
