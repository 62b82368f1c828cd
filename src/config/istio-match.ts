/** A match of an Istio route as the `match` of a route here, or why there is none. */

import * as http from './http-values.ts'
import type { Part } from './manifest.ts'
import { present } from './present.ts'

type Text = Readonly<Record<string, string | boolean>>

/** A `match` as it is written in a configuration. */
export interface WrittenMatch {
  readonly hosts?: readonly string[]
  readonly path?: Text
  readonly methods?: readonly string[]
  readonly headers?: Readonly<Record<string, Text>>
  readonly query?: Readonly<Record<string, Text>>
}

/** A match with what differs, or what makes it impossible. */
export type ImportedMatch =
  | { readonly match: WrittenMatch; readonly notes: readonly string[] }
  | { readonly impossible: string }

const UNKNOWN_TO_A_PROXY = ['sourceLabels', 'sourceNamespace', 'withoutHeaders'] as const
const WITHOUT_MEANING = ['scheme', 'port', 'gateways', 'statPrefix'] as const

/** Translates one of a route's matches; `hosts` are those of its VirtualService. */
export function importMatch(
  part: Part | undefined,
  hosts: readonly string[] | undefined,
): ImportedMatch {
  if (part === undefined) return { match: present({ hosts }), notes: [] }
  const reader = new MatchReader(part)
  const authority = reader.authority()
  const match = present({
    hosts: authority === undefined ? hosts : [authority],
    path: reader.text('uri', part),
    methods: reader.methods(),
    headers: reader.named('headers'),
    query: reader.named('queryParams'),
  })
  for (const key of UNKNOWN_TO_A_PROXY) {
    if (part.has(key)) reader.impossible = `${key} cannot be matched`
  }
  if (reader.impossible !== undefined) return { impossible: reader.impossible }
  const ignored = WITHOUT_MEANING.filter((key) => part.has(key))
  const notes = ignored.map((key) => `${key} is not looked at`)
  if (part.raw('ignoreUriCase') === true) notes.push('the case of the path counts here')
  const prefix = match.path?.['prefix']
  if (typeof prefix === 'string' && !prefix.endsWith('/')) {
    notes.push(`a prefix ends at a segment here: ${prefix}x is not taken`)
  }
  return { match, notes }
}

class MatchReader {
  readonly #part: Part
  /** Set when a condition cannot be said here. */
  impossible: string | undefined

  constructor(part: Part) {
    this.#part = part
  }

  /** `{ exact | prefix | regex }` below a key; an empty one means that it is there. */
  text(key: string, parent: Part): Text | undefined {
    const part = parent.part(key)
    if (part === undefined) return undefined
    for (const kind of ['exact', 'prefix', 'regex'] as const) {
      const value = part.text(kind)
      if (value === undefined) continue
      const problem = kind === 'regex' ? http.regexProblem(value) : undefined
      if (problem === undefined) return { [kind]: value }
      this.impossible = `the regular expression of ${key} cannot be used (${problem})`
    }
    return key === 'uri' ? undefined : { present: true }
  }

  named(key: 'headers' | 'queryParams'): Readonly<Record<string, Text>> | undefined {
    const part = this.#part.part(key)
    if (part === undefined || part.keys().length === 0) return undefined
    const entries = part.keys().map((name) => {
      if (key === 'headers' && http.headerName.read(name) === undefined) {
        this.impossible = `the header ${name} cannot be matched`
      }
      return [name, this.text(name, part) ?? { present: true }] as const
    })
    return Object.fromEntries(entries)
  }

  methods(): readonly string[] | undefined {
    const part = this.#part.part('method')
    if (part === undefined) return undefined
    const written = part.text('exact') ?? part.text('regex') ?? ''
    const methods = written.replace(/^\^?\(?|\)?\$?$/g, '').split('|')
    if (methods.every((method) => /^[A-Z]{1,32}$/.test(method))) return methods
    this.impossible = 'method is not a list of methods'
    return undefined
  }

  authority(): string | undefined {
    const part = this.#part.part('authority')
    if (part === undefined) return undefined
    const host = part.text('exact')?.toLowerCase().replace(/:\d+$/, '')
    if (host !== undefined && http.hostPattern.read(host) !== undefined) return host
    this.impossible = 'authority is not an exact host'
    return undefined
  }
}
