/** Aligns two JSON trees into rows: as pretty-printed, but each value beside its partner. */

import type { JsonNode, JsonTree } from './json-tree.ts'
import { pointerSegment, type Mark, type Marks } from './marks.ts'
import { pairElements } from './pair-elements.ts'
import { pairMembers } from './pair-members.ts'
import type { Row, RowKind, Rows } from './row.ts'

/** The rows of two JSON bodies under the server's marks. */
export function jsonRows(primary: JsonTree, shadow: JsonTree, marks: Marks): Rows {
  const writer = new RowWriter(marks)
  writer.both(primary.root, shadow.root, { pointer: '', depth: 0, label: '', tail: '' })
  const remarks = [
    ...(primary.cut ? ['Primary’s body is cut off where its recording ends.'] : []),
    ...(shadow.cut ? ['Shadow’s body is cut off where its recording ends.'] : []),
  ]
  return { rows: writer.rows, stops: writer.stops, remarks }
}

/** The pretty-printed lines of one tree. */
export function jsonLines(tree: JsonTree): readonly string[] {
  const writer = new RowWriter(noMarks)
  writer.one('missing', tree.root, { pointer: '', depth: 0, label: '', tail: '' }, {})
  return writer.rows.map((row) => '  '.repeat(row.depth) + (row.left?.text ?? ''))
}

const noMarks: Marks = {
  at: () => [],
  inside: () => undefined,
  isMissing: () => undefined,
  isExtra: () => undefined,
  complete: true,
}

interface Place {
  readonly pointer: string
  readonly depth: number
  /** The member's name with its colon, as sent; empty for elements. */
  readonly label: string
  /** Shadow's spelling of the label, when it is another. */
  readonly rightLabel?: string
  /** `,` unless it is the last one. */
  readonly tail: string
  readonly rightTail?: string
  readonly note?: string | undefined
  /** It stands elsewhere in shadow's array. */
  readonly moved?: boolean | undefined
  /** The rule that covers what holds it: nothing inside counts. */
  readonly by?: string | undefined
}

type Extras = Pick<Row, 'by' | 'stop' | 'note' | 'pointer'>

class RowWriter {
  readonly rows: Row[] = []
  readonly stops: number[] = []
  readonly #marks: Marks
  #leftNumber = 0
  #rightNumber = 0

  constructor(marks: Marks) {
    this.#marks = marks
  }

  both(left: JsonNode, right: JsonNode, at: Place): void {
    if (left.text === right.text && at.rightLabel === undefined) {
      this.#same(left, at)
      return
    }
    const marks = this.#marks.at(at.pointer)
    const whole = marks.find((mark) => mark.kind === 'value' || mark.kind === 'type') ?? covered(at)
    // What a rule covers as a whole is still shown part by part.
    const within = whole?.by === undefined ? at : { ...at, by: whole.by }
    const isOpen = whole === undefined || whole.by !== undefined
    if (left.kind === 'array' && right.kind === 'array' && isOpen) {
      this.#arrays(left, right, within, marks)
    } else if (left.kind === 'object' && right.kind === 'object' && isOpen) {
      this.#objects(left, right, within)
    } else if (left.kind === 'scalar' && right.kind === 'scalar') {
      this.#scalars(left.text, right.text, at, whole)
    } else {
      const extras = { ...byOf(whole), pointer: at.pointer }
      this.one('missing', left, at, extras, true)
      this.one('extra', right, at, extras, false)
    }
  }

  /** A value that only one side shows: `missing` on the left, `extra` on the right. */
  one(kind: 'missing' | 'extra', node: JsonNode, at: Place, extras: Extras, stop = true): void {
    const label = kind === 'extra' ? (at.rightLabel ?? at.label) : at.label
    const tail = kind === 'extra' ? (at.rightTail ?? at.tail) : at.tail
    const first = stop ? ({ stop: true } as const) : {}
    const emit = (text: string, depth: number, more: Extras = {}) => {
      const line = { text, number: kind === 'missing' ? ++this.#leftNumber : ++this.#rightNumber }
      const cells = kind === 'missing' ? { left: line } : { right: line }
      this.#push({ kind, depth, ...cells, ...extras, ...more })
    }
    if (node.kind === 'scalar') {
      emit(`${label}${node.text}${tail}`, at.depth, first)
      return
    }
    const [open, close] = node.kind === 'array' ? '[]' : '{}'
    const children = node.kind === 'array' ? node.items : node.members
    if (children.length === 0) {
      emit(`${label}${open}${node.cut ? '…' : close}${tail}`, at.depth, first)
      return
    }
    emit(`${label}${open}`, at.depth, first)
    children.forEach((child, index) => {
      const inner = {
        pointer: '',
        depth: at.depth + 1,
        label: 'key' in child ? `${child.key}: ` : '',
        tail: index < children.length - 1 ? ',' : '',
      }
      this.one(kind, 'key' in child ? child.value : child, inner, extras, false)
    })
    emit(node.cut ? '…' : `${close}${tail}`, at.depth)
  }

  /** What was sent alike holds no difference, and is most of a body: no look-ups, no pairing. */
  #same(node: JsonNode, at: Place): void {
    const { pointer, depth, label, tail, rightTail = tail } = at
    const first = this.rows.length
    this.#alike(node, pointer, depth, label, tail, rightTail)
    const row = this.rows[first]
    if (row === undefined || (!at.moved && at.note === undefined)) return
    const note = at.note === undefined ? {} : { note: at.note }
    this.rows[first] = { ...row, ...(at.moved ? { kind: 'order' } : {}), ...note }
  }

  #alike(
    node: JsonNode,
    pointer: string,
    depth: number,
    label: string,
    tail: string,
    rightTail: string,
  ): void {
    const emit = (left: string, right: string) => {
      this.rows.push({
        kind: 'equal',
        depth,
        left: { number: ++this.#leftNumber, text: left },
        right: { number: ++this.#rightNumber, text: right },
        pointer,
      })
    }
    if (node.kind === 'scalar') {
      const left = label + node.text + tail
      emit(left, tail === rightTail ? left : label + node.text + rightTail)
      return
    }
    const isArray = node.kind === 'array'
    const open = label + (isArray ? '[' : '{')
    const close = node.cut ? '…' : isArray ? ']' : '}'
    const last = (isArray ? node.items : node.members).length - 1
    if (last < 0) {
      emit(open + close + tail, open + close + rightTail)
      return
    }
    emit(open, open)
    if (isArray) {
      node.items.forEach((item, index) => {
        const comma = index < last ? ',' : ''
        this.#alike(item, pointer, depth + 1, '', comma, comma)
      })
    } else {
      node.members.forEach(({ key, value }, index) => {
        const comma = index < last ? ',' : ''
        this.#alike(value, pointer, depth + 1, `${key}: `, comma, comma)
      })
    }
    emit(close + tail, close + rightTail)
  }

  #scalars(left: string, right: string, at: Place, whole: Mark | undefined): void {
    const mark = whole ?? this.#marks.inside(at.pointer)
    const kind: RowKind =
      mark !== undefined
        ? 'changed'
        : left === right
          ? at.moved
            ? 'order'
            : 'equal'
          : this.#marks.complete
            ? 'spelling'
            : 'changed'
    this.#pair(kind, left + at.tail, right + (at.rightTail ?? at.tail), at, {
      ...byOf(mark),
      ...(kind === 'changed' ? { stop: true } : {}),
    })
  }

  #arrays(
    left: Extract<JsonNode, { kind: 'array' }>,
    right: Extract<JsonNode, { kind: 'array' }>,
    at: Place,
    marks: readonly Mark[],
  ): void {
    const pairs = pairElements(left.items, right.items, at.pointer, this.#marks)
    const mark = marks.find(({ kind }) => kind === 'order') ?? marks[0]
    const note =
      mark?.kind === 'order'
        ? 'another order'
        : left.items.length === right.items.length
          ? at.note
          : `${left.items.length} elements, shadow has ${right.items.length}`
    const heading =
      mark === undefined ? {} : ({ kind: 'order', extras: { ...byOf(mark), stop: true } } as const)
    this.#brackets('[', ']', { ...at, note }, left, right, heading, () => {
      pairs.forEach(({ left: i, right: j }) => {
        const tail = i !== undefined && i < left.items.length - 1 ? ',' : ''
        const rightTail = j !== undefined && j < right.items.length - 1 ? ',' : ''
        const inner = { depth: at.depth + 1, label: '', tail, rightTail, by: at.by }
        const leftItem = i === undefined ? undefined : left.items[i]
        const rightItem = j === undefined ? undefined : right.items[j]
        if (leftItem !== undefined && rightItem !== undefined) {
          const moved = mark?.kind === 'order' && i !== j
          this.both(leftItem, rightItem, {
            ...inner,
            pointer: `${at.pointer}/${i ?? 0}`,
            moved,
            note: moved ? `[${i ?? 0}] is [${j ?? 0}] in shadow` : undefined,
          })
        } else if (leftItem !== undefined) {
          this.#single('missing', leftItem, { ...inner, pointer: `${at.pointer}/${i ?? 0}` })
        } else if (rightItem !== undefined) {
          this.#single('extra', rightItem, { ...inner, pointer: `${at.pointer}/${j ?? 0}` })
        }
      })
    })
  }

  #objects(
    left: Extract<JsonNode, { kind: 'object' }>,
    right: Extract<JsonNode, { kind: 'object' }>,
    at: Place,
  ): void {
    this.#brackets('{', '}', at, left, right, {}, () => {
      for (const [a, b] of pairMembers(left.members, right.members)) {
        const member = a ?? b
        if (member === undefined) continue
        const place: Place = {
          pointer: `${at.pointer}/${pointerSegment(member.name)}`,
          depth: at.depth + 1,
          label: `${member.key}: `,
          ...(b === undefined || b.key === member.key ? {} : { rightLabel: `${b.key}: ` }),
          by: at.by,
          tail: a === left.members.at(-1) ? '' : ',',
          rightTail: b === right.members.at(-1) ? '' : ',',
        }
        if (a !== undefined && b !== undefined) this.both(a.value, b.value, place)
        else this.#single(a === undefined ? 'extra' : 'missing', member.value, place)
      }
    })
  }

  #single(kind: 'missing' | 'extra', node: JsonNode, at: Place): void {
    const { isMissing, isExtra } = this.#marks
    const mark = (kind === 'missing' ? isMissing(at.pointer) : isExtra(at.pointer)) ?? covered(at)
    this.one(kind, node, at, { ...byOf(mark), pointer: at.pointer })
  }

  #brackets(
    open: string,
    close: string,
    at: Place,
    left: Exclude<JsonNode, { kind: 'scalar' }>,
    right: Exclude<JsonNode, { kind: 'scalar' }>,
    heading: { kind?: RowKind; extras?: Extras },
    inside: () => void,
  ): void {
    const sizes = [left, right].map((node) =>
      node.kind === 'array' ? node.items.length : node.members.length,
    )
    const kind = heading.kind ?? (at.moved ? 'order' : 'equal')
    const end = (node: { cut: boolean }, tail: string) => (node.cut ? '…' : close + tail)
    const rightTail = at.rightTail ?? at.tail
    if (sizes[0] === 0 && sizes[1] === 0) {
      this.#pair(kind, open + end(left, at.tail), open + end(right, rightTail), at, heading.extras)
      return
    }
    this.#pair(kind, open, open, at, heading.extras)
    inside()
    this.#pair('equal', end(left, at.tail), end(right, rightTail), {
      ...at,
      label: '',
      rightLabel: '',
      note: undefined,
    })
  }

  #pair(kind: RowKind, left: string, right: string, at: Place, extras: Extras = {}): void {
    this.#push({
      kind,
      depth: at.depth,
      left: { number: ++this.#leftNumber, text: at.label + left },
      right: { number: ++this.#rightNumber, text: (at.rightLabel ?? at.label) + right },
      pointer: at.pointer,
      ...(at.note === undefined ? {} : { note: at.note }),
      ...extras,
    })
  }

  #push(row: Row): void {
    if (row.stop && row.by === undefined) this.stops.push(this.rows.length)
    this.rows.push(row)
  }
}

/** What a rule covers differs by that rule, whatever it is. */
const covered = ({ by }: Place): Mark | undefined =>
  by === undefined ? undefined : { kind: 'value', by }

const byOf = (mark: Mark | undefined): { by?: string } =>
  mark?.by === undefined ? {} : { by: mark.by }
