/** Bytes of an answer to a copy that are always read, however short primary's was, when this much of a body is kept. */
export function answerFloor(maxBodyBytes: number): number {
  return Math.max(64 * 1024, maxBodyBytes)
}
