/**
 * Regular expressions that must match a whole text, in time linear in its length whatever the expression
 * and the text are: requests choose the texts, and one of them must not stop a proxy. The expression becomes
 * an automaton whose states are found as texts need them.
 */

import { readTextPattern, type ByteSet, type PatternNode } from './text-pattern-syntax.ts'

/** A compiled expression. */
export interface TextPattern {
  /** Whether it matches all of a text, of which each character is one byte. */
  matches(text: string): boolean
}

/** Compiles an expression, or says in words why it is refused. */
export function compileTextPattern(source: string): { pattern: TextPattern } | { problem: string } {
  const node = readTextPattern(source)
  if (typeof node === 'string') return { problem: node }
  if (sizeOf(node) > MAX_STATES) return { problem: 'it is too long, or counts too far' }
  return { pattern: new Automaton(node) }
}

/** Parts that can be on their way at once: the time for one character of the text at worst. */
const MAX_STATES = 300
/** Sets of states that are remembered, 2 KB each; what more there are is computed each time. */
const MAX_REMEMBERED = 256

/** A place in the expression; `next` and `other` are places. */
type State =
  | { readonly kind: 'bytes'; readonly set: ByteSet; readonly next: number }
  | { readonly kind: 'fork'; next: number; readonly other: number }
  | { readonly kind: 'start' | 'end'; readonly next: number }
  | { readonly kind: 'matched' }

/** A set of places: where a text may have led to. */
interface Position {
  readonly states: readonly number[]
  /** Whether the text may end here; absent: nobody asked yet. */
  isMatch?: boolean
  /** By the next byte, what was needed so far; absent: there are too many positions to remember this one. */
  readonly next?: Position[]
}

class Automaton implements TextPattern {
  readonly #states: State[] = [{ kind: 'matched' }]
  readonly #remembered = new Map<string, Position>()
  /** By state, the number of the last walk that came there. */
  readonly #visited: Uint32Array
  #walk = 0
  readonly #start: Position

  constructor(node: PatternNode) {
    const first = this.#compile(node, 0)
    this.#visited = new Uint32Array(this.#states.length)
    this.#start = this.#position(this.#reach([first], true))
  }

  matches(text: string): boolean {
    if (text.length === 0) return this.#isMatch(this.#start.states, true)
    let position = this.#start
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code > 0xff) return false
      position = position.next?.[code] ?? this.#advance(position, code)
      if (position.states.length === 0) return false
    }
    return (position.isMatch ??= this.#isMatch(position.states, false))
  }

  #advance(position: Position, code: number): Position {
    const next = this.#position(this.#step(position.states, code))
    // What is not remembered must not be held by what is.
    if (position.next !== undefined && next.next !== undefined) position.next[code] = next
    return next
  }

  /** Adds the states of a part that lead to the state `next`; gives the first. */
  #compile(node: PatternNode, next: number): number {
    switch (node.kind) {
      case 'bytes':
        return this.#add({ kind: 'bytes', set: node.set, next })
      case 'start':
      case 'end':
        return this.#add({ kind: node.kind, next })
      case 'sequence':
        return node.parts.reduceRight((after, part) => this.#compile(part, after), next)
      case 'choice':
        return node.options
          .map((option) => this.#compile(option, next))
          .reduceRight((other, first) => this.#add({ kind: 'fork', next: first, other }))
      case 'repeat':
        return this.#compileRepeat(node.part, node.least, node.most, next)
    }
  }

  #compileRepeat(part: PatternNode, least: number, most: number, next: number): number {
    let first = next
    if (most === Infinity) {
      const fork = { kind: 'fork' as const, next: 0, other: next }
      first = this.#add(fork)
      fork.next = this.#compile(part, first)
    } else {
      for (let i = least; i < most; i++) {
        first = this.#add({ kind: 'fork', next: this.#compile(part, first), other: next })
      }
    }
    for (let i = 0; i < least; i++) first = this.#compile(part, first)
    return first
  }

  #add(state: State): number {
    return this.#states.push(state) - 1
  }

  #step(states: readonly number[], code: number): number[] {
    const next: number[] = []
    for (const at of states) {
      const state = this.#states[at]
      if (state?.kind === 'bytes' && state.set[code] === 1) next.push(state.next)
    }
    return this.#reach(next, false)
  }

  /** Where one gets without a further byte; `$` is not passed, because the text may go on. */
  #reach(from: number[], isAtStart: boolean, isAtEnd = false): number[] {
    const walk = ++this.#walk
    const reached: number[] = []
    for (let at = from.pop(); at !== undefined; at = from.pop()) {
      if (this.#visited[at] === walk) continue
      this.#visited[at] = walk
      const state = this.#states[at]
      if (state === undefined) continue
      if (state.kind === 'fork') from.push(state.next, state.other)
      else if (state.kind === 'start') {
        if (isAtStart) from.push(state.next)
      } else {
        reached.push(at)
        if (state.kind === 'end' && isAtEnd) from.push(state.next)
      }
    }
    return reached
  }

  #position(states: number[]): Position {
    // Without a key, because that would take longer than the step itself.
    if (this.#remembered.size >= MAX_REMEMBERED) return { states }
    const key = states.sort((a, b) => a - b).join()
    let position = this.#remembered.get(key)
    if (position !== undefined) return position
    position = { states, next: [] }
    this.#remembered.set(key, position)
    return position
  }

  /** Whether the end can be reached without a further byte. */
  #isMatch(states: readonly number[], isAtStart: boolean): boolean {
    return this.#reach([...states], isAtStart, true).includes(0)
  }
}

/** The number of states that a part becomes, and at least 1, because empty parts take time too. */
function sizeOf(node: PatternNode): number {
  switch (node.kind) {
    case 'sequence':
      return Math.max(
        1,
        node.parts.reduce((sum, part) => sum + sizeOf(part), 0),
      )
    case 'choice':
      return node.options.reduce((sum, option) => sum + sizeOf(option) + 1, 0)
    case 'repeat':
      if (node.most === Infinity) return sizeOf(node.part) * (node.least + 1) + 1
      return Math.max(1, sizeOf(node.part) * node.most + node.most - node.least)
    case 'bytes':
    case 'start':
    case 'end':
      return 1
  }
}
