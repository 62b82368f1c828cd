/** The server's request objects. */

import { IncomingMessage } from 'node:http'

/**
 * A request whose lines are read from `rawHeaders` alone. Node itself asks `headers` for nothing but `Expect`,
 * would build an object of all headers to learn that there is none, and would close the connection after every
 * answer to an `Expect` without a 100, whether or not the body came. What is expected is passed on instead.
 */
export class ClientRequest extends IncomingMessage {}

const NONE = {}

Object.defineProperty(ClientRequest.prototype, 'headers', {
  configurable: true,
  get: () => NONE,
})
