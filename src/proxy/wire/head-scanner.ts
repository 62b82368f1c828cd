/**
 * Reads the head of an answer, or a trailer section, from however many pieces it comes in. One pass over
 * the bytes checks them and marks where names and values are; the text is decoded once, at the end, and
 * cut at the marks. A head that lies in one read, which is nearly every head, is never copied.
 *
 * Strict where RFC 9112 lets a recipient choose: no bare CR or LF, no folded lines, no space around
 * field names, no control bytes.
 */

import { BYTE_CLASS, CR, HTAB, LF, SP, TEXT, TOKEN } from './byte-class.ts'

/** Bytes of one head or trailer section at most. */
export const MAX_HEAD_BYTES = 262_144
/** Field lines of one head or trailer section at most. */
export const MAX_FIELDS = 10_000

/** What {@link HeadScanner.scan} returns when the section goes on in the next read. */
export const INCOMPLETE = -1
/** What {@link HeadScanner.scan} returns when the bytes are no valid section; {@link HeadScanner.problem} tells why. */
export const BROKEN = -2

const STATUS_LINE = 0
const REASON = 1
const LINE_FEED = 2
const FIELD = 3
const NAME = 4
const BLANK = 5
const VALUE = 6
const LAST_LINE_FEED = 7

const STATUS_LINE_START = Buffer.from('HTTP/1.')
const MINOR_AT = 7
const STATUS_AT = 9
const STATUS_END = 12

const NONE: readonly number[] = []

/** Scans one section at a time; `startHead` or `startTrailers` first, then `scan` until it is complete. */
export class HeadScanner {
  /** Valid once `scan` has completed a head. */
  minorVersion = 1
  status = 0
  reason = ''
  /** Name, value, name, value, … of the completed section. */
  fields: string[] = []
  /** Where in `fields` a value was followed by a tab; the tab itself is no part of the value. */
  tabbedValues: readonly number[] = NONE
  problem = ''

  #step = FIELD
  /** Where scanning goes on, and all other marks: counted from the first byte of the section. */
  #at = 0
  #reasonStart = 0
  #reasonEnd = 0
  #isHead = false
  /** For each field: start and end of its name, start and end of its value. */
  readonly #marks: number[] = []
  #markCount = 0
  /** The bytes of a section that came in several reads. */
  #held: Buffer | undefined
  #heldLength = 0

  startHead(): void {
    this.#start(true, STATUS_LINE)
  }

  startTrailers(): void {
    this.#start(false, FIELD)
  }

  #start(isHead: boolean, step: number): void {
    this.#isHead = isHead
    this.#step = step
    this.#at = 0
    this.#markCount = 0
    this.#heldLength = 0
    this.#held = undefined
    this.tabbedValues = NONE
  }

  /** Whether a part of the section has arrived. */
  get isUnderWay(): boolean {
    return this.#heldLength > 0
  }

  /** Returns where the section ends in `bytes`, or {@link INCOMPLETE}, or {@link BROKEN}. */
  scan(bytes: Buffer, start: number, end: number): number {
    if (this.#heldLength === 0) {
      const sectionEnd = this.#advance(bytes, start, end)
      if (sectionEnd >= 0) return this.#decode(bytes, start, sectionEnd)
      return sectionEnd === INCOMPLETE ? this.#hold(bytes, start, end) : sectionEnd
    }
    const heldBefore = this.#heldLength
    const taken = Math.min(end - start, MAX_HEAD_BYTES + 1 - heldBefore)
    this.#hold(bytes, start, start + taken)
    const held = this.#held ?? bytes
    const sectionEnd = this.#advance(held, 0, this.#heldLength)
    if (sectionEnd < 0) return sectionEnd
    this.#decode(held, 0, sectionEnd)
    return start + sectionEnd - heldBefore
  }

  #hold(bytes: Buffer, start: number, end: number): number {
    const length = this.#heldLength + end - start
    if (this.#held === undefined || this.#held.length < length) {
      const grown = Buffer.allocUnsafe(Math.max(1024, length * 2))
      this.#held?.copy(grown, 0, 0, this.#heldLength)
      this.#held = grown
    }
    bytes.copy(this.#held, this.#heldLength, start, end)
    this.#heldLength = length
    return INCOMPLETE
  }

  /** `base` is where the section begins in `bytes`, `end` where the bytes at hand end. */
  #advance(bytes: Buffer, base: number, end: number): number {
    const limit = Math.min(end, base + MAX_HEAD_BYTES)
    const marks = this.#marks
    let step = this.#step
    let at = base + this.#at
    let markCount = this.#markCount
    while (at < limit) {
      switch (step) {
        case STATUS_LINE: {
          const isWhole = this.#checkStatusLine(bytes, at, limit)
          if (isWhole === undefined) return BROKEN
          if (!isWhole) return this.#suspend(step, at - base, markCount, end - base)
          at += STATUS_END
          step = REASON
          if (bytes[at] === SP) at += 1
          else if (bytes[at] !== CR) return this.#break('the status line is malformed')
          this.#reasonStart = at - base
          break
        }
        case REASON:
          while (at < limit && ((BYTE_CLASS[bytes[at] ?? 0] ?? 0) & TEXT) !== 0) at += 1
          if (at === limit) break
          if (bytes[at] !== CR) return this.#break('the status line holds a forbidden byte')
          this.#reasonEnd = at - base
          at += 1
          step = LINE_FEED
          break
        case LINE_FEED:
          if (bytes[at] !== LF) return this.#break('a line ends in CR without LF')
          at += 1
          step = FIELD
          break
        case FIELD:
          if (bytes[at] === CR) {
            at += 1
            step = LAST_LINE_FEED
            break
          }
          if (markCount >= MAX_FIELDS * 4) return this.#break('it has too many fields')
          if (((BYTE_CLASS[bytes[at] ?? 0] ?? 0) & TOKEN) === 0) {
            return this.#break('a field line is folded or does not begin with a name')
          }
          marks[markCount++] = at - base
          at += 1
          step = NAME
          break
        case NAME:
          while (at < limit && ((BYTE_CLASS[bytes[at] ?? 0] ?? 0) & TOKEN) !== 0) at += 1
          if (at === limit) break
          if (bytes[at] !== 0x3a) return this.#break('a field name holds a forbidden byte')
          marks[markCount++] = at - base
          at += 1
          step = BLANK
          break
        case BLANK:
          while (at < limit && (bytes[at] === SP || bytes[at] === HTAB)) at += 1
          if (at === limit) break
          marks[markCount++] = at - base
          step = VALUE
          break
        case VALUE: {
          while (at < limit && ((BYTE_CLASS[bytes[at] ?? 0] ?? 0) & TEXT) !== 0) at += 1
          if (at === limit) break
          if (bytes[at] !== CR) return this.#break('a field value holds a forbidden byte')
          let valueEnd = at
          const valueStart = base + (marks[markCount - 1] ?? 0)
          while (valueEnd > valueStart && isBlank(bytes[valueEnd - 1])) {
            valueEnd -= 1
            if (bytes[valueEnd] === HTAB) this.tabbedValues = [...this.tabbedValues, markCount >> 1]
          }
          marks[markCount++] = valueEnd - base
          at += 1
          step = LINE_FEED
          break
        }
        default:
          if (bytes[at] !== LF) return this.#break('a line ends in CR without LF')
          this.#markCount = markCount
          return at + 1
      }
    }
    return this.#suspend(step, at - base, markCount, end - base)
  }

  #suspend(step: number, at: number, markCount: number, length: number): number {
    if (length > MAX_HEAD_BYTES) return this.#break('it is longer than 256 KB')
    this.#step = step
    this.#at = at
    this.#markCount = markCount
    return INCOMPLETE
  }

  #break(problem: string): number {
    this.problem = `${this.#isHead ? 'the head' : 'the trailer section'} is not valid HTTP: ${problem}`
    return BROKEN
  }

  /** Undefined: broken. False: what is there is fine, but the fixed part of the line is not whole yet. */
  #checkStatusLine(bytes: Buffer, at: number, end: number): boolean | undefined {
    const length = Math.min(end - at, STATUS_END)
    for (let offset = 0; offset < length; offset += 1) {
      const byte = bytes[at + offset] ?? 0
      const isExpected =
        offset < MINOR_AT
          ? byte === STATUS_LINE_START[offset]
          : offset === MINOR_AT
            ? byte === 0x30 || byte === 0x31
            : offset < STATUS_AT
              ? byte === SP
              : byte >= 0x30 && byte <= 0x39
      if (!isExpected) {
        this.#break('it does not begin with HTTP/1.1 or HTTP/1.0 and a status')
        return undefined
      }
    }
    if (end - at <= STATUS_END) return false
    this.minorVersion = (bytes[at + MINOR_AT] ?? 0) - 0x30
    this.status =
      (bytes[at + STATUS_AT] ?? 0) * 100 +
      (bytes[at + STATUS_AT + 1] ?? 0) * 10 +
      (bytes[at + STATUS_AT + 2] ?? 0) -
      0x30 * 111
    return true
  }

  #decode(bytes: Buffer, base: number, sectionEnd: number): number {
    const text = bytes.toString('latin1', base, sectionEnd)
    if (this.#isHead) this.reason = text.slice(this.#reasonStart, this.#reasonEnd)
    const marks = this.#marks
    const fields = new Array<string>(this.#markCount >> 1)
    for (let mark = 0; mark < this.#markCount; mark += 2) {
      fields[mark >> 1] = text.slice(marks[mark], marks[mark + 1])
    }
    this.fields = fields
    this.#held = undefined
    this.#heldLength = 0
    return sectionEnd
  }
}

function isBlank(byte: number | undefined): boolean {
  return byte === SP || byte === HTAB
}
