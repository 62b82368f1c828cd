/** What makes two differences the same divergence. */

import { createHash } from 'node:crypto'

import type { DifferenceKind } from './judgement.ts'

/** The id of a divergence: the same endpoint, kind and pattern always give the same 16 hex digits. */
export function divergenceId(endpoint: string, kind: DifferenceKind, pattern: string): string {
  return createHash('sha256').update(`${endpoint}\n${kind}\n${pattern}`).digest('hex').slice(0, 16)
}
