/**
 * Which requests are mirrored, decided by the request id alone: the same id gives the same answer in
 * every process and after every restart.
 */

/** Whether a request with this id belongs to the first `percent` (0 to 100) of all requests. */
export function isSampled(requestId: string, percent: number): boolean {
  if (percent >= 100) return true
  if (percent <= 0) return false
  return hash32(requestId) < (percent / 100) * 2 ** 32
}

/** FNV-1a with the finalizer of MurmurHash3, because FNV alone mixes the high bits of short ids badly. */
function hash32(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
