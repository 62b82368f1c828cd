/** Problem documents (RFC 9457): the one place where anything thrown becomes an answer. */

import { STATUS_CODES } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import { AppError, messageOf, type ErrorCode } from '../core/errors.ts'
import type { Problem } from './service-schemas.ts'
import { parameterErrors, type ParameterError } from './validation.ts'

/** An answer that only HTTP knows: 401, 403, 405, 429. */
export class HttpProblem extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[]>>

  constructor(
    status: number,
    message: string,
    headers: Readonly<Record<string, string | string[]>> = {},
  ) {
    super(message)
    this.name = 'HttpProblem'
    this.status = status
    this.headers = headers
  }
}

/** What a person sent is wrong, part by part. */
export class InvalidInput extends Error {
  readonly errors: readonly ParameterError[]

  constructor(errors: readonly ParameterError[]) {
    super('invalid input')
    this.name = 'InvalidInput'
    this.errors = errors
  }
}

const STATUS_OF: Readonly<Record<ErrorCode, number>> = {
  invalid: 400,
  unsupported: 400,
  not_found: 404,
  conflict: 409,
  unavailable: 503,
}

const RETRY_AFTER_SECONDS = '1'

/** Answers with what was thrown; what nobody foresaw is logged whole and told as "Internal error". */
export function sendProblem(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const problem = toProblem(thrown, request.id)
  if (problem.status >= 500 && !(thrown instanceof AppError)) {
    request.log.error({ err: thrown }, 'request failed')
  }
  if (problem.status === 503) void reply.header('retry-after', RETRY_AFTER_SECONDS)
  if (thrown instanceof HttpProblem) void reply.headers(thrown.headers)
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .header('x-request-id', request.id)
    .type('application/problem+json')
    .send(JSON.stringify(problem))
}

/** The problem document of anything thrown; `id` is the request's. */
export function toProblem(thrown: unknown, id: string): Static<typeof Problem> {
  const instance = `urn:uuid:${id}`
  if (thrown instanceof AppError) {
    return described(thrown.code, STATUS_OF[thrown.code], thrown.message, instance)
  }
  if (thrown instanceof HttpProblem) {
    return described(titleCode(thrown.status), thrown.status, thrown.message, instance)
  }
  const errors = thrown instanceof InvalidInput ? thrown.errors : parameterErrors(thrown)
  if (errors !== undefined) {
    const detail = errors
      .map(({ parameter, expected, found }) =>
        found === undefined
          ? `${parameter}: expected ${expected}`
          : `${parameter}: expected ${expected}, found ${found}`,
      )
      .join('; ')
    return { ...described('invalid', 400, detail, instance), errors: [...errors] }
  }
  const status = statusOf(thrown)
  // Fastify's own refusals (a malformed URL, a body too large) are written for the client.
  if (status >= 400 && status < 500) {
    return described(titleCode(status), status, messageOf(thrown), instance)
  }
  return described('internal', 500, `Internal error; the log has it under ${id}`, instance)
}

function described(code: string, status: number, detail: string, instance: string) {
  const title = STATUS_CODES[status] ?? 'Error'
  return { type: `urn:shadowdiff:problem:${code}`, title, status, detail, instance }
}

/** `Method Not Allowed` is `method_not_allowed`. */
function titleCode(status: number): string {
  return (STATUS_CODES[status] ?? 'error').toLowerCase().replaceAll(/[^a-z]+/g, '_')
}

function statusOf(thrown: unknown): number {
  if (typeof thrown !== 'object' || thrown === null || !('statusCode' in thrown)) return 500
  return typeof thrown.statusCode === 'number' ? thrown.statusCode : 500
}
