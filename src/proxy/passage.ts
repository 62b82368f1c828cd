/** One request on its way: what each leg did with it, and what it becomes once both are done. */

import type { HeaderList, Observation, UnmirroredReason } from '../core/exchange.ts'
import type { ControlSkipReason } from '../core/counters.ts'
import type { ExchangeQueue } from '../core/ports.ts'
import type { RequestHead, Admitted } from './admit.ts'
import { BodyCapture, type HeldBytes } from './body.ts'
import type { Books } from './books.ts'
import type { OrderKey } from './order.ts'
import { type Ended, exchangeOf, isRecorded, NO_FATE } from './recorded.ts'

/** What all passages of a proxy share. */
export interface PassageContext {
  readonly books: Books
  readonly queue: ExchangeQueue
  readonly held: HeldBytes
  readonly maxBodyBytes: number
}

/** A request that waits, without its texts and its body, roughly. */
const OBJECT_BYTES = 1024

/** Where copies go. */
export type CopyRole = 'shadow' | 'control'

/** A copy under way. */
export interface CopyUnderWay {
  primaryDone(): void
}

/** The copy's state: whether it is decided, under way, or done; `none` when there will not be one. */
type CopyState = 'undecided' | 'none' | 'sent' | 'done'

/**
 * Is in the books from its construction on. Ends when primary is done, the copy is done or known not to be
 * sent, and the repeat to control, if there is one, is done too; then it becomes an exchange (or, when only counted, nothing) and gives its memory back.
 */
export class Passage implements Ended {
  readonly startedAt = Date.now()
  readonly head: RequestHead
  readonly admitted: Admitted
  /** The name of the route. */
  readonly route: string
  requestTrailers: HeaderList = []
  /** Whose copies must stay in order with this one. */
  orderKey: OrderKey | undefined
  /** Bytes of primary's answer so far. */
  primaryLength = 0
  primaryDurationMs = 0
  /** The client left before primary was done. */
  clientAborted = false
  readonly #context: PassageContext
  #copy: CopyState = 'undecided'
  #repeat: Exclude<CopyState, 'undecided'> = 'none'
  /** Copies under way while primary is not done: they are told when it is. */
  #toShadow: CopyUnderWay | undefined
  #toControl: CopyUnderWay | undefined
  #unmirrored: UnmirroredReason | undefined
  #requestBody: BodyCapture | undefined
  #primary: Observation | undefined
  #primaryDone = false
  #primaryCapture: BodyCapture | undefined
  #shadow: Observation | undefined
  #shadowCapture: BodyCapture | undefined
  #control: Observation | undefined
  #controlCapture: BodyCapture | undefined
  #shadowWaitMs = 0
  /** What {@link holdHead} took. */
  #headBytes = 0
  #settled = false

  constructor(context: PassageContext, head: RequestHead, admitted: Admitted, route: string) {
    this.#context = context
    this.head = head
    this.admitted = admitted
    this.route = route
    context.books.saw()
  }

  get undecided(): boolean {
    return this.#copy === 'undecided'
  }

  get primaryDone(): boolean {
    return this.#primaryDone
  }

  /** The bytes of the first answer that is done, primary's before the others: most answers are equal, and held once. */
  get answerBytes(): Buffer | undefined {
    const answer = this.#primary ?? this.#shadow ?? this.#control
    return answer?.kind === 'response' ? answer.body.bytes : undefined
  }

  /** The request's body as far as it is held; absent when it has none or nobody needs it. */
  get requestBody(): BodyCapture | undefined {
    return this.#requestBody
  }

  /** What the copy waited before it was sent. */
  get shadowWaitMs(): number {
    return this.#shadowWaitMs
  }

  /** What primary did, once it is done; absent when the client left before there was anything. */
  get primary(): Observation | undefined {
    return this.#primary
  }

  get shadow(): Observation | undefined {
    return this.#shadow
  }

  get control(): Observation | undefined {
    return this.#control
  }

  /** Why there is no copy. */
  get unmirrored(): UnmirroredReason | undefined {
    return this.#unmirrored
  }

  /** Begins to keep the request's body for the copy, up to `limit` bytes. */
  captureRequest(limit: number): void {
    this.#requestBody = new BodyCapture(limit, this.#context.held)
  }

  /** Bytes of the request's body passed; a body that cannot be held whole is not mirrored. */
  captureUpload(chunk: Buffer): void {
    const body = this.#requestBody
    if (body === undefined) return
    body.push(chunk)
    if (body.cut !== undefined) {
      this.leaveUnmirrored(body.cut === 'too-large' ? 'too-large' : 'backlog')
    }
  }

  /** Begins to keep primary's body, unless there is nothing to compare it with. */
  capturePrimary(): BodyCapture | undefined {
    if (this.#copy === 'none') return undefined
    return (this.#primaryCapture = this.#capture())
  }

  /** Begins to keep an answer to a copy. */
  capture(role: CopyRole): BodyCapture {
    const capture = this.#capture()
    if (role === 'shadow') this.#shadowCapture = capture
    else this.#controlCapture = capture
    return capture
  }

  /** Takes memory's share for the head of a request whose copy must wait; false when there is none. */
  holdHead(): boolean {
    const { target, headers } = this.head
    let bytes = OBJECT_BYTES + target.length
    for (const text of headers) bytes += text.length
    if (!this.#context.held.take(bytes)) return false
    this.#headBytes = bytes
    return true
  }

  /** There will be no copy. Does nothing when that was decided before. */
  leaveUnmirrored(reason: UnmirroredReason): void {
    if (this.#copy !== 'undecided') return
    this.#copy = 'none'
    this.#unmirrored = reason
    this.#requestBody?.drop()
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

  /** The request is repeated to control; said before the copy can be done. */
  sendRepeat(): void {
    this.#repeat = 'sent'
    this.#context.books.repeated()
  }

  /** The request is mirrored and not repeated. */
  skipRepeat(reason: ControlSkipReason): void {
    this.#context.books.skippedRepeat(reason)
  }

  /** The repeat is done, whatever came of it. */
  repeatEnded(answered: boolean): void {
    this.#context.books.repeatEnded(answered)
  }

  /** The copy is told when primary is done, unless it is done before. */
  setCopy(role: CopyRole, copy: CopyUnderWay | undefined): void {
    if (role === 'shadow') this.#toShadow = copy
    else this.#toControl = copy
  }

  /** Primary is done; without an observation when the client left before there was one. */
  primaryFinished(observation: Observation | undefined): void {
    if (this.#primaryDone) return
    this.#primaryDone = true
    this.#primary = observation
    this.primaryDurationMs = observation?.durationMs ?? 0
    this.#toShadow?.primaryDone()
    this.#toControl?.primaryDone()
    this.#settle()
  }

  /** A copy is done. */
  finished(role: CopyRole, observation: Observation): void {
    if (role === 'shadow') {
      this.#copy = 'done'
      this.#shadow = observation
    } else {
      this.#repeat = 'done'
      this.#control = observation
    }
    this.#settle()
  }

  /** The proxy stops before a copy is done. An exchange is complete without control. */
  cutCopy(role: CopyRole): void {
    if (role === 'shadow') this.cutShort()
    else {
      this.#repeat = 'done'
      this.repeatEnded(false)
      this.#settle()
    }
  }

  /** The proxy stops before both legs are done. */
  cutShort(): void {
    if (this.#settled) return
    this.#settled = true
    if (this.#copy === 'undecided') this.#context.books.mirrored()
    if (this.#copy !== 'none') this.#context.books.lost('shutdown')
    this.#release()
  }

  #capture(): BodyCapture {
    return new BodyCapture(this.#context.maxBodyBytes, this.#context.held)
  }

  #settle(): void {
    if (this.#settled || !this.#primaryDone) return
    if (this.#copy !== 'done' && this.#copy !== 'none') return
    if (this.#repeat === 'sent') return
    this.#settled = true
    const { queue, books, maxBodyBytes } = this.#context
    if (this.#copy === 'done') queue.push(exchangeOf(this, maxBodyBytes), books)
    else if (this.#unmirrored !== undefined && isRecorded(this.#unmirrored)) {
      queue.push(exchangeOf(this, maxBodyBytes), NO_FATE)
    }
    this.#release()
  }

  #release(): void {
    this.#context.held.giveBack(this.#headBytes)
    this.#headBytes = 0
    this.#requestBody?.release()
    this.#primaryCapture?.release()
    this.#shadowCapture?.release()
    this.#controlCapture?.release()
  }
}
