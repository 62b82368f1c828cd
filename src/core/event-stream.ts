/** Server-sent events (WHATWG HTML §9.2.6) as values: one object an event, its data as JSON where it is. */

import { parseJson } from './json-text.ts'
import type { Json } from './json-value.ts'

/** What a whole `text/event-stream` says. */
export interface EventStream {
  /** The events, comments left out; the last one may not have been ended. */
  readonly events: readonly Json[]
  /** Whether no blank line ends the last event, so that a browser drops it. */
  readonly isCut: boolean
}

/** Reads a stream of events; undefined when its JSON is too deep. */
export function parseEventStream(text: string, maxDepth: number): EventStream | undefined {
  const events: Json[] = []
  let event: Record<string, Json> = {}
  let data: string[] = []
  let isCut = false
  const lines = [...text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/), '']
  // The one that no line break ends, which is empty where one does.
  const lastLine = lines.length - 2
  for (const [at, line] of lines.entries()) {
    const colon = line.indexOf(':')
    if (line === '') {
      const value = data.length === 0 ? undefined : dataOf(data.join('\n'), maxDepth)
      if (value === 'too-deep') return undefined
      const before = events.length
      if (value !== undefined) events.push({ ...event, data: value.value })
      else if (Object.keys(event).length > 0) events.push(event)
      if (at >= lastLine && events.length > before) isCut = true
      event = {}
      data = []
    } else if (colon !== 0) {
      const field = colon === -1 ? line : line.slice(0, colon)
      const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
      if (field === 'data') data.push(value)
      else if (FIELDS.has(field)) event[field] = value
    }
  }
  return { events, isCut }
}

const FIELDS: ReadonlySet<string> = new Set(['event', 'id', 'retry'])

function dataOf(text: string, maxDepth: number): { readonly value: Json } | 'too-deep' {
  const parsed = parseJson(text, maxDepth)
  if (parsed.kind === 'too-deep') return 'too-deep'
  return { value: parsed.kind === 'json' ? parsed.value : text }
}
