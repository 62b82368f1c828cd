/**
 * The one error class for things a person can act on. Everything else that is thrown is internal:
 * it is logged, and people see "internal error".
 */

/** What kind of problem it is; `api/errors.ts` maps it to a status, `main.ts` to an exit code. */
export type ErrorCode = 'invalid' | 'not_found' | 'conflict' | 'unavailable' | 'unsupported'

/** A problem with a message that is fit to be shown: it names the thing, what was expected and what to do. */
export class AppError extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'AppError'
    this.code = code
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** The `code` of a Node, undici or SQLite error (`ECONNREFUSED`, `SQLITE_BUSY`, …), if it has one. */
export function codeOf(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined
  return typeof thrown.code === 'string' ? thrown.code : undefined
}
