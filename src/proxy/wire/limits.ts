/** How long a connection may go on with what it is doing; times are those of `performance.now()`. */

import type { OutgoingRequest } from '../leg.ts'

/** The limits of one connection; `Infinity` where there is none. */
export class Limits {
  /** Of being idle, of connecting, or of writing what is left. */
  rest = Infinity
  /** For the head, or for the next bytes, of the answer. */
  answer = Infinity
  /** For a write that the upstream does not take. */
  write = Infinity

  get nearest(): number {
    return Math.min(this.rest, this.answer, this.write)
  }

  clear(): void {
    this.rest = Infinity
    this.answer = Infinity
    this.write = Infinity
  }

  /** Which one passed, as one sentence. */
  passed(now: number, { timeoutMs, idleMs }: OutgoingRequest, hasHead: boolean): string {
    if (this.write <= now) return `The upstream took nothing of the request for ${idleMs} ms.`
    if (!hasHead) return `The upstream did not answer within ${timeoutMs} ms.`
    return `The upstream sent nothing for ${idleMs} ms in its answer.`
  }
}
