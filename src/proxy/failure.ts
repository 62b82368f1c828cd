/** Errors of sockets and parsers in our words. */

import { codeOf } from '../core/errors.ts'
import type { FailureReason } from '../core/exchange.ts'

const REASONS: ReadonlyMap<string, FailureReason> = new Map([
  ['ECONNREFUSED', 'refused'],
  ['ECONNRESET', 'reset'],
  ['EPIPE', 'reset'],
  ['ECONNABORTED', 'reset'],
  ['ETIMEDOUT', 'timeout'],
  ['ENOTFOUND', 'unreachable'],
  ['EAI_AGAIN', 'unreachable'],
  ['EAI_FAIL', 'unreachable'],
  ['EAI_NODATA', 'unreachable'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['EHOSTDOWN', 'unreachable'],
  ['ENETDOWN', 'unreachable'],
  ['EADDRNOTAVAIL', 'unreachable'],
  ['EACCES', 'unreachable'],
  ['EMFILE', 'unreachable'],
  ['ENFILE', 'unreachable'],
  ['ENOENT', 'unreachable'],
  ['EPROTO', 'tls'],
  ['CERT_HAS_EXPIRED', 'tls'],
  ['CERT_NOT_YET_VALID', 'tls'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'tls'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
])

/** The reason behind an error of an upstream's connection; `reset` when nothing better is known. */
export function failureReason(error: unknown): FailureReason {
  const code = codeOf(error)
  // Node tries all addresses of a name; the first one's error stands for them.
  if (code === undefined && error instanceof AggregateError) return failureReason(error.errors[0])
  if (code === undefined) return 'reset'
  const reason = REASONS.get(code)
  if (reason !== undefined) return reason
  if (code.startsWith('HPE_')) return 'protocol'
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) return 'tls'
  return 'reset'
}

/** One sentence about a failure. */
export function failureText(reason: FailureReason, answerBegan: boolean): string {
  const where = answerBegan ? ' in the middle of its answer' : ''
  switch (reason) {
    case 'refused':
      return 'The upstream refused the connection.'
    case 'unreachable':
      return 'The upstream cannot be reached.'
    case 'tls':
      return 'The TLS connection to the upstream failed.'
    case 'protocol':
      return `The upstream sent no valid HTTP${where}.`
    case 'timeout':
      return 'The connection to the upstream timed out.'
    case 'reset':
      return `The upstream closed the connection${answerBegan ? where : ' before it answered'}.`
  }
}
