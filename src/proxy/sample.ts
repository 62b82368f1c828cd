/**
 * Decisions about single requests that follow from the request id alone: the same id gives the same answer in
 * every process and after every restart, and the answers about one id say nothing about each other.
 */

/** What is decided. */
export type Decision = 'mirror' | 'control' | 'control-first' | 'delay' | 'abort'

/** Where each decision's hash begins. */
const BASES: Readonly<Record<Decision, number>> = {
  mirror: 0x811c9dc5,
  control: 0x2545f491,
  'control-first': 0x9e3779b1,
  delay: 0x517cc1b7,
  abort: 0x6c62272e,
}

/** Whether a request with this id belongs to the first `percent` (0 to 100) of all requests. */
export function isSampled(
  requestId: string,
  percent: number,
  decision: Decision = 'mirror',
): boolean {
  if (percent >= 100) return true
  if (percent <= 0) return false
  return hash32(requestId, BASES[decision]) < (percent / 100) * 2 ** 32
}

/** FNV-1a with the finalizer of MurmurHash3, because FNV alone mixes the high bits of short ids badly. */
function hash32(text: string, basis: number): number {
  let hash = basis
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
