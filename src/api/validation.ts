/** Says of each parameter at fault what was expected and what was found. */

/** One parameter at fault. */
export interface ParameterError {
  readonly parameter: string
  readonly expected: string
  /** As JSON text, shortened; absent when the parameter itself is missing. */
  readonly found?: string
}

/** What Ajv tells with `verbose`. */
interface Finding {
  readonly keyword: string
  readonly instancePath: string
  readonly params: Readonly<Record<string, unknown>>
  readonly parentSchema?: PropertySchema
  readonly data?: unknown
}

interface PropertySchema {
  readonly type?: string
  readonly format?: string
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly properties?: Readonly<Record<string, PropertySchema>>
}

const MAX_FOUND_LENGTH = 100

/** The parameters at fault, one entry each; `undefined` when `thrown` is no validation error of Fastify. */
export function parameterErrors(thrown: unknown): ParameterError[] | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('validation' in thrown)) return undefined
  if (!Array.isArray(thrown.validation)) return undefined
  const byParameter = new Map<string, ParameterError>()
  for (const finding of thrown.validation as Finding[]) {
    const error = toParameterError(finding)
    if (!byParameter.has(error.parameter)) byParameter.set(error.parameter, error)
  }
  return [...byParameter.values()]
}

function toParameterError(finding: Finding): ParameterError {
  const { keyword, params, parentSchema = {}, data } = finding
  if (keyword === 'additionalProperties') {
    const allowed = Object.keys(parentSchema.properties ?? {}).join(', ')
    const expected = allowed === '' ? 'no parameters at all' : `one of the parameters ${allowed}`
    const parameter = String(params.additionalProperty)
    return { parameter, expected, found: shown(parameter) }
  }
  if (keyword === 'required') {
    const parameter = String(params.missingProperty)
    return { parameter, expected: expectation(parentSchema.properties?.[parameter] ?? {}) }
  }
  const parameter = finding.instancePath.slice(1).replaceAll('~1', '/').replaceAll('~0', '~')
  if (Array.isArray(data)) {
    return { parameter, expected: 'one value', found: `${data.length} of them` }
  }
  return { parameter, expected: expectation(parentSchema), found: shown(data) }
}

function expectation(schema: PropertySchema): string {
  if (schema.enum !== undefined) return `one of ${schema.enum.join(', ')}`
  if (schema.format === 'date-time') {
    return 'an RFC 3339 time like 2026-01-31T12:00:00Z (a + in a URL is written %2B)'
  }
  if (schema.type === 'integer') {
    const { minimum, maximum } = schema
    if (minimum !== undefined && maximum !== undefined) {
      return `an integer from ${minimum} to ${maximum}`
    }
    return 'an integer'
  }
  return `${schema.minLength ?? 0} to ${schema.maxLength ?? 'any number of'} characters`
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return text.length <= MAX_FOUND_LENGTH ? text : `${text.slice(0, MAX_FOUND_LENGTH)}…`
}
