/** What changed inside one line, character by character where that reads well, word by word where not. */

import { diffChars, diffWordsWithSpace } from 'diff'

/** A piece of a line; `left out` ones stand for `length` characters that are not shown. */
export interface Segment {
  readonly text: string
  readonly changed: boolean
  /** How many characters this piece stands for, when they are not shown. */
  readonly omitted?: number
}

/** A line's two sides in pieces. */
export interface InlineDiff {
  readonly left: readonly Segment[]
  readonly right: readonly Segment[]
}

const charLimit = 500
const wordLimit = 8_000
const mostEdits = 600
/** Equal text longer than this is shortened around the change. */
const keptAround = 80
/** A changed piece longer than this is shortened. */
const keptChanged = 600

/** Both sides of a changed line, with what changed marked and what is too long left out. */
export function inlineDiff(left: string, right: string): InlineDiff {
  const start = commonStart(left, right)
  const end = commonEnd(left, right, start)
  const [a, b] = [left.slice(start, left.length - end), right.slice(start, right.length - end)]
  const head = { text: left.slice(0, start), changed: false }
  const tail = { text: left.slice(left.length - end), changed: false }
  const middle = compareMiddles(a, b)
  const finish = (pieces: readonly Segment[]) =>
    shorten(joinEqual([head, ...pieces, tail].filter(({ text }) => text !== '')))
  return { left: finish(middle.left), right: finish(middle.right) }
}

/** One side alone, shortened when it is long. */
export function plainSegments(text: string): readonly Segment[] {
  return shorten([{ text, changed: false }])
}

function compareMiddles(a: string, b: string): InlineDiff {
  const size = a.length + b.length
  const compare = size <= charLimit ? diffChars : size <= wordLimit ? diffWordsWithSpace : undefined
  const changes = a === '' || b === '' ? undefined : compare?.(a, b, { maxEditLength: mostEdits })
  // Where nearly nothing is shared, scattered single letters only confuse.
  const shared =
    changes?.filter((c) => !c.added && !c.removed).reduce((n, c) => n + c.value.length, 0) ?? 0
  if (changes === undefined || shared * 3 < Math.min(a.length, b.length)) {
    return { left: [{ text: a, changed: true }], right: [{ text: b, changed: true }] }
  }
  const side = (skip: 'added' | 'removed') =>
    changes
      .filter((change) => !change[skip])
      .map((change) => ({ text: change.value, changed: change.added || change.removed }))
  return { left: side('added'), right: side('removed') }
}

function joinEqual(pieces: readonly Segment[]): Segment[] {
  const joined: Segment[] = []
  for (const piece of pieces) {
    const last = joined.at(-1)
    if (last?.changed === piece.changed) {
      joined[joined.length - 1] = { text: last.text + piece.text, changed: piece.changed }
    } else joined.push(piece)
  }
  return joined
}

function shorten(pieces: readonly Segment[]): Segment[] {
  const alone = pieces.length === 1
  return pieces.flatMap((piece, index) => {
    const kept = piece.changed || alone ? keptChanged : keptAround
    // The first piece keeps its beginning too: the member's name stands there.
    if (piece.text.length <= kept * 2 + 40) return [piece]
    const from = index === 0 || piece.changed ? kept : Math.floor(kept / 2)
    const to = index === pieces.length - 1 && !piece.changed ? Math.floor(kept / 2) : kept
    const { text, changed } = piece
    const headEnd = avoidHalf(text, from)
    const tailStart = avoidHalf(text, text.length - to)
    return [
      { text: text.slice(0, headEnd), changed },
      { text: '', changed, omitted: tailStart - headEnd },
      { text: text.slice(tailStart), changed },
    ]
  })
}

function commonStart(a: string, b: string): number {
  const limit = Math.min(a.length, b.length)
  let i = 0
  while (i < limit && a.charCodeAt(i) === b.charCodeAt(i)) i++
  return avoidHalf(a, i)
}

function commonEnd(a: string, b: string, start: number): number {
  const limit = Math.min(a.length, b.length) - start
  let i = 0
  while (i < limit && a.charCodeAt(a.length - 1 - i) === b.charCodeAt(b.length - 1 - i)) i++
  const first = a.charCodeAt(a.length - i)
  return first >= 0xdc00 && first <= 0xdfff ? i - 1 : i
}

/** Moves a cut out of the middle of a surrogate pair. */
function avoidHalf(text: string, cut: number): number {
  const before = text.charCodeAt(cut - 1)
  return before >= 0xd800 && before <= 0xdbff ? cut - 1 : cut
}
