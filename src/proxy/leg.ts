/**
 * One leg: how a request gets to one upstream and its answer comes back. Everything above this
 * interface (streaming to the client, capturing, timing, judging) is the same for every transport.
 *
 * Callbacks instead of promises and streams: one handler object and one handle per request, no
 * closures, no microtasks on the hot path.
 */

import type { FailureReason, HeaderList } from '../core/exchange.ts'
import type { UpstreamTls } from '../core/settings.ts'

/**
 * How the request's body is framed toward the upstream.
 * - `none`: no body follows. {@link LegRequest.write} is never called, {@link LegRequest.end} is.
 * - `length`: exactly this many bytes follow. {@link OutgoingRequest.headers} holds the one matching
 *   `Content-Length` line already, where and as the client wrote it.
 * - `chunked`: any number of bytes, then maybe trailers. The transport adds `Transfer-Encoding: chunked`.
 */
export type BodyFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }

/** What a transport is asked to send. */
export interface OutgoingRequest {
  readonly method: string
  /** Goes on the request line verbatim: `//a/../b?x=%zz` and `*` included. */
  readonly target: string
  /**
   * The final lines, written in this order, with this case and these repeats, one byte per character
   * (latin1); exactly one `Host`. The only hop-by-hop lines in it are the pair `TE: trailers` and
   * `Connection: TE` of a client that takes trailers, and `Trailer` with `chunked` framing. The transport
   * adds `Transfer-Encoding`, and `Connection` where it needs one.
   */
  readonly headers: HeaderList
  readonly framing: BodyFraming
  /**
   * Limit for getting a connection, and again from the complete request handed over
   * ({@link LegRequest.end}) to the head of the answer; informational answers do not reset it.
   */
  readonly timeoutMs: number
  /**
   * Limit between two reads of the answer's body, not counting the time the handle is paused, and
   * for a write that the upstream does not take.
   */
  readonly idleMs: number
}

/**
 * Receives what becomes of one request. Order of calls:
 *
 * `onInformation* (onHead onData* onTrailers? onEnd | … onFailure)`
 *
 * - Exactly one of `onEnd` and `onFailure` is called, as the last call but for `onDrain`, unless the handle was
 *   aborted: after {@link LegRequest.abort} nothing is called any more.
 * - No call is made inside {@link Transport.send} itself; every call comes in a later turn. Calls may be
 *   made inside `write`, `end`, `resume` of the same handle's *later* turns only, never synchronously
 *   from within them.
 * - While paused, `onData` may still be called for what was already read (bounded by one read of the
 *   socket), and `onTrailers`, `onEnd` wait for `resume`. `onFailure` does not wait.
 * - The answer may begin, and even end, before the request's body was complete. An upstream that keeps the
 *   connection all the same is sent the rest: `write` and `end` go on after `onEnd`, and `onDrain` may still
 *   be called. Once the upstream takes no more, and after `onFailure`, they do nothing.
 * - A handler may call the handle's methods from any callback. It must not throw.
 */
export interface LegHandler {
  /** A 1xx answer other than 101, the unsolicited 100 included; headers raw, as on the wire. */
  onInformation(status: number, reason: string, headers: HeaderList): void
  /** The final head: status 200 to 999, the reason phrase maybe empty, headers raw with hop-by-hop lines. */
  onHead(status: number, reason: string, headers: HeaderList): void
  /**
   * Bytes of the body, de-chunked, never decoded, never empty. The handler owns the buffer from here
   * on: the transport must not reuse its memory, and it pins at most one read of the socket.
   */
  onData(chunk: Buffer): void
  /** Trailer lines, raw; only when there are any. */
  onTrailers(trailers: HeaderList): void
  /** The answer arrived whole. A close-delimited body is whole when the connection ended cleanly. */
  onEnd(): void
  /**
   * There is no answer, or (after `onHead`) it was cut short. The message is one sentence for people and
   * names neither header values nor bodies nor credentials.
   */
  onFailure(reason: FailureReason, message: string): void
  /** After a `write` that returned false: more may be written now. */
  onDrain(): void
}

/** The way to act on a request that is on its way. */
export interface LegRequest {
  /** Whether any byte of an answer came, also of one that then failed. */
  readonly hasAnswerBytes: boolean
  /**
   * Sends bytes of the body; the transport owns the buffer's memory until it was written, and never
   * changes it. False: stop until `onDrain` (what was passed is taken all the same).
   */
  write(chunk: Buffer): boolean
  /**
   * The request is complete; called once, for every framing. Trailers only with `chunked` framing. A head
   * may wait for the first `write` or `end` of the same turn, to leave in one packet; never longer.
   */
  end(trailers?: HeaderList): void
  /** Stops reading the answer, so that the upstream feels backpressure. Idempotent. */
  pause(): void
  resume(): void
  /** Gives up: the connection is destroyed and the handler is not called any more. Idempotent, also after the end. */
  abort(): void
}

/**
 * Sends requests to one upstream over its own pool of connections; legs never share a pool.
 *
 * - Connections are kept alive and reused, newest first. One that received bytes after a complete
 *   answer, or whose request was not completely sent when the answer ended, is closed instead.
 * - Nothing is retried, with one exception: when a *reused* connection turns out closed before any byte
 *   of the answer, a request with an idempotent method (RFC 9110 §9.2.2) is sent once more, on a new
 *   connection, if what was sent of its body is short enough to be held for that (64 KB).
 * - Errors of idle connections are swallowed; they only leave the pool.
 * - A 101 that nobody asked for, TE with CL in an answer, differing Content-Lengths, obs-fold, and whatever
 *   else llhttp rejects strictly are failures of reason `protocol`.
 */
export interface Transport {
  /** Never throws and never blocks; what goes wrong is told to the handler later. */
  send(request: OutgoingRequest, handler: LegHandler): LegRequest
  /** Open connections, idle ones included: what leak tests read. */
  readonly connections: number
  /** Closes idle connections and ends those in use as their answers end; `send` fails from now on. */
  close(): void
  /** Closes and cuts what is still on its way: those requests fail with `reset`. */
  destroy(): void
}

/** Where a transport connects to, and its bounds. */
export interface TransportOptions {
  /** An absolute http or https URL; only scheme, host and port are used. */
  readonly url: string
  /** Connections at once at most; further requests wait for one within their `timeoutMs`. */
  readonly maxConnections: number
  /** Idle connections that are kept at most. */
  readonly maxIdleConnections: number
  /** How long an idle connection is kept; milliseconds. */
  readonly keepAliveMs: number
  /** A Unix socket to connect to; the URL then only tells whether TLS is spoken, and with which name. */
  readonly socketPath?: string
  /** How TLS is spoken with an https URL. */
  readonly tls?: UpstreamTls
}

/** Makes a transport; throws `invalid` when its TLS material cannot be used. */
export type CreateTransport = (options: TransportOptions) => Transport
