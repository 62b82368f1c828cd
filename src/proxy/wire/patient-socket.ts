/**
 * An upstream may answer before it has read the whole request, and close: 413 to a long upload. Writing
 * to it then fails, and Node destroys a socket whose write failed, with the answer unread inside it.
 * This socket goes on reading: the answer comes, or else the end of the connection does.
 */

import net from 'node:net'
import { codeOf } from '../../core/errors.ts'

type Written = (error?: Error | null) => void

/** A TCP socket that outlives writes which the other side does not take any more. */
export class PatientSocket extends net.Socket {
  /** While true, a write that fails because the other side closed counts as written. */
  isPatient = false
  /** Whether a write failed that way. */
  hasLostBytes = false

  override _write(chunk: unknown, encoding: BufferEncoding, done: Written): void {
    super._write(chunk, encoding, this.isPatient ? this.#forgiving(done) : done)
  }

  override _writev(chunks: { chunk: unknown; encoding: BufferEncoding }[], done: Written): void {
    super._writev?.(chunks, this.isPatient ? this.#forgiving(done) : done)
  }

  #forgiving(done: Written): Written {
    return (error) => {
      const code = codeOf(error)
      if (code === 'EPIPE' || code === 'ECONNRESET') {
        this.hasLostBytes = true
        done()
      } else done(error)
    }
  }
}
