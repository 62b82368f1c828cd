/** Reads the regular expressions of text patterns: the common syntax without what no automaton can do. */

/** Which bytes are in a set: 256 entries, 1 for a member. */
export type ByteSet = Uint8Array

/** A part of an expression. */
export type PatternNode =
  | { readonly kind: 'bytes'; readonly set: ByteSet }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternNode[] }
  | {
      readonly kind: 'repeat'
      readonly part: PatternNode
      readonly least: number
      /** `Infinity`: without bound. */
      readonly most: number
    }
  /** `^` and `$`. */
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }

/** Reads an expression; a string says in words why it cannot be used. */
export function readTextPattern(source: string): PatternNode | string {
  const reader = new Reader(source)
  try {
    return reader.read()
  } catch (thrown) {
    if (thrown instanceof SyntaxProblem) return thrown.message
    throw thrown
  }
}

class SyntaxProblem extends Error {}

/** More repetitions than these would make a program that is too long anyway. */
const MAX_COUNT = 1000
/** Groups in groups. */
const MAX_DEPTH = 50

const DIGITS = setOf((code) => code >= 0x30 && code <= 0x39)
const WORD = setOf((code) => /\w/.test(String.fromCharCode(code)))
const SPACE = setOf((code) => /\s/.test(String.fromCharCode(code)))
const ANY = setOf((code) => code !== 0x0a && code !== 0x0d)

const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, 0: 0 }

class Reader {
  readonly #source: string
  #at = 0
  #depth = 0
  #ignoresCase = false

  constructor(source: string) {
    this.#source = source
  }

  read(): PatternNode {
    if (this.#source.startsWith('(?i)')) {
      this.#ignoresCase = true
      this.#at = 4
    }
    const node = this.#alternatives()
    if (this.#at < this.#source.length) this.#fail(`unexpected "${this.#peek()}"`)
    return node
  }

  #alternatives(): PatternNode {
    const options = [this.#sequence()]
    while (this.#take('|')) options.push(this.#sequence())
    const [only, ...more] = options
    return only !== undefined && more.length === 0 ? only : { kind: 'choice', options }
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = []
    while (this.#at < this.#source.length && this.#peek() !== '|' && this.#peek() !== ')') {
      parts.push(this.#quantified(this.#atom()))
    }
    return { kind: 'sequence', parts }
  }

  #quantified(part: PatternNode): PatternNode {
    // Sticky would need state; what follows is at most a few characters.
    const rest = this.#source.slice(this.#at, this.#at + 20)
    const [text, quantifier, low, comma, high] =
      /^([*+?]|\{(\d{1,5})(,?)(\d{1,5})?\})\??/.exec(rest) ?? []
    if (text === undefined || quantifier === undefined) return part
    if (part.kind === 'start' || part.kind === 'end') this.#fail('nothing to repeat')
    this.#at += text.length
    if (/^[*+?{]/.test(this.#peek())) this.#fail('nothing to repeat')
    if (quantifier === '*') return { kind: 'repeat', part, least: 0, most: Infinity }
    if (quantifier === '+') return { kind: 'repeat', part, least: 1, most: Infinity }
    if (quantifier === '?') return { kind: 'repeat', part, least: 0, most: 1 }
    const least = Number(low)
    let most = comma === ',' ? Infinity : least
    if (high !== undefined) most = Number(high)
    if (most < least) this.#fail('the numbers of a repetition are out of order')
    if (least > MAX_COUNT || (most > MAX_COUNT && most !== Infinity)) {
      this.#fail(`a repetition counts to ${MAX_COUNT} at most`)
    }
    return { kind: 'repeat', part, least, most }
  }

  #atom(): PatternNode {
    const character = this.#next()
    switch (character) {
      case '(':
        return this.#group()
      case '[':
        return this.#bytes(this.#class())
      case '.':
        return { kind: 'bytes', set: ANY }
      case '\\':
        return this.#bytes(this.#escape())
      case '^':
        return { kind: 'start' }
      case '$':
        return { kind: 'end' }
      case '*':
      case '+':
      case '?':
        return this.#fail('nothing to repeat')
      case '{':
      case '}':
      case ']':
        return this.#fail(`a "${character}" that stands for itself is written "\\${character}"`)
      default:
        return this.#bytes(single(this.#code(character)))
    }
  }

  #group(): PatternNode {
    if (this.#take('?')) {
      const name = /^(?::|<[A-Za-z_$][\w$]{0,60}>)/.exec(this.#source.slice(this.#at))?.[0]
      if (name === undefined) this.#fail('looking ahead or behind is not supported')
      this.#at += name.length
    }
    if (++this.#depth > MAX_DEPTH) this.#fail('too many groups in groups')
    const inner = this.#alternatives()
    this.#depth--
    if (!this.#take(')')) this.#fail('a group is not closed')
    return inner
  }

  #class(): ByteSet {
    const isNegated = this.#take('^')
    const set = new Uint8Array(256)
    while (!this.#take(']')) {
      if (this.#source.startsWith('[:', this.#at)) this.#fail('"[:" classes are not supported')
      const low = this.#classItem()
      const next = this.#source[this.#at + 1]
      if (this.#peek() === '-' && next !== ']' && next !== undefined) {
        this.#at++
        const high = this.#classItem()
        if (typeof low !== 'number' || typeof high !== 'number' || low > high) {
          this.#fail('a range in a class goes from one character to a higher one')
        }
        set.fill(1, low, high + 1)
      } else if (typeof low === 'number') set[low] = 1
      else for (let code = 0; code < 256; code++) if (low[code] === 1) set[code] = 1
    }
    if (!isNegated) return set
    const folded = this.#ignoresCase ? withBothCases(set) : set
    return setOf((code) => folded[code] === 0)
  }

  /** One character, or a set such as `\d`. */
  #classItem(): number | ByteSet {
    if (this.#at >= this.#source.length) this.#fail('a class is not closed')
    const character = this.#next()
    if (character !== '\\') return this.#code(character)
    // Only here `\b` is a character.
    if (this.#take('b')) return 8
    const set = this.#escape()
    const first = set.indexOf(1)
    return first === set.lastIndexOf(1) ? first : set
  }

  #escape(): ByteSet {
    const character = this.#next()
    const control = CONTROLS[character]
    if (character === '0' && /\d/.test(this.#peek())) this.#fail('octal escapes are not supported')
    if (control !== undefined) return single(control)
    switch (character) {
      case 'd':
        return DIGITS
      case 'w':
        return WORD
      case 's':
        return SPACE
      case 'D':
        return without(DIGITS)
      case 'W':
        return without(WORD)
      case 'S':
        return without(SPACE)
      case 'x': {
        const hex = /^[0-9A-Fa-f]{2}/.exec(this.#source.slice(this.#at, this.#at + 2))?.[0]
        if (hex === undefined) this.#fail('"\\x" takes two hexadecimal digits')
        this.#at += 2
        return single(Number.parseInt(hex, 16))
      }
      case '':
        return this.#fail('it ends with a "\\"')
    }
    if (/[1-9k]/.test(character)) this.#fail('references to groups are not supported')
    if (!/[!-/:-@[-`{-~]/.test(character)) this.#fail(`"\\${character}" is not supported`)
    return single(character.charCodeAt(0))
  }

  #bytes(set: ByteSet): PatternNode {
    return { kind: 'bytes', set: this.#ignoresCase ? withBothCases(set) : set }
  }

  #code(character: string): number {
    const code = character.charCodeAt(0)
    if (code > 0x7f) {
      this.#fail('only ASCII can be matched: requests hold other characters encoded')
    }
    return code
  }

  #peek(): string {
    return this.#source.charAt(this.#at)
  }

  #next(): string {
    return this.#source.charAt(this.#at++)
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false
    this.#at++
    return true
  }

  #fail(problem: string): never {
    throw new SyntaxProblem(problem)
  }
}

function setOf(has: (code: number) => boolean): ByteSet {
  const set = new Uint8Array(256)
  for (let code = 0; code < 256; code++) if (has(code)) set[code] = 1
  return set
}

function single(code: number): ByteSet {
  return setOf((one) => one === code)
}

function without(set: ByteSet): ByteSet {
  return setOf((code) => set[code] === 0)
}

/** Of ASCII letters: bytes above are no letters of any known alphabet. */
function withBothCases(set: ByteSet): ByteSet {
  return setOf((code) => {
    const other = /[A-Za-z]/.test(String.fromCharCode(code)) ? code ^ 0x20 : code
    return set[code] === 1 || set[other] === 1
  })
}
