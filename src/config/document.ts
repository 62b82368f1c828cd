/** Reads a YAML text into plain data that remembers where each key stands and which values are variables. */

import type { Document } from 'yaml'
import { isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml'
import { messageOf } from '../core/errors.ts'

/** The way to a value: keys and list positions. */
export type KeyPath = readonly (string | number)[]

/** What is wrong with a configuration, and where. */
export interface Problem {
  /** `shadowdiff.yaml:12` or `--primary`. */
  readonly where: string
  /** `shadow: expected …, got …`. */
  readonly message: string
}

/** A parsed text. */
export interface ConfigDocument {
  readonly data: unknown
  /** The line of a key, or of the nearest key above it. */
  readonly lineOf: (path: KeyPath) => number
  /** The text of a value as it stands in the file, if variables are part of it. */
  readonly writtenAs: (path: KeyPath) => string | undefined
}

/** What is wrong with the text, at which line. */
export interface TextProblem {
  readonly line: number
  readonly message: string
  /** Of a variable that is not set: whose value it is part of. */
  readonly path?: KeyPath
}

/** Parses YAML with `${NAME}` taken from `env`; every problem of the text itself is in `problems`. */
export function parseConfigText(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): { document: ConfigDocument; problems: TextProblem[] } {
  const lines = new LineCounter()
  const yaml = parseDocument(markVariables(text), {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    merge: true,
    logLevel: 'error',
  })
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line)
  const variables = new Map<string, string>()
  const problems: TextProblem[] = yaml.errors
    .slice(0, MAX_TEXT_PROBLEMS)
    .map(({ pos, code, message }) => ({ line: lineAt(pos[0]), message: inWords(code, message) }))
  const lineOf = (path: KeyPath) => lineAt(offsetOf(yaml, path))
  const writtenAs = (path: KeyPath) => variables.get(JSON.stringify(path))
  let data: unknown
  if (problems.length === 0) {
    try {
      data = yaml.toJS({ maxAliasCount: 100 })
    } catch (error) {
      const line = lineAt(unresolvedAlias(yaml) ?? 0)
      problems.push({ line, message: unmark(messageOf(error)) })
    }
  }
  const substituted = substitute(data, [], (value, path) => {
    const written = unmark(value)
    if (written === value) return value
    variables.set(JSON.stringify(path), written)
    return value.replace(MARKED, (_, name: string) => {
      const content = Object.hasOwn(env, name) ? env[name] : undefined
      if (content === undefined) {
        const message = `the environment variable ${name} is not set`
        problems.push({ line: lineOf(path), message, path })
      }
      return content ?? ''
    })
  })
  return { document: { data: substituted, lineOf, writtenAs }, problems }
}

/** Where an alias stands that nothing was given the name of. */
function unresolvedAlias(yaml: Document): number | undefined {
  let offset: number | undefined
  visit(yaml, {
    Alias: (_, alias) => {
      if (alias.resolve(yaml) !== undefined) return undefined
      offset = alias.range?.[0]
      return visit.BREAK
    },
  })
  return offset
}

/** What is no YAML at all has as many problems as lines, and none of them helps. */
const MAX_TEXT_PROBLEMS = 10

const MAX_MESSAGE = 200

function inWords(code: string, message: string): string {
  if (code === 'MULTIPLE_DOCS') return 'expected one document, found another one after "---"'
  const words = unmark(message)
  return words.length <= MAX_MESSAGE ? words : `${words.slice(0, MAX_MESSAGE)}…`
}

/** The offset of the deepest key of `path` that the file has. */
export function offsetOf(yaml: Document, path: KeyPath): number {
  for (let length = path.length; length > 0; length--) {
    const last = path[length - 1]
    const parent = length === 1 ? yaml.contents : yaml.getIn(path.slice(0, length - 1), true)
    if (isMap(parent)) {
      const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === last)
      if (pair !== undefined && isScalar(pair.key)) return pair.key.range?.[0] ?? 0
    }
    const node = yaml.getIn(path.slice(0, length), true)
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
      return Number(node.range[0])
    }
  }
  return 0
}

/**
 * `{ token: ${NAME} }` is no YAML, and a variable's content must never be read as YAML. So the text is
 * parsed with each `${NAME}` as a word between two private-use characters, and the contents come after.
 */
const OPEN = '\uE000'
const CLOSE = '\uE001'
const MARKED = /\uE000([A-Za-z0-9_]{1,128})\uE001/g

function markVariables(text: string): string {
  return text.replace(/\$\{([A-Za-z_][A-Za-z0-9_]{0,127})\}/g, `${OPEN}$1${CLOSE}`)
}

function unmark(text: string): string {
  return text.replace(MARKED, (_, name: string) => `\${${name}}`)
}

/** Gives every string to `replace`, keys apart. */
function substitute(
  data: unknown,
  path: KeyPath,
  replace: (value: string, path: KeyPath) => string,
): unknown {
  if (typeof data === 'string') return replace(data, path)
  if (Array.isArray(data)) {
    return data.map((item: unknown, index) => substitute(item, [...path, index], replace))
  }
  if (typeof data === 'object' && data !== null) {
    return Object.fromEntries(
      Object.entries(data).map(([key, item]) => [key, substitute(item, [...path, key], replace)]),
    )
  }
  return data
}
