/** Reads a YAML file into plain data that remembers on which line each key stands. */

import type { Document } from 'yaml'
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml'
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

/** A parsed file. */
export interface ConfigDocument {
  readonly data: unknown
  /** `file:line` of a key, or of the nearest key above it. */
  where(path: KeyPath): string
}

/** Parses YAML with `${NAME}` taken from `env`; every problem of the text itself is in `problems`. */
export function parseConfigText(
  text: string,
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): { document: ConfigDocument; problems: Problem[] } {
  const lines = new LineCounter()
  const yaml = parseDocument(markVariables(text), {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
  })
  const at = (offset: number) => `${file}:${lines.linePos(offset).line}`
  const problems = yaml.errors.map((error) => ({ where: at(error.pos[0]), message: error.message }))
  const where = (path: KeyPath) => at(offsetOf(yaml, path))
  if (problems.length > 0) return { document: { data: undefined, where }, problems }
  let data: unknown
  try {
    data = yaml.toJS({ maxAliasCount: 100 })
  } catch (error) {
    problems.push({ where: `${file}:1`, message: messageOf(error) })
  }
  const substituted = substitute(data, env, [], (path, name) => {
    problems.push({
      where: where(path),
      message: `${path.join('.')}: the environment variable ${name} is not set`,
    })
  })
  return { document: { data: substituted, where }, problems }
}

/** The offset of the deepest key of `path` that the file has. */
function offsetOf(yaml: Document, path: KeyPath): number {
  for (let length = path.length; length > 0; length--) {
    const parent = yaml.getIn(path.slice(0, length - 1), true)
    if (isMap(parent)) {
      const pair = parent.items.find(
        (item) => isScalar(item.key) && item.key.value === path[length - 1],
      )
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

/** Puts the contents of variables into every string. */
function substitute(
  data: unknown,
  env: Readonly<Record<string, string | undefined>>,
  path: KeyPath,
  missing: (path: KeyPath, name: string) => void,
): unknown {
  if (typeof data === 'string') {
    return data.replace(MARKED, (_, name: string) => {
      const found = env[name]
      if (found === undefined) missing(path, name)
      return found ?? ''
    })
  }
  if (Array.isArray(data)) {
    return data.map((item: unknown, index) => substitute(item, env, [...path, index], missing))
  }
  if (typeof data === 'object' && data !== null) {
    return Object.fromEntries(
      Object.entries(data).map(([key, item]) => [
        key,
        substitute(item, env, [...path, key], missing),
      ]),
    )
  }
  return data
}
