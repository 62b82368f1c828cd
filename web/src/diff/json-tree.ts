/**
 * JSON text as a tree that keeps every token as it was sent: `1.10` stays `1.10`, members keep their order
 * and repeats. A text that was cut short gives the tree of what is there.
 */

/** A value with its spelling. */
export type JsonNode =
  | { readonly kind: 'scalar'; readonly text: string }
  | (JsonContainer & { readonly kind: 'array'; readonly items: readonly JsonNode[] })
  | (JsonContainer & { readonly kind: 'object'; readonly members: readonly JsonMember[] })

interface JsonContainer {
  /** The text it was read from: equal text is equal without a look inside. */
  readonly text: string
  /** It ended early. */
  readonly cut: boolean
}

/** A member of an object. */
export interface JsonMember {
  /** As sent, quotes and escapes included. */
  readonly key: string
  readonly name: string
  readonly value: JsonNode
}

/** What the text was; `cut` when it ended in the middle. */
export interface JsonTree {
  readonly root: JsonNode
  readonly cut: boolean
}

// Deeper than anything a service means, shallower than the stack.
const deepest = 500

const scalarToken = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y

/** The tree of a text; undefined when it is no JSON object or array. */
export function parseJsonTree(text: string): JsonTree | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  const parser = new Parser(text)
  try {
    const root = parser.value(0)
    parser.space()
    return parser.atEnd ? { root, cut: false } : undefined
  } catch (thrown) {
    if (thrown instanceof NotJson) return undefined
    if (thrown instanceof Cut) return { root: thrown.node, cut: true }
    throw thrown
  }
}

/** Each container on the way out adds itself, so that the root arrives. */
class Cut extends Error {
  readonly node: JsonNode

  constructor(node: JsonNode) {
    super('the text ends early')
    this.node = node
  }
}

class NotJson extends Error {}

class Parser {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length
  }

  space(): void {
    for (; this.#at < this.#text.length; this.#at++) {
      const code = this.#text.charCodeAt(this.#at)
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return
    }
  }

  value(depth: number): JsonNode {
    if (depth > deepest) throw new NotJson()
    this.space()
    const first = this.#text[this.#at]
    if (first === '{') return this.#object(depth)
    if (first === '[') return this.#array(depth)
    if (first === '"') return { kind: 'scalar', text: this.#string() }
    if (first === undefined) throw new Cut(nothing)
    scalarToken.lastIndex = this.#at
    const token = scalarToken.exec(this.#text)?.[0]
    if (token === undefined) {
      // `tr` at the very end is `true` cut short; anywhere else it is no JSON.
      const rest = this.#text.slice(this.#at)
      if (/^(-|t|tr|tru|f|fa|fal|fals|n|nu|nul)$/.test(rest)) {
        throw new Cut({ kind: 'scalar', text: rest })
      }
      throw new NotJson()
    }
    this.#at += token.length
    return { kind: 'scalar', text: token }
  }

  #array(depth: number): JsonNode {
    const items: JsonNode[] = []
    const start = this.#at++
    const end = (cut: boolean): JsonNode => {
      return { kind: 'array', items, cut, text: this.#text.slice(start, this.#at) }
    }
    try {
      this.space()
      if (this.#take(']')) return end(false)
      for (;;) {
        items.push(this.value(depth + 1))
        this.space()
        if (this.#take(']')) return end(false)
        this.#expect(',')
      }
    } catch (thrown) {
      if (!(thrown instanceof Cut)) throw thrown
      if (thrown.node !== nothing) items.push(thrown.node)
      throw new Cut(end(true))
    }
  }

  #object(depth: number): JsonNode {
    const members: JsonMember[] = []
    let key: string | undefined
    const start = this.#at++
    const end = (cut: boolean): JsonNode => {
      return { kind: 'object', members, cut, text: this.#text.slice(start, this.#at) }
    }
    try {
      this.space()
      if (this.#take('}')) return end(false)
      for (;;) {
        this.space()
        if (!this.atEnd && this.#text[this.#at] !== '"') throw new NotJson()
        key = undefined
        if (this.atEnd) throw new Cut(nothing)
        key = this.#string()
        this.space()
        this.#expect(':')
        members.push({ key, name: nameOf(key), value: this.value(depth + 1) })
        this.space()
        if (this.#take('}')) return end(false)
        this.#expect(',')
      }
    } catch (thrown) {
      if (!(thrown instanceof Cut)) throw thrown
      const { node } = thrown
      if (key !== undefined && node !== nothing)
        members.push({ key, name: nameOf(key), value: node })
      throw new Cut(end(true))
    }
  }

  /** The raw token, quotes included. */
  #string(): string {
    const start = this.#at
    for (let i = start + 1; i < this.#text.length; i++) {
      const code = this.#text.charCodeAt(i)
      if (code === 34) {
        this.#at = i + 1
        return this.#text.slice(start, this.#at)
      }
      if (code === 92) i++
      else if (code < 32) throw new NotJson()
    }
    this.#at = this.#text.length
    throw new Cut({ kind: 'scalar', text: this.#text.slice(start) })
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  #expect(character: string): void {
    if (this.atEnd) throw new Cut(nothing)
    if (!this.#take(character)) throw new NotJson()
  }
}

const nothing: JsonNode = { kind: 'scalar', text: '' }

function nameOf(key: string): string {
  if (!key.includes('\\')) return key.slice(1, -1)
  try {
    return JSON.parse(key) as string
  } catch {
    return key.slice(1, -1)
  }
}
