/** Rows as the page reads them. Those of a worker stay packed until they are seen: hundreds of thousands do not. */

import type { Row } from './row.ts'

/** Rows by their index. */
export interface RowList {
  readonly length: number
  readonly row: (index: number) => Row | undefined
  /** Whether the row is the same on both sides. */
  readonly isEqual: (index: number) => boolean
}

/** Rows that follow each other, in the form in which a worker gives them quickly. */
export interface PackedRows {
  /** For each row: how it is packed. */
  readonly forms: Uint8Array
  /** Of rows that say the same on both sides, line by line. */
  readonly texts: string
  readonly depths: Uint16Array
  readonly leftNumbers: Uint32Array
  readonly rightNumbers: Uint32Array
  /** All others, as they are. */
  readonly others: readonly Row[]
}

/** Every part but the last has so many rows. */
export const rowsInPart = 4000

const packed = 1
const equalAsItIs = 2
const otherAsItIs = 3

/** The rows of an array. */
export function listOf(rows: readonly Row[]): RowList {
  return {
    length: rows.length,
    row: (index) => rows[index],
    isEqual: (index) => rows[index]?.kind === 'equal',
  }
}

/** Packs at most {@link rowsInPart} rows. */
export function packRows(rows: readonly Row[]): PackedRows {
  const forms = new Uint8Array(rows.length)
  const plain: Row[] = []
  const others: Row[] = []
  rows.forEach((row, index) => {
    if (isPlain(row)) {
      forms[index] = packed
      plain.push(row)
    } else {
      forms[index] = row.kind === 'equal' ? equalAsItIs : otherAsItIs
      others.push(row)
    }
  })
  return {
    forms,
    texts: plain.map(({ left }) => left?.text ?? '').join('\n'),
    depths: Uint16Array.from(plain, ({ depth }) => depth),
    leftNumbers: Uint32Array.from(plain, ({ left }) => left?.number ?? 0),
    rightNumbers: Uint32Array.from(plain, ({ right }) => right?.number ?? 0),
    others,
  }
}

/** The rows of these parts; a part is unpacked when one of its rows is asked for. */
export function unpackedWhenSeen(parts: readonly PackedRows[]): RowList {
  const unpacked: (readonly Row[] | undefined)[] = []
  const forms = new Uint8Array(parts.reduce((sum, part) => sum + part.forms.length, 0))
  parts.forEach((part, at) => {
    forms.set(part.forms, at * rowsInPart)
  })
  return {
    length: forms.length,
    row: (index) => {
      const at = Math.floor(index / rowsInPart)
      const part = parts[at]
      return part && (unpacked[at] ??= unpack(part))[index % rowsInPart]
    },
    isEqual: (index) => {
      const form = forms[index]
      return form === packed || form === equalAsItIs
    },
  }
}

/** What marks a row that says the same on both sides is nothing but its text and its numbers. */
function isPlain({ kind, left, right, by, stop, note, depth }: Row): boolean {
  return (
    kind === 'equal' &&
    left !== undefined &&
    left.text === right?.text &&
    by === undefined &&
    stop === undefined &&
    note === undefined &&
    depth < 65_536 &&
    !left.text.includes('\n')
  )
}

function unpack({ forms, texts, depths, leftNumbers, rightNumbers, others }: PackedRows): Row[] {
  const lines = texts.split('\n')
  const rest = others.values()
  let plain = 0
  const rows: Row[] = []
  for (const form of forms) {
    if (form !== packed) {
      const { value } = rest.next()
      if (value !== undefined) rows.push(value)
      continue
    }
    const text = lines[plain] ?? ''
    rows.push({
      kind: 'equal',
      depth: depths[plain] ?? 0,
      left: { number: leftNumbers[plain] ?? 0, text },
      right: { number: rightNumbers[plain] ?? 0, text },
    })
    plain++
  }
  return rows
}
