/**
 * Regular expressions from users, on the engine of the language, which backtracks: a bad one can run for
 * years. So each is read first. What cannot be bounded is refused; for the rest the worst case is known
 * before each run, `factor x length ^ degree`, and charged to an allowance. When that is used up the pattern
 * is not applied any more, and what it would have hidden is reported.
 */

import { messageOf } from './errors.ts'

/** Steps that the patterns of one exchange may take at worst. */
export interface PatternAllowance {
  steps: number
}

/** A regular expression whose cost is known. */
export interface Pattern {
  /** Replaces every match; undefined when the allowance does not reach for this text. */
  replace(text: string, replacement: string, allowance: PatternAllowance): string | undefined
}

/** Compiles a regular expression, or says in one sentence why it is refused. */
export function compilePattern(source: string): { pattern: Pattern } | { problem: string } {
  let expression: RegExp
  try {
    expression = new RegExp(source, 'gu')
  } catch (thrown) {
    return { problem: messageOf(thrown) }
  }
  const cost = costOf(source)
  if (typeof cost === 'string') return { problem: cost }
  return {
    pattern: {
      replace(text, replacement, allowance) {
        allowance.steps -= cost.factor * (text.length + 1) ** cost.degree
        return allowance.steps < 0 ? undefined : text.replace(expression, replacement)
      },
    },
  }
}

/** Ways to match at worst: `factor` however long the text is, times its length to the power of `degree`. */
interface Cost {
  factor: number
  degree: number
}

/** More ways than this, without any text, is a mistake. */
const MAX_FACTOR = 10_000
/** Unbounded repetitions, with one more for the places where a match may begin. */
const MAX_DEGREE = 5

function costOf(source: string): Cost | string {
  const reader = { source, at: 0, depth: 0 }
  const cost = readAlternatives(reader)
  if (typeof cost === 'string') return cost
  if (reader.at < source.length) return `unexpected "${source.charAt(reader.at)}"`
  if (!source.startsWith('^') || source.includes('|')) cost.degree += 1
  if (cost.degree > MAX_DEGREE) return 'too many unbounded repetitions: at most four'
  cost.degree = Math.max(1, cost.degree)
  return cost.factor > MAX_FACTOR ? 'too many ways to match: use fewer repetitions' : cost
}

interface Reader {
  readonly source: string
  at: number
  /** Groups around this place. */
  depth: number
}

function readAlternatives(reader: Reader): Cost | string {
  let total: Cost | undefined
  for (;;) {
    const cost = readSequence(reader)
    if (typeof cost === 'string') return cost
    total = total
      ? { factor: total.factor + cost.factor, degree: Math.max(total.degree, cost.degree) }
      : cost
    if (reader.source[reader.at] !== '|') return total
    reader.at++
  }
}

function readSequence(reader: Reader): Cost | string {
  const total = { factor: 1, degree: 0 }
  while (reader.at < reader.source.length && !'|)'.includes(reader.source.charAt(reader.at))) {
    const atom = readAtom(reader)
    if (typeof atom === 'string') return atom
    const cost = readQuantifier(reader, atom)
    if (typeof cost === 'string') return cost
    total.factor *= cost.factor
    total.degree += cost.degree
    if (total.factor > MAX_FACTOR) return 'too many ways to match: use fewer repetitions'
  }
  return total
}

function readAtom(reader: Reader): Cost | string {
  const { source } = reader
  const character = source.charAt(reader.at++)
  if (character === '\\') {
    const escaped = source.charAt(reader.at++)
    if (/[1-9k]/.test(escaped)) return 'references to groups are not supported'
    if (/[pPu]/.test(escaped) && source[reader.at] === '{') skipTo(reader, '}')
    return { factor: 1, degree: 0 }
  }
  if (character === '[') {
    while (reader.at < source.length && source[reader.at] !== ']') {
      reader.at += source[reader.at] === '\\' ? 2 : 1
    }
    reader.at++
    return { factor: 1, degree: 0 }
  }
  if (character !== '(') return { factor: 1, degree: 0 }
  if (source[reader.at] === '?') {
    const opening = /^\?(?::|<[A-Za-z_$][\w$]*>)/.exec(
      source.slice(reader.at, reader.at + 100),
    )?.[0]
    if (opening === undefined) return 'looking ahead or behind is not supported'
    reader.at += opening.length
  }
  reader.depth++
  const inner = readAlternatives(reader)
  reader.depth--
  reader.at++
  return inner
}

function readQuantifier(reader: Reader, atom: Cost): Cost | string {
  const rest = reader.source.slice(reader.at, reader.at + 40)
  const [text, count] = /^(?:[*+?]|\{(\d+(?:,\d*)?)\})\??/.exec(rest) ?? []
  if (text === undefined) return atom
  reader.at += text.length
  const isUnbounded = text.startsWith('*') || text.startsWith('+') || count?.endsWith(',') === true
  if (isUnbounded) {
    if (atom.degree > 0 || atom.factor > 1) {
      return 'an unbounded repetition of something that repeats or has alternatives is not supported'
    }
    return { factor: 1, degree: isLast(reader, text) ? 0 : 1 }
  }
  const [least = 0, most = least] = text.startsWith('?')
    ? [0, 1]
    : (count ?? '').split(',').map(Number)
  if (atom.degree > 0 && most > 1) {
    return 'a repetition of something that repeats without bound is not supported'
  }
  return { factor: atom.factor ** most * (most - least + 1), degree: atom.degree }
}

/**
 * Whether nothing can fail after this repetition: it is never taken back, and the search goes on where it ended, so
 * that all of them together pass over a text once.
 */
function isLast({ source, at, depth }: Reader, quantifier: string): boolean {
  const isOpen = quantifier.startsWith('*') || quantifier.startsWith('+')
  return depth === 0 && isOpen && (at === source.length || source.charAt(at) === '|')
}

function skipTo(reader: Reader, character: string): void {
  const end = reader.source.indexOf(character, reader.at)
  reader.at = end === -1 ? reader.source.length : end + 1
}
