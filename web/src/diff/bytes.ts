/** Bodies that are no text, as bytes. */

import type { BodyView } from '../../../src/core/exchange-report.ts'

/** The recorded bytes of a body, at most `limit` of them. */
export function bytesOf(body: BodyView, limit: number): Uint8Array {
  if (body.text !== undefined) return new TextEncoder().encode(body.text).subarray(0, limit)
  const binary = atob((body.base64 ?? '').slice(0, Math.ceil((limit + 2) / 3) * 4))
  return Uint8Array.from(binary.slice(0, limit), (character) => character.charCodeAt(0))
}

/** The first place where two bodies differ; undefined when what both have is the same. */
export function firstDifference(a: Uint8Array, b: Uint8Array): number | undefined {
  const shortest = Math.min(a.length, b.length)
  for (let i = 0; i < shortest; i++) if (a[i] !== b[i]) return i
  return a.length === b.length ? undefined : shortest
}

/** `0000002a` */
export function formatOffset(offset: number): string {
  return offset.toString(16).padStart(8, '0')
}
