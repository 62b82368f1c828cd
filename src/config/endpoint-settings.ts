/** How endpoints are named: patterns that people give, and those of an OpenAPI document. */

import type { EndpointSettings } from '../core/settings.ts'
import * as http from './http-values.ts'
import { openApiPatterns } from './openapi.ts'
import type { Section } from './section.ts'
import { readNamedFile } from './tls-files.ts'
import * as form from './values.ts'

/** Reads `endpoints`; patterns that people give come before the document's. */
export function readEndpoints(section: Section): EndpointSettings | undefined {
  const patterns = section.values('patterns', http.endpointPattern) ?? []
  const file = section.value('openapi', form.filePath)
  const text = file === undefined ? undefined : readNamedFile(section, 'openapi', file)
  if (text !== undefined) {
    const found = openApiPatterns(text)
    if ('problem' in found) section.problem('openapi', found.problem)
    else patterns.push(...found.patterns)
  }
  return patterns.length === 0 ? undefined : { patterns: [...new Set(patterns)] }
}
