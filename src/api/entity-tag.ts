/** Entity tags of what people edit: who changes something says which version of it they saw. */

import { AppError } from '../core/errors.ts'
import { HttpProblem } from './errors.ts'

/** The tag of a version. */
export function tagOf(version: number): string {
  return `"${version}"`
}

/** The version that an If-Match header names, `*` for whichever it is; 428 without one. */
export function versionOf(ifMatch: string | undefined): number | '*' {
  if (ifMatch === undefined) {
    throw new HttpProblem(428, 'If-Match: expected the ETag of the version you saw, found none')
  }
  const [, version] = /^\s*"(\d{1,15})"\s*$/.exec(ifMatch) ?? []
  if (version !== undefined) return Number(version)
  if (ifMatch.trim() === '*') return '*'
  throw new HttpProblem(412, `If-Match: no version is called ${ifMatch.slice(0, 100)}`)
}

/** A `conflict` about a version is a failed precondition. */
export async function withPrecondition<T>(change: Promise<T>): Promise<T> {
  try {
    return await change
  } catch (error) {
    if (error instanceof AppError && error.code === 'conflict') {
      throw new HttpProblem(412, error.message)
    }
    throw error
  }
}
