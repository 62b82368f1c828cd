/**
 * A part of the configuration that has keys. It is read key by key; what is wrong is reported with its
 * place, and the keys that nobody asked for are refused in the end. So each key is written once: where it is read.
 */

import type { KeyPath } from './document.ts'
import { nearestWord } from './near.ts'
import type { Report } from './report.ts'
import type { ValueForm } from './values.ts'

/** Reads a part by its keys; undefined when it is absent, emptied, or has another shape, which is reported. */
export function readSection<T>(
  data: unknown,
  path: KeyPath,
  report: Report,
  read: (section: Section) => T,
): T | undefined {
  if (data === undefined || data === null) return undefined
  if (!isMap(data)) {
    report.problem(path, `expected keys and values, got ${show(data, path, report)}`)
    return undefined
  }
  const section = new Section(data, path, report)
  const result = read(section)
  section.refuseUnknown()
  return result
}

/** The keys of one part. */
export class Section {
  readonly path: KeyPath
  readonly report: Report
  readonly #data: Readonly<Record<string, unknown>>
  readonly #asked = new Set<string>()
  /** The key whose value stands in place of the whole part: `primary: URL` is `primary: { url: URL }`. */
  readonly #shorthand: string | undefined

  constructor(
    data: Readonly<Record<string, unknown>>,
    path: KeyPath,
    report: Report,
    shorthand?: string,
  ) {
    this.#data = data
    this.path = path
    this.report = report
    this.#shorthand = shorthand
  }

  /** Whether the key is there. */
  has(key: string): boolean {
    return Object.hasOwn(this.#data, key)
  }

  /** The value of a key as it stands in the file. */
  raw(key: string): unknown {
    this.#asked.add(key)
    return this.has(key) ? this.#data[key] : undefined
  }

  /** The value of a key, read by its form; undefined when it is absent or wrong, which is reported. */
  value<T>(key: string, form: ValueForm<T>): T | undefined {
    const data = this.raw(key)
    // A value that is wrong before it is read holds a variable that is not set.
    if (data === undefined || this.report.isWrong(this.pathOf(key))) return undefined
    const value = form.read(data)
    if (value === undefined) {
      const got = show(data, this.pathOf(key), this.report)
      this.problem(key, `expected ${form.expected}, got ${got}`)
    }
    return value
  }

  /** Like {@link value}; that the key is absent is reported too. */
  required<T>(key: string, form: ValueForm<T>): T | undefined {
    if (!this.has(key)) this.problem(key, `missing; expected ${form.expected}`)
    return this.value(key, form)
  }

  /** A part below a key. */
  section<T>(key: string, read: (section: Section) => T): T | undefined {
    return readSection(this.raw(key), this.pathOf(key), this.report, read)
  }

  /** A part below a key that may also be written as the value of one of its keys. */
  sectionOr<T>(key: string, shorthand: string, read: (section: Section) => T): T | undefined {
    const data = this.raw(key)
    if (data === undefined || isMap(data)) return this.section(key, read)
    return read(new Section({ [shorthand]: data }, this.pathOf(key), this.report, shorthand))
  }

  /** The items of a list; absent and emptied lists have none. */
  list<T>(key: string, read: (item: unknown, path: KeyPath) => T): T[] | undefined {
    const data = this.raw(key)
    if (data === undefined || data === null) return undefined
    if (Array.isArray(data)) {
      return data.map((item: unknown, index) => read(item, [...this.pathOf(key), index]))
    }
    this.problem(key, `expected a list, got ${show(data, this.pathOf(key), this.report)}`)
    return undefined
  }

  /** A list of values of one form; a single value stands for a list of one. */
  values<T>(key: string, form: ValueForm<T>): T[] | undefined {
    const data = this.raw(key)
    if (data !== undefined && data !== null && !Array.isArray(data) && !isMap(data)) {
      const single = this.value(key, form)
      return single === undefined ? [] : [single]
    }
    return this.list(key, (item, path) => {
      if (this.report.isWrong(path)) return []
      const value = form.read(item)
      if (value === undefined) {
        const got = show(item, path, this.report)
        this.report.problem(path, `expected ${form.expected}, got ${got}`)
      }
      return value === undefined ? [] : [value]
    })?.flat()
  }

  /** Every key, for parts whose keys are names that people chose. */
  keys(): readonly string[] {
    const keys = Object.keys(this.#data)
    for (const key of keys) this.#asked.add(key)
    return keys
  }

  /** Reports what is wrong with a key. */
  problem(key: string, message: string): void {
    this.report.problem(this.pathOf(key), message)
  }

  pathOf(key: string): KeyPath {
    return key === this.#shorthand ? this.path : [...this.path, key]
  }

  /** Reports the keys that were not asked for. */
  refuseUnknown(): void {
    const known = [...this.#asked]
    for (const key of Object.keys(this.#data)) {
      if (this.#asked.has(key)) continue
      const meant = nearestWord(key, known)
      const hint =
        meant === undefined ? `known are ${known.join(', ')}` : `did you mean "${meant}"?`
      this.problem(key, `unknown key; ${hint}`)
    }
  }
}

/** What was found, for people, without giving a secret away. */
export function show(value: unknown, path: KeyPath, report: Report): string {
  const written = report.origin.writtenAs(path)
  // What a variable holds is as likely as not a secret, so the variable is named instead.
  if (written !== undefined) return `what ${written} holds`
  if (value === undefined || value === null) return 'nothing'
  if (isMap(value)) return 'keys and values'
  if (isSecret(path)) return 'another value'
  if (Array.isArray(value) && value.some((item) => typeof item === 'object')) return 'a list'
  // What stands before an @ in a URL is a password more often than not.
  const text = JSON.stringify(value).replace(/\/\/[^/@]{0,1000}@/g, '//…@')
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}

function isSecret(path: KeyPath): boolean {
  return path.at(-1) === 'token' || path.at(-1) === 'key' || path.includes('set')
}

/** Whether this is a map of keys and values. */
export function isMap(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null && !Array.isArray(data)
}
