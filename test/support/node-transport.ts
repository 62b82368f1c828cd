/** A leg over Node's own HTTP client. */

import { Agent as HttpAgent, type ClientRequest, type IncomingMessage, request } from 'node:http'
import { Agent as HttpsAgent, request as requestTls } from 'node:https'
import type { Socket } from 'node:net'
import { codeOf } from '../../src/core/errors.ts'
import type { FailureReason, HeaderList } from '../../src/core/exchange.ts'
import { afterReading } from '../../src/proxy/after-reading.ts'
import { toPairs } from '../../src/proxy/answer.ts'
import { failureReason, failureText } from '../../src/proxy/failure.ts'
import { createLookup } from '../../src/proxy/lookup.ts'
import { addressOf, tlsOptions } from '../../src/proxy/upstream-address.ts'
import type {
  LegHandler,
  LegRequest,
  OutgoingRequest,
  Transport,
  TransportOptions,
} from '../../src/proxy/leg.ts'

const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])

/** The head of an answer may be as long as this. */
const MAX_HEAD_BYTES = 256 * 1024

/** Makes a transport over `node:http` or `node:https`, with an agent of its own. */
export function createNodeTransport(options: TransportOptions): Transport {
  return new NodeTransport(options)
}

class NodeTransport implements Transport {
  readonly #url: URL
  readonly #agent: HttpAgent
  readonly #active = new Set<NodeRequest>()
  readonly #sweeper: NodeJS.Timeout
  #closed = false

  constructor(options: TransportOptions) {
    this.#url = new URL(options.url)
    const agentOptions = {
      keepAlive: true,
      maxSockets: options.maxConnections,
      maxFreeSockets: options.maxIdleConnections,
      scheduling: 'lifo',
      timeout: options.keepAliveMs,
      lookup: createLookup(),
      ...(options.socketPath !== undefined && { socketPath: options.socketPath }),
    } as const
    this.#agent =
      this.#url.protocol === 'https:'
        ? new HttpsAgent({ ...agentOptions, ...tlsOptions(options.url, options.tls) })
        : new HttpAgent(agentOptions)
    // The agent pools what becomes free; after close nothing may linger there.
    this.#agent.on('free', (socket: Socket) => {
      if (this.#closed) socket.destroy()
    })
    this.#sweeper = setInterval(afterReading, 50, (now: number) => {
      for (const active of this.#active) active.check(now)
    }).unref()
  }

  get connections(): number {
    let count = 0
    for (const list of [this.#agent.sockets, this.#agent.freeSockets]) {
      for (const sockets of Object.values(list)) count += sockets?.length ?? 0
    }
    return count
  }

  send(outgoing: OutgoingRequest, handler: LegHandler): LegRequest {
    const active = new NodeRequest(outgoing, handler, (ended) => this.#active.delete(ended))
    this.#active.add(active)
    if (this.#closed) {
      process.nextTick(() => {
        active.fail('reset', 'The proxy is stopping.')
      })
    } else active.connect(this.#url, this.#agent)
    return active
  }

  close(): void {
    this.#closed = true
    for (const sockets of Object.values(this.#agent.freeSockets)) {
      for (const socket of sockets ?? []) socket.destroy()
    }
    if (this.#active.size === 0) clearInterval(this.#sweeper)
  }

  destroy(): void {
    this.close()
    clearInterval(this.#sweeper)
    for (const active of [...this.#active]) active.fail('reset', 'The proxy is stopping.')
    this.#agent.destroy()
  }
}

/** One request over Node's client, as the leg's interface tells it. */
class NodeRequest implements LegRequest {
  readonly #outgoing: OutgoingRequest
  readonly #handler: LegHandler
  readonly #onOver: (request: NodeRequest) => void
  #url: URL | undefined
  #req: ClientRequest | undefined
  #res: IncomingMessage | undefined
  #ended = false
  #trailers: HeaderList | undefined
  #over = false
  #paused = false
  #waitsForDrain = false
  #retried = false
  /** Bytes that the connection had read for those before. */
  #readBefore = 0
  #deadline: number
  /** Bytes moved since the last look. */
  #moved = false

  constructor(
    outgoing: OutgoingRequest,
    handler: LegHandler,
    onOver: (request: NodeRequest) => void,
  ) {
    this.#outgoing = outgoing
    this.#handler = handler
    this.#onOver = onOver
    this.#deadline = performance.now() + outgoing.timeoutMs
  }

  get hasAnswerBytes(): boolean {
    return this.#res !== undefined || (this.#req?.socket?.bytesRead ?? 0) > this.#readBefore
  }

  connect(url: URL, agent: HttpAgent | false): void {
    this.#url = url
    const { method, target, headers, framing } = this.#outgoing
    const { host, port, isSecure } = addressOf(url.href)
    const lines = [...headers]
    if (framing.kind === 'chunked') lines.push('Transfer-Encoding', 'chunked')
    // Node would send an empty chunked body for these; no length line at all is no choice it offers.
    else if (framing.kind === 'none' && !BODYLESS.has(method)) lines.push('Content-Length', '0')
    try {
      const options = {
        agent,
        host,
        port,
        method,
        path: target,
        headers: lines,
        setHost: false,
        maxHeaderSize: MAX_HEAD_BYTES,
      }
      this.#listen(isSecure ? requestTls(options) : request(options))
    } catch {
      process.nextTick(() => {
        this.fail(
          'protocol',
          'The request cannot be sent: its head holds a byte that none may hold.',
        )
      })
    }
  }

  write(chunk: Buffer): boolean {
    if (this.#over || this.#req === undefined) return true
    const more = this.#req.write(chunk)
    this.#moved = true
    this.#waitsForDrain = !more
    return more
  }

  end(trailers?: HeaderList): void {
    if (this.#over || this.#req === undefined) return
    this.#ended = true
    this.#trailers = trailers
    this.#waitsForDrain = false
    this.#deadline = performance.now() + this.#outgoing.timeoutMs
    if (trailers !== undefined && trailers.length > 0) this.#req.addTrailers(toPairs(trailers))
    this.#req.end()
  }

  pause(): void {
    this.#paused = true
    this.#res?.pause()
  }

  resume(): void {
    this.#paused = false
    this.#moved = true
    this.#res?.resume()
  }

  abort(): void {
    this.#finish()
    this.#req?.destroy()
  }

  fail(reason: FailureReason, message: string): void {
    if (this.#over) return
    this.#finish()
    this.#req?.destroy()
    this.#handler.onFailure(reason, message)
  }

  /** Looks whether something takes too long. */
  check(now: number): void {
    const { timeoutMs, idleMs } = this.#outgoing
    if (this.#res === undefined) {
      if (!this.#ended && this.#req?.socket?.connecting === false) {
        // Connected, and the client is still sending: only a write that is not taken counts.
        if (this.#moved || !this.#waitsForDrain) this.#deadline = now + idleMs
        this.#moved = false
      }
      if (now < this.#deadline) return
      const limit = this.#ended ? timeoutMs : idleMs
      this.fail('timeout', `The upstream did not answer within ${limit} ms.`)
      return
    }
    if (this.#moved || this.#paused) {
      this.#moved = false
      this.#deadline = now + idleMs
    } else if (now >= this.#deadline) {
      this.fail('timeout', `The upstream sent nothing for ${idleMs} ms in its answer.`)
    }
  }

  #listen(req: ClientRequest): void {
    this.#req = req
    req.maxHeadersCount = 0
    if (this.#outgoing.framing.kind !== 'none') {
      // The head must not wait for a body that may be long in coming. Not flushHeaders(): that is UTF-8.
      process.nextTick(() => {
        if (!this.#over && !this.#ended) req.write('', 'latin1')
      })
    }
    req.on('socket', (socket) => {
      this.#readBefore = socket.bytesRead
    })
    req.on('drain', () => {
      this.#waitsForDrain = false
      this.#moved = true
      if (!this.#over) this.#handler.onDrain()
    })
    req.on('information', (info) => {
      if (!this.#over) {
        this.#handler.onInformation(info.statusCode, info.statusMessage, info.rawHeaders)
      }
    })
    req.on('response', (res) => {
      this.#answer(res)
    })
    req.on('upgrade', (_res, socket) => {
      socket.on('error', ignore)
      socket.destroy()
      this.fail('protocol', 'The upstream switched protocols unasked.')
    })
    req.on('error', (error) => {
      this.#error(error)
    })
  }

  #answer(res: IncomingMessage): void {
    res.on('error', (error) => {
      this.#error(error)
    })
    if (this.#over) {
      res.resume()
      return
    }
    this.#res = res
    this.#moved = true
    this.#handler.onHead(res.statusCode ?? 0, res.statusMessage ?? '', res.rawHeaders)
    res.on('data', (chunk: Buffer) => {
      this.#moved = true
      if (!this.#over) this.#handler.onData(chunk)
    })
    res.on('end', () => {
      this.#answerEnded(res)
    })
    if (this.#paused) res.pause()
  }

  #answerEnded(res: IncomingMessage): void {
    if (this.#over) return
    if (!res.complete) {
      this.fail('reset', 'The upstream closed the connection in the middle of its answer.')
      return
    }
    this.#finish()
    if (!this.#ended) this.#req?.destroy()
    if (res.rawTrailers.length > 0) this.#handler.onTrailers(res.rawTrailers)
    this.#handler.onEnd()
  }

  #error(error: unknown): void {
    // Bytes after a complete answer are an error of the connection, which Node closed; the answer stands.
    if (this.#over || this.#res?.complete === true) return
    if (this.#mayRetry(error) && this.#url !== undefined) {
      this.#retried = true
      this.connect(this.#url, false)
      this.end(this.#trailers)
      return
    }
    const reason = failureReason(error)
    this.fail(reason, failureText(reason, this.#res !== undefined))
  }

  #mayRetry(error: unknown): boolean {
    const { method, framing } = this.#outgoing
    return (
      !this.#retried &&
      this.#ended &&
      !this.hasAnswerBytes &&
      this.#req?.reusedSocket === true &&
      IDEMPOTENT.has(method) &&
      (framing.kind === 'none' || (framing.kind === 'length' && framing.length === 0)) &&
      (codeOf(error) === 'ECONNRESET' || codeOf(error) === 'EPIPE')
    )
  }

  #finish(): void {
    this.#over = true
    this.#onOver(this)
  }
}

/** Methods for which Node announces no body on its own. */
const BODYLESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE'])

function ignore(): void {
  // The connection is given up already.
}
