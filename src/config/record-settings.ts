/** What is recorded and how long it is kept. */

import type { RetentionSettings, Settings } from '../core/settings.ts'
import * as http from './http-values.ts'
import { present } from './present.ts'
import type { Section } from './section.ts'
import type { ValueForm } from './values.ts'
import * as form from './values.ts'

/** Bytes of a body that are kept where nothing else is said. */
export const DEFAULT_MAX_BODY = 1_000_000

/** A share, 0 to 1. */
const matches: ValueForm<number> = {
  expected: "all, none, or a share such as 'sample 10%'",
  read: (value) => {
    if (value === 'all') return 1
    if (value === 'none') return 0
    const [, percent] = typeof value === 'string' ? (/^sample (.+)$/.exec(value) ?? []) : []
    const read = form.percent.read(percent)
    return read === undefined ? undefined : read / 100
  },
}

/** Reads `record`. */
export function readRecord(section: Section): Settings['record'] {
  const share = section.value('matches', matches)
  const redact = section.section('redact', (part) => ({
    headers: (part.values('headers', http.headerName) ?? []).map((name) => name.toLowerCase()),
    body: part.values('body', http.pointer) ?? [],
  }))
  return present({
    maxBodyBytes: section.value('maxBody', form.size) ?? DEFAULT_MAX_BODY,
    bodies: section.value('bodies', form.oneOf('full', 'hashed', 'none')),
    matches: share === 1 ? undefined : share,
    redact,
  })
}

/** A smaller database could not even hold the exchanges of one moment. */
const MIN_SIZE = 10_000_000

/** Reads `retention`. */
export function readRetention(section: Section): RetentionSettings {
  const sizeBytes = section.value('size', form.size)
  if (sizeBytes !== undefined && sizeBytes < MIN_SIZE) {
    section.problem('size', `expected at least 10MB, got ${JSON.stringify(section.raw('size'))}`)
  }
  return present({ ageMs: section.value('age', form.age), sizeBytes })
}
