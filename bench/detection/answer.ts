/** An answer while an instance of the API makes it: easy to change for variations and for regressions. */

/** JSON as the instances build it. */
export type Value =
  string | number | boolean | null | Value[] | { [name: string]: Value | undefined }

/** An object of it. */
export type Fields = Record<string, Value | undefined>

/** What an endpoint answers, before it is bytes. */
export interface Answer {
  status: number
  readonly headers: Map<string, string[]>
  /** A body as JSON, else `text`, else `bytes`; none of them: no body. */
  json?: Value
  text?: string
  bytes?: Buffer
  /** JSON members in the order of a hash map. */
  shuffled?: boolean
}

/** A JSON answer. */
export function jsonAnswer(json: Value, status = 200): Answer {
  return { status, json, headers: new Map([['Content-Type', ['application/json']]]) }
}

/** An answer in text of some type. */
export function textAnswer(text: string, type: string, status = 200): Answer {
  return { status, text, headers: new Map([['Content-Type', [type]]]) }
}

/** An answer without a body. */
export function emptyAnswer(status: number): Answer {
  return { status, headers: new Map() }
}

/** The JSON body as an object; regressions know where they are. */
export function fieldsOf(answer: Answer): Fields {
  return asFields(answer.json)
}

/** A value as an object; an empty one when it is none. */
export function asFields(value: Value | undefined): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}

/** A value as a list; an empty one when it is none. */
export function asList(value: Value | undefined): Value[] {
  return Array.isArray(value) ? value : []
}
