/** One request on its way: what each leg did with it, and what it becomes once both are done. */

import type { RecordedOutcome } from '../core/counters.ts'
import type {
  CapturedBody,
  Exchange,
  HeaderList,
  LostReason,
  Observation,
  UnmirroredReason,
} from '../core/exchange.ts'
import type { ExchangeFate, ExchangeQueue } from '../core/ports.ts'
import type { RouteSettings } from '../core/settings.ts'
import { BodyCapture, type HeldBytes } from './body.ts'
import type { Books } from './books.ts'
import { uuidV7 } from './ids.ts'
import type { BodyFraming } from './leg.ts'
import type { OrderKey } from './order.ts'

/** What all passages of a proxy share. */
export interface PassageContext {
  readonly books: Books
  readonly queue: ExchangeQueue
  readonly held: HeldBytes
  readonly maxBodyBytes: number
}

/** The client's request as far as its head tells. */
export interface PassageRequest {
  readonly method: string
  readonly target: string
  readonly headers: HeaderList
  readonly requestId: string
}

const NO_BODY: CapturedBody = { bytes: Buffer.alloc(0), length: 0 }

/** Nobody waits for the row of a request that was not mirrored. */
const NO_FATE: ExchangeFate = { recorded: () => undefined, lost: () => undefined }

/** Reasons that are only counted: there is nothing to look up behind them. */
const COUNTED_ONLY: ReadonlySet<UnmirroredReason> = new Set([
  'not-sampled',
  'method',
  'paused',
  'no-shadow',
])

/** The copy's state: whether it is decided, under way, or done; `none` when there will not be one. */
type CopyState = 'undecided' | 'none' | 'sent' | 'done'

/**
 * Is in the books from its construction on. Ends when primary is done and the copy is done or known not to
 * be sent; then it becomes an exchange (or, when only counted, nothing) and gives its memory back.
 */
export class Passage implements ExchangeFate {
  readonly startedAt = Date.now()
  readonly request: PassageRequest
  readonly route: RouteSettings | undefined
  /** The request's body for the copy; absent when it has none or nobody needs it. */
  requestBody: BodyCapture | undefined
  requestTrailers: HeaderList = []
  /** What primary was sent, and how: the copy is made of it. */
  sentHeaders: HeaderList = []
  host = ''
  target = ''
  /** Whose copies must stay in order with this one. */
  orderKey: OrderKey | undefined
  framing: BodyFraming = { kind: 'none' }
  /** Bytes of primary's answer so far. */
  primaryLength = 0
  primaryDurationMs = 0
  /** The client left before primary was done. */
  clientAborted = false
  /** Called once when primary is done while the copy is under way. */
  onPrimaryDone: (() => void) | undefined
  readonly #context: PassageContext
  #copy: CopyState = 'undecided'
  #unmirrored: UnmirroredReason | undefined
  #primary: Observation | undefined
  #primaryDone = false
  #primaryCapture: BodyCapture | undefined
  #shadow: Observation | undefined
  #shadowCapture: BodyCapture | undefined
  #shadowWaitMs = 0
  #settled = false

  constructor(context: PassageContext, request: PassageRequest, route: RouteSettings | undefined) {
    this.#context = context
    this.request = request
    this.route = route
    context.books.saw()
  }

  get undecided(): boolean {
    return this.#copy === 'undecided'
  }

  /** Whether the bodies are worth keeping: a copy was sent or may still be. */
  get keepsBodies(): boolean {
    return this.#copy !== 'none'
  }

  get primaryDone(): boolean {
    return this.#primaryDone
  }

  /** A capture for one answer, within the bounds of what is recorded. */
  captureAnswer(): BodyCapture {
    return new BodyCapture(this.#context.maxBodyBytes, this.#context.held)
  }

  /** A capture for the request's body that the copy needs. */
  captureRequest(limit: number): void {
    this.requestBody = new BodyCapture(
      Math.max(limit, this.#context.maxBodyBytes),
      this.#context.held,
    )
  }

  /** There will be no copy. Does nothing when that was decided before. */
  leaveUnmirrored(reason: UnmirroredReason): void {
    if (this.#copy !== 'undecided') return
    this.#copy = 'none'
    this.#unmirrored = reason
    this.requestBody?.drop()
    this.#primaryCapture?.drop()
    this.#context.books.leftUnmirrored(reason)
    this.#settle()
  }

  /** The copy leaves now. */
  sendCopy(shadowWaitMs: number): void {
    this.#copy = 'sent'
    this.#shadowWaitMs = shadowWaitMs
    this.#context.books.mirrored()
  }

  /** Primary's answer begins, and this keeps its body. */
  primaryAnswers(capture: BodyCapture): void {
    this.#primaryCapture = capture
  }

  /** Primary is done; without an observation when the client left before there was one. */
  primaryFinished(observation: Observation | undefined): void {
    if (this.#primaryDone) return
    this.#primaryDone = true
    this.#primary = observation
    this.primaryDurationMs = observation?.durationMs ?? 0
    this.onPrimaryDone?.()
    this.#settle()
  }

  shadowFinished(observation: Observation, capture: BodyCapture | undefined): void {
    this.#copy = 'done'
    this.#shadow = observation
    this.#shadowCapture = capture
    this.#settle()
  }

  /** The proxy stops before both legs are done. */
  cutShort(): void {
    if (this.#settled) return
    this.#settled = true
    if (this.#copy === 'undecided') this.#context.books.mirrored()
    if (this.#copy !== 'none') this.#context.books.lost('shutdown')
    this.#release()
  }

  recorded(outcome: RecordedOutcome): void {
    this.#context.books.recorded(outcome)
  }

  lost(reason: LostReason): void {
    this.#context.books.lost(reason)
  }

  #settle(): void {
    if (this.#settled || !this.#primaryDone) return
    if (this.#copy !== 'done' && this.#copy !== 'none') return
    this.#settled = true
    const countedOnly = this.#unmirrored !== undefined && COUNTED_ONLY.has(this.#unmirrored)
    if (!countedOnly) {
      this.#context.queue.push(this.#exchange(), this.#copy === 'done' ? this : NO_FATE)
    }
    this.#release()
  }

  #exchange(): Exchange {
    const { method, target, headers, requestId } = this.request
    return {
      id: uuidV7(this.startedAt),
      requestId,
      startedAt: this.startedAt,
      route: this.route?.name ?? '',
      source: 'live',
      request: {
        method,
        target,
        headers,
        body: this.requestBody?.finish(this.#context.maxBodyBytes) ?? NO_BODY,
      },
      ...(this.#primary === undefined ? undefined : { primary: this.#primary }),
      ...(this.#shadow === undefined ? undefined : { shadow: this.#shadow }),
      ...(this.#unmirrored === undefined ? undefined : { unmirrored: this.#unmirrored }),
      shadowWaitMs: this.#shadowWaitMs,
    }
  }

  #release(): void {
    this.requestBody?.release()
    this.#primaryCapture?.release()
    this.#shadowCapture?.release()
  }
}
