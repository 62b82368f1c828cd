/** The server's request objects. */

import { IncomingMessage } from 'node:http'
import { Field, fieldKind } from './field.ts'

/**
 * A request whose lines are read from `rawHeaders` alone. Node itself asks `headers` for nothing but `Expect`,
 * and would build an object of all headers to learn that there is none.
 */
export class ClientRequest extends IncomingMessage {}

Object.defineProperty(ClientRequest.prototype, 'headers', {
  configurable: true,
  get(this: ClientRequest): { expect?: string } {
    const { rawHeaders } = this
    for (let i = 0; i < rawHeaders.length; i += 2) {
      if (fieldKind(rawHeaders[i] ?? '') === Field.EXPECT)
        return { expect: rawHeaders[i + 1] ?? '' }
    }
    return NONE
  },
})

const NONE: { expect?: string } = {}
