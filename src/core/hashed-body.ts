/** Bodies of which only the length and a hash are kept. */

import { createHash } from 'node:crypto'
import type { CapturedBody } from './exchange.ts'

/** The body without its bytes; its hash is that of the whole body where that is known, else of these bytes. */
export function hashInsteadOfBytes(body: CapturedBody): CapturedBody {
  const { bytes, sha256 } = body
  return {
    ...body,
    bytes: Buffer.alloc(0),
    sha256: sha256 ?? createHash('sha256').update(bytes).digest('hex'),
  }
}
