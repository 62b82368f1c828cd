/** A client without an HTTP library: it sends bytes and reads bytes. */

import { connect, type Socket } from 'node:net'
import { readRawMessage, type RawContext, type RawMessage } from './raw-message.ts'
import { until } from './until.ts'

/** One connection to the proxy. */
export class RawClient {
  readonly socket: Socket
  /** Everything that came so far. */
  received: Buffer = Buffer.alloc(0)
  /** The other side ended, or the connection is gone. */
  closed = false
  /** The connection was reset instead of ended. */
  reset = false
  #readTo = 0

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    this.socket.on('data', (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk])
    })
    this.socket.on('end', () => {
      this.closed = true
    })
    this.socket.on('close', () => {
      this.closed = true
    })
    this.socket.on('error', (error: NodeJS.ErrnoException) => {
      this.reset ||= error.code === 'ECONNRESET'
      this.closed = true
    })
  }

  /** Sends text as one byte a character, or bytes. */
  send(bytes: string | Buffer): this {
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
    return this
  }

  /** Sends a request: `lines` are joined with CRLF, and an empty line follows. */
  request(...lines: string[]): this {
    return this.send(`${lines.join('\r\n')}\r\n\r\n`)
  }

  get text(): string {
    return this.received.toString('latin1')
  }

  /** The next answer, informational ones included. */
  async answer(context: RawContext = {}): Promise<RawMessage> {
    const read = () =>
      readRawMessage(this.received, this.#readTo, { closed: this.closed, ...context })
    await until(() => read() !== undefined || this.closed, `an answer after: ${this.text}`)
    const message = read()
    if (message === undefined) throw new Error(`closed before a whole answer: ${this.text}`)
    this.#readTo = message.end
    return message
  }

  /** Waits until the other side closed. */
  async untilClosed(): Promise<void> {
    await until(() => this.closed, `the close after: ${this.text.slice(-500)}`)
  }

  destroy(): void {
    this.socket.destroy()
  }
}
