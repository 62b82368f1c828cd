/** The way of one answer to the client. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HeaderList } from '../core/exchange.ts'
import { answerHeaders, informationText, toPairs } from './answer.ts'
import { closeCutShort } from './close-cut-short.ts'
import { forwardableTrailers } from './hop-by-hop.ts'
import type { Refusal } from './refusal.ts'
import { sendRefusal } from './send-refusal.ts'

/** Where an answer comes from, and what must wait when the client reads slowly. */
export interface AnswerSource {
  /** More may be written now. */
  clientDrained(): void
}

/** A first piece up to this length waits for the rest of the turn, to leave in one write with the head. */
const MAX_WAITING_BYTES = 16 * 1024

/**
 * Writes primary's answer with its own framing. Head and first bytes leave at the latest at the end of the
 * turn in which they came; an answer that is complete by then leaves in one write.
 */
export class ClientAnswer {
  readonly #req: IncomingMessage
  readonly #res: ServerResponse
  #connection = ''
  #chunked = false
  #tellsDrain = false
  #begun = false
  #told100 = false
  /** Head and maybe the first piece wait for the end of this turn. */
  #waits = false
  #first: Buffer | undefined

  constructor(req: IncomingMessage, res: ServerResponse) {
    this.#req = req
    this.#res = res
    res.on('error', ignore)
  }

  /** Whether primary's head was taken: from then on the answer can only go on or be cut. */
  get begun(): boolean {
    return this.#begun
  }

  /** Whether an answer of our own can still be given, and there is somebody to get it. */
  get canRefuse(): boolean {
    return !this.#begun && !this.#res.headersSent && !this.#req.socket.destroyed
  }

  /** Whether the client was told to go on. */
  get told100(): boolean {
    return this.#told100
  }

  /** From now on the answer is the last one on its connection, and says so; before it begins. */
  closeAfter(): void {
    this.#res.shouldKeepAlive = false
  }

  /** Passes an informational answer on, if the client knows such and waits for its turn no longer. */
  inform(status: number, reason: string, headers: HeaderList): void {
    const { socket, headersSent } = this.#res
    // A pipelined answer has no socket before its turn; a hint that cannot be given in time is no hint.
    if (socket === null || headersSent || this.#req.httpVersionMinor === 0) return
    if (status === 100) this.#told100 = true
    socket.write(informationText(status, reason, headers), 'latin1')
  }

  /** Takes the head; false when it holds what must not be sent on: a byte that no head may hold, a coded body. */
  begin(status: number, reason: string, headers: HeaderList, requestId: string): boolean {
    const res = this.#res
    const http10 = this.#req.httpVersionMinor === 0
    const answer = answerHeaders(headers, {
      requestId,
      status,
      hasBody: this.#req.method !== 'HEAD' && status !== 204 && status !== 304,
      http10,
      isWrittenByNode: true,
    })
    // Only chunked is undone on the way: the client would get coded bytes and not be told.
    if (answer.isCoded) return false
    if (res.shouldKeepAlive && !http10) res.removeHeader('connection')
    try {
      res.writeHead(status, reason, answer.headers)
    } catch {
      return false
    }
    this.#begun = true
    this.#chunked = answer.chunked
    this.#connection = answer.connection
    this.#waits = true
    process.nextTick(flush, this)
    return true
  }

  /** False: the source should stop until the client took what there is, see {@link onceDrained}. */
  write(chunk: Buffer): boolean {
    if (this.#waits && this.#first === undefined && chunk.length <= MAX_WAITING_BYTES) {
      this.#first = chunk
      return true
    }
    this.flush()
    return this.#res.write(chunk)
  }

  onceDrained(source: AnswerSource): void {
    // Where an upgrade was asked for after this request, it is the connection that tells, not the answer.
    if (this.#tellsDrain) return
    this.#tellsDrain = true
    this.#res.once('drain', () => {
      this.#tellsDrain = false
      source.clientDrained()
    })
  }

  /** Trailer lines of a chunked answer. */
  trailers(lines: HeaderList): void {
    if (!this.#chunked) return
    const forwarded = forwardableTrailers(lines, this.#connection)
    if (forwarded.length > 0) this.#res.addTrailers(toPairs(forwarded))
  }

  end(): void {
    const res = this.#res
    const first = this.#first
    const waits = this.#waits
    this.#waits = false
    this.#first = undefined
    if (!waits || first === undefined) res.end()
    else if (this.#chunked || res.socket === null || res.socket.writableCorked > 0) res.end(first)
    else {
      // Corked, head and body are one string and one write: Node would make a vector of three out of them.
      const { socket } = res
      socket.cork()
      res.write(first.toString('latin1'), 'latin1')
      socket.uncork()
      res.end()
    }
  }

  /** The client must see that this answer is not whole, after it got what there was of it. */
  truncate(): void {
    this.flush()
    const { socket } = this.#req
    if (this.#req.httpVersionMinor === 0) {
      // Toward HTTP/1.0 an orderly close may be the end of a body; a reset never is.
      socket.resetAndDestroy()
      return
    }
    closeCutShort(socket)
  }

  /** An answer of our own. */
  refuse(refusal: Refusal, close: boolean, requestId?: string): void {
    sendRefusal(this.#res, refusal, { close, ...(requestId === undefined ? {} : { requestId }) })
  }

  /** Sends what waits. */
  flush(): void {
    if (!this.#waits) return
    this.#waits = false
    const first = this.#first
    this.#first = undefined
    if (this.#res.destroyed) return
    // Not flushHeaders(), which would write the head as UTF-8.
    if (first === undefined) this.#res.write('', 'latin1')
    else this.#res.write(first)
  }
}

function flush(answer: ClientAnswer): void {
  answer.flush()
}

function ignore(): void {
  // The close of the connection tells all that there is to do.
}
