/** Gathers what is wrong with a configuration, so that everything is told together and in the file's order. */

import type { KeyPath, Problem } from './document.ts'

/** Where values come from. */
export interface Origin {
  /** The line of a key in the file, or of the nearest key above it; undefined without a file. */
  readonly lineOf: (path: KeyPath) => number | undefined
  /** The flag that a value comes from. */
  readonly flagOf: (path: KeyPath) => string | undefined
  /** The text of a value as it stands in the file, if variables are part of it. */
  readonly writtenAs: (path: KeyPath) => string | undefined
  /** The file's name. */
  readonly file: string | undefined
}

interface Placed extends Problem {
  readonly order: number
  readonly path?: KeyPath
}

/** Problems, which refuse a configuration, and warnings, which do not. */
export class Report {
  readonly origin: Origin
  readonly #problems: Placed[] = []
  readonly #warnings: Placed[] = []

  constructor(origin: Origin) {
    this.origin = origin
  }

  problem(path: KeyPath, message: string): void {
    this.#problems.push({ ...this.#place(path, message), path })
  }

  warn(path: KeyPath, message: string): void {
    this.#warnings.push(this.#place(path, message))
  }

  /** A problem of what was said elsewhere than in the file. */
  problemOf(where: string, message: string): void {
    this.#problems.push({ where, message, order: 0 })
  }

  /** Whether something was found wrong with this value or a part of it. */
  isWrong(path: KeyPath): boolean {
    return this.#problems.some(
      (problem) =>
        problem.path !== undefined && path.every((key, index) => problem.path?.[index] === key),
    )
  }

  /** In the order of the lines; what flags say comes first. */
  get problems(): readonly Problem[] {
    return inOrder(this.#problems)
  }

  get warnings(): readonly Problem[] {
    return inOrder(this.#warnings)
  }

  #place(path: KeyPath, message: string): Placed {
    const flag = this.origin.flagOf(path)
    if (flag !== undefined) return { where: flag, message, order: 0 }
    const label = path.length === 0 ? '' : `${path.join('.')}: `
    const line = this.origin.lineOf(path)
    const { file } = this.origin
    if (line === undefined || file === undefined) {
      return { where: file ?? 'configuration', message: label + message, order: 0 }
    }
    return { where: `${file}:${line}`, message: label + message, order: line }
  }
}

function inOrder(placed: readonly Placed[]): readonly Problem[] {
  return placed
    .toSorted((a, b) => a.order - b.order)
    .map(({ where, message }) => ({ where, message }))
}
