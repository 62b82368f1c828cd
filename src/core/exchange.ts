/**
 * What happened: one client request, and what each upstream did with it, as readonly data. The proxy
 * makes exchanges, the queue carries them, the recorder compares and stores them.
 */

/** Which upstream: the version that serves the users, the one under verification, a repeat of the first. */
export type Role = 'primary' | 'shadow' | 'control'

/** Where an exchange comes from; only live ones feed a live verdict. */
export type Source = 'live' | 'replay' | 'import'

/**
 * Header or trailer lines as they were on the wire: name, value, name, value, … with case, order and
 * repeats kept. One character is one byte (latin1), so that bytes above 0x7F survive.
 */
export type HeaderList = readonly string[]

/**
 * Why an upstream did not answer, or did not finish. Never something that we dropped ourselves.
 * `protocol` is an answer that is no valid HTTP.
 */
export type FailureReason = 'timeout' | 'refused' | 'unreachable' | 'reset' | 'tls' | 'protocol'

/** Why no copy was sent to the shadow. */
export type UnmirroredReason =
  | 'not-sampled'
  | 'method'
  | 'too-large'
  | 'backlog'
  | 'breaker-open'
  | 'upgrade'
  | 'client-aborted'
  | 'paused'
  | 'bad-request'
  | 'no-shadow'
  | 'no-route'
  | 'proxy-died'

/** Why an exchange whose copy was attempted never became a row. */
export type LostReason = 'queue-full' | 'recorder-down' | 'shutdown' | 'store-failed' | 'proxy-died'

/** A message body as far as it was kept. */
export interface CapturedBody {
  /** The first bytes, as on the wire after de-chunking: still gzip when it was gzip. */
  readonly bytes: Buffer
  /** Bytes of the whole body, or of what arrived of it when it is `incomplete`. */
  readonly length: number
  /**
   * Hex SHA-256 of the whole body; present exactly when `bytes` holds less than `length`, except in
   * unmirrored exchanges, of which neither bodies nor hashes are kept.
   */
  readonly sha256?: string
  /** Why the body ended early; absent when it arrived whole. */
  readonly incomplete?: FailureReason | 'too-long' | 'client-aborted' | 'shutdown'
}

/** The request as the client sent it. */
export interface ObservedRequest {
  readonly method: string
  /** The request target as it was on the wire, usually path and query. */
  readonly target: string
  readonly headers: HeaderList
  readonly body: CapturedBody
}

/** What every observation tells. */
interface ObservationBase {
  /** The headers that we sent to this upstream, its own Host included; the client's are in the request. */
  readonly sentHeaders: HeaderList
  /** From the request sent to the last byte of the answer, or to the failure; milliseconds. */
  readonly durationMs: number
}

/** An upstream answered; a 500 is a response. */
export interface ObservedResponse extends ObservationBase {
  readonly kind: 'response'
  readonly status: number
  /** The reason phrase as sent, maybe empty. */
  readonly reason: string
  readonly headers: HeaderList
  readonly trailers: HeaderList
  readonly body: CapturedBody
}

/** An upstream did not answer. */
export interface ObservedFailure extends ObservationBase {
  readonly kind: 'failure'
  readonly reason: FailureReason
  /** One sentence for people, without secrets. */
  readonly message: string
}

/** What one upstream did with the request. Never both an answer and a failure. */
export type Observation = ObservedResponse | ObservedFailure

/** One client request with what each upstream did with it. */
export interface Exchange {
  /** UUIDv7. */
  readonly id: string
  /** The `x-request-id` that every upstream got; not unique, because clients retry. */
  readonly requestId: string
  /** When the request's head had arrived, epoch milliseconds. */
  readonly startedAt: number
  /** The name of the route that matched; empty when the request was refused before that. */
  readonly route: string
  readonly source: Source
  readonly request: ObservedRequest
  /** What primary did; absent when the client left before primary could answer, or was refused (`bad-request`). */
  readonly primary?: Observation
  /** What shadow did; absent when no copy was sent, and then `unmirrored` tells why. */
  readonly shadow?: Observation
  readonly unmirrored?: UnmirroredReason
  /** What the repeat to primary's version did; absent when none was sent. */
  readonly control?: Observation
  /** What the copy waited before it was sent; milliseconds. */
  readonly shadowWaitMs: number
}
