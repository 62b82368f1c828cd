/** Single requests over a leg of their own, outside the request path: what a replay sends. */

import type { FailureReason, HeaderList, Observation } from '../core/exchange.ts'
import type { WholeRequest } from '../core/ports.ts'
import { BodyCapture, HeldBytes } from './body.ts'
import type { LegHandler, LegRequest, TransportOptions } from './leg.ts'
import { Observed } from './observed.ts'
import { createWireTransport } from './wire/wire-transport.ts'

/** Sends whole requests to one upstream. */
export interface Sender {
  /** Never rejects: what goes wrong is a failure of the upstream. */
  readonly send: (request: WholeRequest) => Promise<Observation>
  /** Cuts what is under way. */
  close(): void
}

/** The upstream and its bounds. */
export interface SenderOptions extends Pick<TransportOptions, 'url' | 'socketPath' | 'tls'> {
  readonly maxConnections: number
  readonly timeoutMs: number
  readonly idleMs: number
  /** Longer answers are cut there. */
  readonly maxAnswerBytes: number
  /** Bytes of a body that are kept. */
  readonly maxBodyBytes: number
}

/** Methods whose requests say that they have no content. */
const ANTICIPATE_CONTENT: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH'])

const KEEP_ALIVE_MS = 4_000

/** Opens a sender; throws `invalid` when its TLS material cannot be used. */
export function createSender(options: SenderOptions): Sender {
  const { maxConnections } = options
  const transport = createWireTransport({
    ...options,
    maxIdleConnections: maxConnections,
    keepAliveMs: KEEP_ALIVE_MS,
  })
  const held = new HeldBytes(maxConnections * options.maxBodyBytes)
  return {
    send: ({ method, target, headers, body }) =>
      new Promise((resolve) => {
        const saysLength = body.length > 0 || ANTICIPATE_CONTENT.has(method)
        const sent = saysLength ? [...headers, 'Content-Length', String(body.length)] : headers
        const answer = new Answer(sent, options, held, resolve)
        const { timeoutMs, idleMs } = options
        const framing = saysLength
          ? ({ kind: 'length', length: body.length } as const)
          : ({ kind: 'none' } as const)
        answer.handle = transport.send(
          { method, target, headers: sent, framing, timeoutMs, idleMs },
          answer,
        )
        if (body.length > 0) answer.handle.write(body)
        answer.handle.end()
      }),
    close: () => {
      transport.destroy()
    },
  }
}

class Answer implements LegHandler {
  handle: LegRequest | undefined
  readonly #options: SenderOptions
  readonly #capture: BodyCapture
  readonly #resolve: (observation: Observation) => void
  readonly #observed = new Observed()

  constructor(
    sentHeaders: HeaderList,
    options: SenderOptions,
    held: HeldBytes,
    resolve: (observation: Observation) => void,
  ) {
    this.#observed.startedAt = performance.now()
    this.#observed.sentHeaders = sentHeaders
    this.#options = options
    this.#capture = new BodyCapture(options.maxBodyBytes, held)
    this.#resolve = resolve
  }

  onInformation(): void {
    // Hints are for clients.
  }

  onHead(status: number, reason: string, headers: HeaderList): void {
    this.#observed.begin(status, reason, headers)
  }

  onData(chunk: Buffer): void {
    this.#capture.push(chunk)
    if (this.#capture.length <= this.#options.maxAnswerBytes) return
    this.handle?.abort()
    this.#finish(this.#response('too-long'))
  }

  onTrailers(trailers: HeaderList): void {
    this.#observed.trailers = trailers
  }

  onEnd(): void {
    this.#finish(this.#response())
  }

  onFailure(reason: FailureReason, message: string): void {
    if (this.#observed.hasHead) this.#finish(this.#response(reason))
    else this.#finish(this.#observed.failure(reason, message))
  }

  onDrain(): void {
    // The body was handed over at once; it is as long as what was recorded.
  }

  #response(incomplete?: FailureReason | 'too-long'): Observation {
    return this.#observed.response(this.#capture.finish(this.#options.maxBodyBytes, incomplete))
  }

  #finish(observation: Observation): void {
    this.#capture.release()
    this.#resolve(observation)
  }
}
