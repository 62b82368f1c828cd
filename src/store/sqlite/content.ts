/** The bytes of a body as they are stored: deflated where that saves space, as they are where it does not. */

import { deflateRawSync, inflateRawSync } from 'node:zlib'

/** How content is stored. */
export type ContentCoding = 'identity' | 'deflate'

/** Content as it is stored. */
export interface PackedContent {
  readonly coding: ContentCoding
  readonly content: Buffer
}

/** A body within a page of the database takes that page anyway. */
const MIN_BYTES = 4096
/** Of longer bodies the beginning tells whether the rest is worth trying. */
const PROBE_BYTES = 4096
/** At most this share is left of what is stored deflated. */
const MAX_SHARE = 0.8
/** The fastest: the next levels take half as long again and save hardly more of JSON. */
const LEVEL = 1

/** The bytes as they are stored. */
export function packContent(bytes: Buffer): PackedContent {
  if (bytes.length >= MIN_BYTES && isWorthIt(bytes.subarray(0, PROBE_BYTES))) {
    const content = deflateRawSync(bytes, { level: LEVEL })
    if (content.length <= bytes.length * MAX_SHARE) return { coding: 'deflate', content }
  }
  return { coding: 'identity', content: bytes }
}

/** The bytes as they were; throws on content that was damaged. */
export function unpackContent({ coding, content }: PackedContent): Buffer {
  return coding === 'deflate' ? inflateRawSync(content) : content
}

/** Images and what is compressed already become no shorter, and trying costs the most there. */
function isWorthIt(beginning: Buffer): boolean {
  return deflateRawSync(beginning, { level: LEVEL }).length <= beginning.length * MAX_SHARE
}
