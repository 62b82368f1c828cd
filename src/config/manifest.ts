/** Kubernetes YAML: the resources of several documents, each part knowing where it stands. */

import { isMap as isYamlMap, isScalar, LineCounter, parseAllDocuments } from 'yaml'
import { messageOf } from '../core/errors.ts'
import type { KeyPath, Problem } from './document.ts'
import { offsetOf } from './document.ts'
import { isMap } from './section.ts'

/** A file's name and its text. */
export interface ManifestFile {
  readonly name: string
  readonly text: string
}

/** A resource. */
export interface Resource {
  readonly kind: string
  readonly name: string
  readonly namespace: string | undefined
  readonly spec: Part
}

/** All resources of the files, and what could not be read. */
export function readManifests(files: readonly ManifestFile[]): {
  readonly resources: readonly Resource[]
  readonly problems: readonly Problem[]
} {
  const resources: Resource[] = []
  const problems: Problem[] = []
  for (const { name: file, text } of files) {
    const lines = new LineCounter()
    const at = (offset: number) => `${file}:${Math.max(1, lines.linePos(offset).line)}`
    const documents = parseAllDocuments(text, {
      lineCounter: lines,
      prettyErrors: false,
      merge: true,
      logLevel: 'error',
    })
    for (const document of Array.isArray(documents) ? documents : []) {
      const [error] = document.errors
      if (error !== undefined) {
        problems.push({ where: at(error.pos[0]), message: error.message })
        continue
      }
      try {
        const data: unknown = document.toJS({ maxAliasCount: 1000 })
        const start = isYamlMap(document.contents) ? firstKey(document.contents.items[0]?.key) : 0
        const where = (path: KeyPath) => at(offsetOf(document, path) || start)
        resources.push(...resourcesOf(data, [], where))
      } catch (thrown) {
        problems.push({ where: `${file}:1`, message: messageOf(thrown) })
      }
    }
  }
  return { resources, problems }
}

function firstKey(key: unknown): number {
  return isScalar(key) ? (key.range?.[0] ?? 0) : 0
}

/** A resource, or those of a `List`. */
function resourcesOf(
  data: unknown,
  path: KeyPath,
  where: (path: KeyPath) => string,
): readonly Resource[] {
  if (!isMap(data)) return []
  const items = data['items']
  if (Array.isArray(items) && /List$/.test(String(data['kind']))) {
    return items.flatMap((item: unknown, index) =>
      resourcesOf(item, [...path, 'items', index], where),
    )
  }
  const root = new Part(data, path, where)
  const metadata = root.part('metadata')
  return [
    {
      kind: root.text('kind') ?? '',
      name: metadata?.text('name') ?? 'unnamed',
      namespace: metadata?.text('namespace'),
      spec: root.part('spec') ?? new Part({}, path, where),
    },
  ]
}

/** A map of a resource. Keys are asked for in camel case and found in snake case too, as Istio does. */
export class Part {
  readonly #data: Readonly<Record<string, unknown>>
  readonly #path: KeyPath
  readonly #where: (path: KeyPath) => string

  constructor(
    data: Readonly<Record<string, unknown>>,
    path: KeyPath,
    where: (path: KeyPath) => string,
  ) {
    this.#data = data
    this.#path = path
    this.#where = where
  }

  /** `file:line` of a key, or of the part itself. */
  where(key?: string): string {
    return this.#where(key === undefined ? this.#path : [...this.#path, this.#spelled(key)])
  }

  has(key: string): boolean {
    return this.raw(key) !== undefined
  }

  /** What stands below a key; null is nothing. */
  raw(key: string): unknown {
    const spelled = this.#spelled(key)
    return Object.hasOwn(this.#data, spelled) ? (this.#data[spelled] ?? undefined) : undefined
  }

  part(key: string): Part | undefined {
    const data = this.raw(key)
    return isMap(data) ? this.#below(data, [key]) : undefined
  }

  /** The maps of a list. */
  parts(key: string): readonly Part[] {
    const data = this.raw(key)
    if (!Array.isArray(data)) return []
    return data.flatMap((item: unknown, index) =>
      isMap(item) ? [this.#below(item, [key, index])] : [],
    )
  }

  text(key: string): string | undefined {
    const data = this.raw(key)
    if (typeof data === 'string') return data
    return typeof data === 'number' || typeof data === 'boolean' ? String(data) : undefined
  }

  texts(key: string): readonly string[] {
    const data = this.raw(key)
    return Array.isArray(data) ? data.filter((item) => typeof item === 'string') : []
  }

  number(key: string): number | undefined {
    const data = this.raw(key)
    const number = typeof data === 'string' && data !== '' ? Number(data) : data
    return typeof number === 'number' && Number.isFinite(number) ? number : undefined
  }

  /** The keys as they are written. */
  keys(): readonly string[] {
    return Object.keys(this.#data)
  }

  #spelled(key: string): string {
    if (Object.hasOwn(this.#data, key)) return key
    const snake = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    return Object.hasOwn(this.#data, snake) ? snake : key
  }

  #below(data: Readonly<Record<string, unknown>>, [key, ...rest]: [string, ...number[]]): Part {
    return new Part(data, [...this.#path, this.#spelled(key), ...rest], this.#where)
  }
}
