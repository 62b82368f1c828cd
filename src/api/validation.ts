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
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
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
  const path = finding.instancePath.slice(1).replaceAll('~1', '/').replaceAll('~0', '~')
  const parameter = path === '' ? 'body' : path
  if (Array.isArray(data) && parentSchema.type !== 'array' && path !== '') {
    return { parameter, expected: 'one value', found: `${data.length} of them` }
  }
  return { parameter, expected: expectation(parentSchema), found: shown(data) }
}

function expectation(schema: PropertySchema): string {
  if (schema.enum !== undefined) return `one of ${schema.enum.join(', ')}`
  if (schema.format === 'date-time') {
    return 'an RFC 3339 time like 2026-01-31T12:00:00Z (a + in a URL is written %2B)'
  }
  const types = [schema.type ?? 'string'].flat()
  return types.map((type) => (type === 'null' ? 'or null' : expectationOf(type, schema))).join(', ')
}

function expectationOf(type: string, schema: PropertySchema): string {
  switch (type) {
    case 'integer':
      return `an integer${rangeOf(schema)}`
    case 'number':
      return `a number${rangeOf(schema)}`
    case 'boolean':
      return schema.const === undefined ? 'true or false' : JSON.stringify(schema.const)
    case 'array':
      return `a list of ${schema.minItems ?? 0} to ${schema.maxItems ?? 'any number of'} values`
    case 'object':
      return 'an object'
    default:
      return `${schema.minLength ?? 0} to ${schema.maxLength ?? 'any number of'} characters`
  }
}

function rangeOf({ minimum, exclusiveMinimum, maximum }: PropertySchema): string {
  if (exclusiveMinimum !== undefined) return ` above ${exclusiveMinimum}`
  return minimum === undefined || maximum === undefined ? '' : ` from ${minimum} to ${maximum}`
}

function shown(value: unknown): string {
  // A number in a query may be none (`NaN`) after it was read.
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value ?? null)
  return text.length <= MAX_FOUND_LENGTH ? text : `${text.slice(0, MAX_FOUND_LENGTH)}…`
}
