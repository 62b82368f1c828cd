/** The `verdict` of the configuration. */

import { AppError } from '../core/errors.ts'
import type { VerdictLimits } from '../core/verdict-limits.ts'
import { DEFAULT_LIMITS } from '../core/verdict-limits.ts'
import type { Problem } from './document.ts'
import * as http from './http-values.ts'
import { openFile } from './open-file.ts'
import { present } from './present.ts'
import { Report } from './report.ts'
import { isMap, readSection, type Section } from './section.ts'
import type { ValueForm } from './values.ts'
import * as form from './values.ts'

const confidence: ValueForm<number> = {
  expected: 'a confidence such as 95% or 0.95: at least 50%, below 100%',
  read: (value) => {
    const read = form.share.read(value)
    return read !== undefined && read >= 0.5 && read < 1 ? read : undefined
  },
}

/** Reads the limits; what is absent has its default. */
export function readVerdict(section: Section): VerdictLimits {
  const counts = form.integer(1, 1_000_000_000)
  const endpoints = section.section('endpoints', (part) => ({
    minRequests: part.value('minRequests', counts) ?? DEFAULT_LIMITS.endpoints.minRequests,
    required: part.values('required', http.endpointName) ?? DEFAULT_LIMITS.endpoints.required,
  }))
  return present({
    minRequests: section.value('minRequests', counts) ?? DEFAULT_LIMITS.minRequests,
    maxDivergence: section.value('maxDivergence', form.share) ?? DEFAULT_LIMITS.maxDivergence,
    maxUncompared: section.value('maxUncompared', form.share) ?? DEFAULT_LIMITS.maxUncompared,
    maxLatencyRatio: section.value('maxLatencyRatio', form.ratio),
    confidence: section.value('confidence', confidence) ?? DEFAULT_LIMITS.confidence,
    endpoints: endpoints ?? DEFAULT_LIMITS.endpoints,
  })
}

/**
 * The limits of a configuration file, the defaults without one. Only its `verdict` must be right, so that a
 * gate needs none of the secrets that the service needs. Throws `invalid` with every problem.
 */
export function loadLimits(
  file: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): VerdictLimits {
  if (file === undefined) return DEFAULT_LIMITS
  const { data, problems, origin } = openFile(file, env)
  const report = new Report(origin)
  const unreadable: Problem[] = []
  for (const problem of problems) {
    if (problem.path === undefined) unreadable.push(problem)
    else if (problem.path[0] === 'verdict') report.problem(problem.path, problem.message)
  }
  const verdict = isMap(data) ? data['verdict'] : undefined
  const limits = readSection(verdict, ['verdict'], report, readVerdict)
  const all = [...unreadable, ...report.problems]
  if (all.length === 0) return limits ?? DEFAULT_LIMITS
  throw new AppError('invalid', all.map(({ where, message }) => `${where}: ${message}`).join('\n'))
}
