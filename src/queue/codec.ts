/**
 * The language between proxies and recorder: frames of `u32 length, u8 type, payload`, little endian.
 * A batch is `u32 number, u32 headBytes, head (JSON), bodies`: bodies travel as raw bytes behind the
 * head, in the order request, primary, shadow, control of each exchange, and are never copied into JSON.
 * A copy's body that is primary's travels once, and lines of headers that the exchange before had are numbers.
 */

import type { RecordedOutcome } from '../core/counters.ts'
import { AppError } from '../core/errors.ts'
import type {
  CapturedBody,
  Exchange,
  HeaderList,
  Observation,
  ObservedFailure,
  UnmirroredReason,
} from '../core/exchange.ts'
import { PREFIX_BYTES } from './frame-reader.ts'
import { packList, unpackList, type PackedList } from './header-delta.ts'

const BATCH = 1
const ANSWER = 2

/** Bodies from this size on are handed to the socket as they are; smaller ones are cheaper to copy. */
const OWN_CHUNK_BYTES = 32 * 1024

/** The recorder's word on one batch; without outcomes the store did not keep it. */
export interface BatchAnswer {
  readonly batch: number
  readonly outcomes?: readonly RecordedOutcome[]
}

/** Encodes a batch as buffers to be written one after the other. */
export function encodeBatch(batch: number, exchanges: readonly Exchange[]): readonly Buffer[] {
  const bodies: Buffer[] = []
  const head = JSON.stringify(
    exchanges.map((exchange, at) => headOf(exchange, bodies, exchanges[at - 1])),
  )
  const headBytes = Buffer.byteLength(head)
  const bodyBytes = bodies.reduce((total, body) => total + body.length, 0)
  const first = PREFIX_BYTES + 8 + headBytes

  const chunks: Buffer[] = []
  const small = bodies.reduce((total, b) => total + (b.length < OWN_CHUNK_BYTES ? b.length : 0), 0)
  const buffer = Buffer.allocUnsafe(first + small)
  buffer.writeUInt32LE(first - 4 + bodyBytes, 0)
  buffer.writeUInt8(BATCH, 4)
  buffer.writeUInt32LE(batch, 5)
  buffer.writeUInt32LE(headBytes, 9)
  buffer.write(head, PREFIX_BYTES + 8)

  let start = 0
  let end = first
  for (const body of bodies) {
    if (body.length < OWN_CHUNK_BYTES) {
      end += body.copy(buffer, end)
    } else {
      if (end > start) chunks.push(buffer.subarray(start, end))
      chunks.push(body)
      start = end
    }
  }
  if (end > start) chunks.push(buffer.subarray(start, end))
  return chunks
}

/** Encodes what became of a batch. */
export function encodeAnswer(answer: BatchAnswer): Buffer {
  const json = JSON.stringify(answer)
  const buffer = Buffer.allocUnsafe(PREFIX_BYTES + Buffer.byteLength(json))
  buffer.writeUInt32LE(buffer.length - 4, 0)
  buffer.writeUInt8(ANSWER, 4)
  buffer.write(json, PREFIX_BYTES)
  return buffer
}

/** Reads a batch frame; throws `invalid` on anything that is none. The bodies share the frame's memory. */
export function decodeBatch(frame: Buffer): { batch: number; exchanges: Exchange[] } {
  expectType(frame, BATCH)
  try {
    const headBytes = frame.readUInt32LE(9)
    const bodiesStart = PREFIX_BYTES + 8 + headBytes
    if (bodiesStart > frame.length) throw new Error('the head is longer than the frame')
    const heads: unknown = JSON.parse(frame.toString('utf8', PREFIX_BYTES + 8, bodiesStart))
    if (!Array.isArray(heads)) throw new Error('the head is no list')
    const bodies = new BodyCursor(frame, bodiesStart)
    const exchanges: Exchange[] = []
    for (const head of heads as readonly ExchangeHead[]) {
      exchanges.push(exchangeOf(head, bodies, exchanges.at(-1)))
    }
    bodies.expectEnd()
    return { batch: frame.readUInt32LE(5), exchanges }
  } catch (error) {
    throw new AppError('invalid', 'a malformed batch', { cause: error })
  }
}

/** Reads an answer frame; throws `invalid` on anything that is none. */
export function decodeAnswer(frame: Buffer): BatchAnswer {
  expectType(frame, ANSWER)
  try {
    const answer: unknown = JSON.parse(frame.toString('utf8', PREFIX_BYTES))
    if (typeof answer !== 'object' || answer === null || !('batch' in answer)) {
      throw new Error('the answer names no batch')
    }
    return answer as BatchAnswer
  } catch (error) {
    throw new AppError('invalid', 'a malformed answer', { cause: error })
  }
}

/** Stands for the number of bytes where they are those of primary's body. */
const PRIMARYS = -1

/** Heads are tuples, because building and parsing objects with keys costs three times as much. */
type BodyHead = readonly [
  kept: number,
  length: number,
  sha256: string | null,
  incomplete: NonNullable<CapturedBody['incomplete']> | null,
]

type ObservationHead =
  | null
  | readonly ['failure', ObservedFailure['reason'], string, PackedList, durationMs: number]
  | readonly [
      'response',
      status: number,
      reason: string,
      headers: PackedList,
      trailers: HeaderList,
      sentHeaders: PackedList,
      durationMs: number,
      body: BodyHead,
    ]

type ExchangeHead = readonly [
  id: string,
  requestId: string,
  startedAt: number,
  route: string,
  source: Exchange['source'],
  shadowWaitMs: number,
  unmirrored: UnmirroredReason | null,
  method: string,
  target: string,
  headers: PackedList,
  body: BodyHead,
  primary: ObservationHead,
  shadow: ObservationHead,
  /** Left out where nothing was repeated. */
  control?: ObservationHead,
]

/** `before` is the exchange that stands before it in the batch. */
function headOf(exchange: Exchange, bodies: Buffer[], before: Exchange | undefined): ExchangeHead {
  const { request, primary, shadow, control } = exchange
  const base = answerOf(primary)
  const head: Mutable<ExchangeHead> = [
    exchange.id,
    exchange.requestId,
    exchange.startedAt,
    exchange.route,
    exchange.source,
    exchange.shadowWaitMs,
    exchange.unmirrored ?? null,
    request.method,
    request.target,
    packList(request.headers, before?.request.headers ?? []),
    bodyHeadOf(request.body, bodies),
    observationHeadOf(primary, bodies, request.headers, headersBefore(before)),
    observationHeadOf(shadow, bodies, request.headers, base),
  ]
  if (control !== undefined) head.push(observationHeadOf(control, bodies, request.headers, base))
  return head
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** What an answer most likely repeats. */
interface AnswerBase {
  readonly headers: HeaderList
  readonly bytes: Buffer | undefined
}

function answerOf(observed: Observation | undefined): AnswerBase {
  if (observed?.kind !== 'response') return { headers: [], bytes: undefined }
  return { headers: observed.headers, bytes: observed.body.bytes }
}

/** The service answers with much the same lines each time. */
function headersBefore(before: Exchange | undefined): AnswerBase {
  return { headers: answerOf(before?.primary).headers, bytes: undefined }
}

/** `sentBase` and `answerBase` are what its own headers and bytes most likely repeat. */
function observationHeadOf(
  observed: Observation | undefined,
  bodies: Buffer[],
  sentBase: HeaderList,
  answerBase: AnswerBase,
): ObservationHead {
  if (observed === undefined) return null
  const { durationMs } = observed
  const sent = packList(observed.sentHeaders, sentBase)
  if (observed.kind === 'failure') {
    return ['failure', observed.reason, observed.message, sent, durationMs]
  }
  const { status, reason, trailers } = observed
  const headers = packList(observed.headers, answerBase.headers)
  const body = bodyHeadOf(observed.body, bodies, answerBase.bytes)
  return ['response', status, reason, headers, trailers, sent, durationMs, body]
}

/** The bytes are compared by identity: whoever made the exchange knows whether they are the same. */
function bodyHeadOf(body: CapturedBody, bodies: Buffer[], primarys?: Buffer): BodyHead {
  const { bytes, length, sha256 = null, incomplete = null } = body
  if (bytes.length === 0) return [0, length, sha256, incomplete]
  if (bytes === primarys) return [PRIMARYS, length, sha256, incomplete]
  bodies.push(bytes)
  return [bytes.length, length, sha256, incomplete]
}

function exchangeOf(
  head: ExchangeHead,
  bodies: BodyCursor,
  before: Exchange | undefined,
): Exchange {
  const [id, requestId, startedAt, route, source, shadowWaitMs, unmirrored, ...what] = head
  const [method, target, lines, body, primaryHead, shadowHead, controlHead = null] = what
  const headers = unpackList(lines, before?.request.headers ?? [])
  const request = { method, target, headers, body: bodyOf(body, bodies) }
  const primary = observationOf(primaryHead, bodies, headers, headersBefore(before))
  const base = answerOf(primary)
  const shadow = observationOf(shadowHead, bodies, headers, base)
  const control = observationOf(controlHead, bodies, headers, base)
  return {
    id,
    requestId,
    startedAt,
    route,
    source,
    shadowWaitMs,
    ...(unmirrored !== null && { unmirrored }),
    request,
    ...(primary !== undefined && { primary }),
    ...(shadow !== undefined && { shadow }),
    ...(control !== undefined && { control }),
  }
}

function observationOf(
  head: ObservationHead,
  bodies: BodyCursor,
  sentBase: HeaderList,
  answerBase: AnswerBase,
): Observation | undefined {
  if (head === null) return undefined
  if (head[0] === 'failure') {
    const [kind, reason, message, sent, durationMs] = head
    return { kind, reason, message, sentHeaders: unpackList(sent, sentBase), durationMs }
  }
  const [kind, status, reason, list, trailers, sent, durationMs, body] = head
  const headers = unpackList(list, answerBase.headers)
  const sentHeaders = unpackList(sent, sentBase)
  const whole = bodyOf(body, bodies, answerBase.bytes)
  return { kind, status, reason, headers, trailers, sentHeaders, durationMs, body: whole }
}

function bodyOf(
  [kept, length, sha256, incomplete]: BodyHead,
  bodies: BodyCursor,
  primarys?: Buffer,
): CapturedBody {
  return {
    bytes: kept === PRIMARYS && primarys !== undefined ? primarys : bodies.take(kept),
    length,
    ...(sha256 !== null && { sha256 }),
    ...(incomplete !== null && { incomplete }),
  }
}

class BodyCursor {
  readonly #frame: Buffer
  #at: number

  constructor(frame: Buffer, at: number) {
    this.#frame = frame
    this.#at = at
  }

  take(bytes: number): Buffer {
    const end = this.#at + bytes
    if (!Number.isInteger(bytes) || bytes < 0 || end > this.#frame.length) {
      throw new Error('a body ends behind the frame')
    }
    const body = this.#frame.subarray(this.#at, end)
    this.#at = end
    return body
  }

  expectEnd(): void {
    if (this.#at !== this.#frame.length) throw new Error('bytes follow the last body')
  }
}

function expectType(frame: Buffer, type: number): void {
  if (frame.readUInt8(4) !== type) {
    throw new AppError(
      'invalid',
      `a frame of type ${frame.readUInt8(4)}, where ${type} is expected`,
    )
  }
}
