/**
 * How sure it must be that shadow varies more than control does before a divergence is no noise: as sure as the
 * verdict is of what it says, which the configuration of whoever opened the database tells.
 */

import { DEFAULT_LIMITS } from '../../core/verdict-limits.ts'
import type { Database } from './database.ts'

const told = new WeakMap<Database, () => number | undefined>()

/** From now on classes in this database are told with this confidence, where it is known. */
export function setConfidence(db: Database, confidence: () => number | undefined): void {
  told.set(db, confidence)
}

/** The confidence with which classes are told; the default one where nobody configured it. */
export function confidenceOf(db: Database): number {
  return told.get(db)?.() ?? DEFAULT_LIMITS.confidence
}
