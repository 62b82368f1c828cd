/** Rows of two texts that are no JSON, line by line. */

import { diffArrays } from 'diff'
import type { Row, Rows } from './row.ts'

// Beyond these a line diff may take long; lines then stand beside each other as they come.
const mostEdits = 4_000
const longestMs = 400

/** What is known about two texts that differ. */
export interface TextOptions {
  /** The rule that suppressed what differs. */
  readonly by?: string | undefined
  /** False when the texts were found to say the same: then lines are only written differently. */
  readonly counts?: boolean
}

/** The rows of two texts given as lines. */
export function textRows(
  left: readonly string[],
  right: readonly string[],
  options: TextOptions = {},
): Rows {
  const writer = new TextWriter(options)
  const changes = diffArrays([...left], [...right], {
    maxEditLength: mostEdits,
    timeout: longestMs,
  }) as { value: string[]; added: boolean; removed: boolean }[] | undefined
  if (changes === undefined) {
    writer.replaced(left, right)
    return {
      rows: writer.rows,
      stops: writer.stops,
      remarks: [
        'The texts differ too much to be aligned; lines stand beside each other as they come.',
      ],
    }
  }
  let removed: string[] = []
  for (const [index, change] of changes.entries()) {
    if (change.removed) {
      removed = change.value
      if (changes[index + 1]?.added !== true) {
        writer.replaced(removed, [])
        removed = []
      }
    } else if (change.added) {
      writer.replaced(removed, change.value)
      removed = []
    } else {
      for (const text of change.value) writer.equal(text)
    }
  }
  return { rows: writer.rows, stops: writer.stops, remarks: [] }
}

/** The lines of a text; a break at the end makes no line of its own. */
export function linesOf(text: string): readonly string[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

class TextWriter {
  readonly rows: Row[] = []
  readonly stops: number[] = []
  readonly #by: { by?: string }
  readonly #counts: boolean
  #left = 0
  #right = 0

  constructor({ by, counts = true }: TextOptions) {
    this.#by = by === undefined ? {} : { by }
    this.#counts = counts
  }

  equal(text: string): void {
    this.rows.push({
      kind: 'equal',
      depth: 0,
      left: { number: ++this.#left, text },
      right: { number: ++this.#right, text },
    })
  }

  replaced(left: readonly string[], right: readonly string[]): void {
    const both = this.#counts ? 'changed' : 'spelling'
    for (let i = 0; i < Math.max(left.length, right.length); i++) {
      const [a, b] = [left[i], right[i]]
      if (a !== undefined && a === b) {
        this.equal(a)
        continue
      }
      const stop = i === 0 && this.#counts
      if (stop && this.#by.by === undefined) this.stops.push(this.rows.length)
      this.rows.push({
        kind: a === undefined ? 'extra' : b === undefined ? 'missing' : both,
        depth: 0,
        ...(a === undefined ? {} : { left: { number: ++this.#left, text: a } }),
        ...(b === undefined ? {} : { right: { number: ++this.#right, text: b } }),
        ...(stop ? { stop: true as const } : {}),
        ...this.#by,
      })
    }
  }
}
