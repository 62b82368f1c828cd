/** What a client made of the bytes an upstream sent: the common ground on which two parsers are compared. */

import http from 'node:http'
import { Duplex } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { codeOf, messageOf } from '../../../src/core/errors.ts'
import { ResponseParser } from '../../../src/proxy/wire/response-parser.ts'

/** An answer as it comes from the socket. */
export interface Answer {
  readonly method: 'GET' | 'HEAD'
  readonly pieces: readonly Buffer[]
  /** Whether the connection ends after the last piece. */
  readonly closes: boolean
}

interface Informational {
  readonly status: number
  readonly reason: string
  readonly headers: readonly string[]
}

/** `accepted`: the answer arrived whole. `pending`: more is awaited. `refused`: invalid, or cut short. */
export interface Verdict {
  readonly kind: 'accepted' | 'refused' | 'pending'
  readonly informational: readonly Informational[]
  readonly head?: Informational
  /** Latin-1. */
  readonly body: string
  readonly trailers: readonly string[]
  /** Of a refusal: an error code or our own sentence. */
  readonly why: string
  /** More bytes came with the end of the answer; only the wire parser tells. */
  readonly hasExtraBytes: boolean
}

class Collected {
  kind: Verdict['kind'] = 'pending'
  informational: Informational[] = []
  head: Informational | undefined
  body: Buffer[] = []
  trailers: string[] = []
  why = ''
  hasExtraBytes = false

  refuse(why: string): void {
    if (this.kind === 'pending') {
      this.kind = 'refused'
      this.why = why
    }
  }

  verdict(): Verdict {
    const { kind, informational, head, trailers, why, hasExtraBytes } = this
    const body = Buffer.concat(this.body).toString('latin1')
    return { kind, informational, ...(head && { head }), body, trailers, why, hasExtraBytes }
  }
}

/** What the wire parser says. */
export function askWireParser({ method, pieces, closes }: Answer): Verdict {
  const seen = new Collected()
  const parser = new ResponseParser({
    onInformation: (status, reason, headers) => {
      seen.informational.push({ status, reason, headers })
    },
    onHead: (status, reason, headers) => {
      seen.head = { status, reason, headers }
    },
    onBody: (bytes, start, end) => {
      seen.body.push(Buffer.from(bytes.subarray(start, end)))
    },
    onTrailers: (trailers) => {
      seen.trailers = trailers
    },
    onComplete: (hasExtraBytes) => {
      seen.kind = 'accepted'
      seen.hasExtraBytes = hasExtraBytes
    },
    onProblem: (problem) => {
      seen.refuse(problem)
    },
  })
  parser.begin(method === 'HEAD')
  for (const piece of pieces) {
    // At an offset, and with other bytes around: what the parser must not look at.
    const around = Buffer.concat([Buffer.from('\r\n'), piece, Buffer.from('\r\n\r\n')])
    parser.push(around, 2, 2 + piece.length)
  }
  if (closes && seen.kind === 'pending' && !parser.finish()) seen.refuse('cut short')
  return seen.verdict()
}

/** A socket that lives in memory: what Node's client reads is pushed, what it writes is dropped. */
class MemorySocket extends Duplex {
  readonly written: Promise<void>
  #markWritten: () => void = () => undefined

  constructor() {
    super({ allowHalfOpen: false })
    this.written = new Promise((resolve) => {
      this.#markWritten = resolve
    })
  }

  override _read(): void {
    // Pieces are pushed from outside.
  }

  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    this.#markWritten()
    done()
  }

  // What http.Agent expects of a net.Socket.
  setKeepAlive(): this {
    return this
  }
  setNoDelay(): this {
    return this
  }
  setTimeout(): this {
    return this
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }
}

class MemoryAgent extends http.Agent {
  readonly #socket: MemorySocket

  constructor(socket: MemorySocket) {
    super({ keepAlive: true })
    this.#socket = socket
  }

  override createConnection(): MemorySocket {
    return this.#socket
  }
}

/** What Node's own client says, which is llhttp in its strict mode. */
export async function askNodeClient({ method, pieces, closes }: Answer): Promise<Verdict> {
  const seen = new Collected()
  const socket = new MemorySocket()
  socket.on('error', () => undefined)
  const agent = new MemoryAgent(socket)
  const request = http.request({ method, agent, maxHeaderSize: 262_144, host: 'upstream' })
  request.maxHeadersCount = 0
  request.on('information', ({ statusCode, statusMessage, rawHeaders }) => {
    seen.informational.push({ status: statusCode, reason: statusMessage, headers: rawHeaders })
  })
  request.on('response', (response) => {
    seen.head = {
      status: response.statusCode ?? 0,
      reason: response.statusMessage ?? '',
      headers: response.rawHeaders,
    }
    response.on('data', (chunk: Buffer) => seen.body.push(chunk))
    response.on('error', (error) => {
      seen.refuse(codeOf(error) ?? messageOf(error))
    })
    response.on('end', () => {
      if (seen.kind !== 'pending') return
      seen.kind = response.complete ? 'accepted' : 'refused'
      seen.trailers = response.rawTrailers
    })
  })
  request.on('error', (error) => {
    seen.refuse(codeOf(error) ?? messageOf(error))
  })
  request.end()
  await socket.written
  for (const piece of pieces) {
    await nextTurn()
    if (!socket.destroyed) socket.push(piece)
  }
  await nextTurn()
  if (closes && !socket.destroyed) socket.push(null)
  for (let turn = 0; turn < 3; turn += 1) await nextTurn()
  agent.destroy()
  socket.destroy()
  return seen.verdict()
}
