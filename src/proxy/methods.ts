/** What methods promise by their definition (RFC 9110 §9.2). */

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

const IDEMPOTENT: ReadonlySet<string> = new Set([...SAFE, 'PUT', 'DELETE'])

/** Whether a method changes nothing. */
export function isSafeMethod(method: string): boolean {
  return SAFE.has(method)
}

/** Whether doing it twice comes to the same as doing it once. */
export function isIdempotentMethod(method: string): boolean {
  return IDEMPOTENT.has(method)
}
