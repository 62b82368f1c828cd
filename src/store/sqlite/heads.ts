/**
 * Everything of an exchange but its row and the bytes of its bodies, as one JSON text. What the legs
 * repeat stands in it once: header lists are numbers, of dictionary words (positive) or of the texts that
 * the heads bring along (negative).
 */

import type { CapturedBody, Exchange, HeaderList, Observation, Role } from '../../core/exchange.ts'
import type { WordTable } from './words.ts'

type PackedList = readonly number[]

type BodyHead =
  | number
  | readonly [
      length: number,
      sha256: string | 0,
      incomplete?: NonNullable<CapturedBody['incomplete']>,
    ]

type ObservationHead =
  | 0
  | readonly [ms: number, sent: PackedList, reason: string, message: string]
  | readonly [
      ms: number,
      sent: PackedList,
      status: number,
      reason: string,
      headers: PackedList,
      trailers: PackedList | 0,
      body: BodyHead,
    ]

type PackedHeads = readonly [
  texts: readonly string[],
  method: string,
  target: string,
  headers: PackedList,
  body: BodyHead,
  primary: ObservationHead,
  shadow: ObservationHead,
  /** Absent without one, and in what was written before there was any. */
  control?: ObservationHead,
]

/** Finds the bytes of one body of the exchange. */
export type BodyBytes = (part: 'request' | Role) => Buffer

/** The heads of an exchange as they are stored. */
export function packHeads(
  { request, primary, shadow, control }: Exchange,
  words: WordTable,
): string {
  const texts: string[] = []
  const textIds = new Map<string, number>()
  const idOf = (text: string) => {
    let id = textIds.get(text)
    if (id === undefined) {
      id = -texts.push(text)
      textIds.set(text, id)
    }
    return id
  }
  const pack = (list: HeaderList): PackedList => {
    const packed: number[] = []
    for (let i = 0; i < list.length; i += 2) {
      const name = list[i] ?? ''
      const value = list[i + 1] ?? ''
      packed.push(words.nameId(name) ?? idOf(name), words.valueId(name, value) ?? idOf(value))
    }
    return packed
  }
  const packObservation = (observation: Observation | undefined): ObservationHead => {
    if (observation === undefined) return 0
    const { durationMs, reason } = observation
    const sent = pack(observation.sentHeaders)
    if (observation.kind === 'failure') return [durationMs, sent, reason, observation.message]
    const { status, trailers } = observation
    const packedTrailers = trailers.length === 0 ? 0 : pack(trailers)
    const body = packBody(observation.body)
    return [durationMs, sent, status, reason, pack(observation.headers), packedTrailers, body]
  }
  const heads: PackedHeads = [
    texts,
    request.method,
    request.target,
    pack(request.headers),
    packBody(request.body),
    packObservation(primary),
    packObservation(shadow),
  ]
  return JSON.stringify(control === undefined ? heads : [...heads, packObservation(control)])
}

/** The request and what each upstream did, from stored heads. */
export function unpackHeads(
  text: string,
  wordOf: (id: number) => string,
  bytesOf: BodyBytes,
): Pick<Exchange, 'request' | Role> {
  const [texts, method, target, headers, body, primary, shadow, control = 0] = JSON.parse(
    text,
  ) as PackedHeads
  const unpack = (list: PackedList): HeaderList =>
    list.map((id) => (id > 0 ? wordOf(id) : (texts[-id - 1] ?? '')))
  const unpackObservation = (head: Exclude<ObservationHead, 0>, part: Role): Observation => {
    const [durationMs, sent] = head
    const base = { durationMs, sentHeaders: unpack(sent) }
    if (head.length === 4) {
      const reason = head[2] as (Observation & { kind: 'failure' })['reason']
      return { ...base, kind: 'failure', reason, message: head[3] }
    }
    const [, , status, reason, list, trailers, bodyHead] = head
    return {
      ...base,
      kind: 'response',
      status,
      reason,
      headers: unpack(list),
      trailers: trailers === 0 ? [] : unpack(trailers),
      body: unpackBody(bodyHead, bytesOf(part)),
    }
  }
  return {
    request: {
      method,
      target,
      headers: unpack(headers),
      body: unpackBody(body, bytesOf('request')),
    },
    ...(primary !== 0 && { primary: unpackObservation(primary, 'primary') }),
    ...(shadow !== 0 && { shadow: unpackObservation(shadow, 'shadow') }),
    ...(control !== 0 && { control: unpackObservation(control, 'control') }),
  }
}

/** A whole body needs its length alone. */
function packBody({ length, sha256, incomplete }: CapturedBody): BodyHead {
  if (incomplete !== undefined) return [length, sha256 ?? 0, incomplete]
  return sha256 === undefined ? length : [length, sha256]
}

function unpackBody(head: BodyHead, bytes: Buffer): CapturedBody {
  if (typeof head === 'number') return { bytes, length: head }
  const [length, sha256, incomplete] = head
  return {
    bytes,
    length,
    ...(sha256 !== 0 && { sha256 }),
    ...(incomplete !== undefined && { incomplete }),
  }
}
