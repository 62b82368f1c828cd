/** What a diff is shown as: rows of two cells, made from JSON trees or from lines of text. */

/** One side of a row. */
export interface Line {
  readonly number: number
  readonly text: string
}

/**
 * `equal`: the same on both sides; `spelling`: the same value written differently; `changed`: both have it and
 * it differs; `missing`, `extra`: only primary, only shadow has it; `order`: it stands elsewhere.
 */
export type RowKind = 'equal' | 'spelling' | 'changed' | 'missing' | 'extra' | 'order'

/** One row of a diff. */
export interface Row {
  readonly kind: RowKind
  readonly depth: number
  readonly left?: Line
  readonly right?: Line
  /** JSON Pointer of what the row shows, as primary counts array elements where it has them. */
  readonly pointer?: string
  /** The rule because of which the row does not count. */
  readonly by?: string
  /** The first row of a difference: where next and previous stop. */
  readonly stop?: true
  /** Something to be said about the row: `was [2]`. */
  readonly note?: string
}

/** A diff ready to be shown. */
export interface Rows {
  readonly rows: readonly Row[]
  /** Indexes of the rows where differences begin. */
  readonly stops: readonly number[]
  /** Something the reader must know: why this is no structural diff, what was cut. */
  readonly remarks: readonly string[]
}
