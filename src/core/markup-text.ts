/**
 * Which whitespace of markup is layout. In HTML all runs of it are one space, and none next to blocks, except
 * where the element says otherwise. In XML only what indents is layout: a line break with the blanks around it
 * at the edge of a text, and blanks between elements; all other text is kept as it is.
 */

import type { Json, JsonObject } from './json-value.ts'

/** A child of an element, as it is read. */
export type MarkupNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'element'; readonly value: JsonObject; readonly isInline: boolean }

/** The layout of one language. */
export interface Layout {
  isInline(name: string): boolean
  /** Whether an element keeps all whitespace in it; undefined: as its parent. */
  keeps(name: string, attributes: ReadonlyMap<string, string>): boolean | undefined
  /** Attributes as they are compared. */
  attributes(attributes: ReadonlyMap<string, string>): ReadonlyMap<string, Json>
  /** Whether the end tag may be left out. */
  mayStayOpen(name: string): boolean
  /** Children without layout. */
  children(nodes: readonly MarkupNode[], isInline: boolean, keeps: boolean): readonly Json[]
}

/** The layout of a language. */
export function createLayout(format: 'xml' | 'html'): Layout {
  return format === 'xml' ? XML : HTML
}

const XML: Layout = {
  isInline: () => false,
  keeps: (_, attributes) => {
    const space = attributes.get('xml:space')
    return space === undefined ? undefined : space === 'preserve'
  },
  attributes: (attributes) => attributes,
  mayStayOpen: () => true,
  children: (nodes, _, keeps) => {
    // Blanks beside text are part of it; beside elements alone they are layout.
    const isMixed = nodes.some((node) => node.kind === 'text' && /\S/.test(node.text))
    const isAlone = nodes.length === 1
    const children: Json[] = []
    for (const node of nodes) {
      if (node.kind === 'element') {
        children.push(node.value)
        continue
      }
      const text = keeps ? node.text : withoutIndent(node.text)
      if (text !== '' && (keeps || isMixed || isAlone)) children.push(text)
    }
    return children
  },
}

/** By index, because a regular expression for blanks at the end is quadratic. */
function withoutIndent(text: string): string {
  let start = 0
  while (start < text.length && isBlank(text, start)) start++
  let end = text.length
  while (end > start && isBlank(text, end - 1)) end--
  return text.slice(
    hasBreak(text, 0, start) ? start : 0,
    hasBreak(text, end, text.length) ? end : text.length,
  )
}

function hasBreak(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (isBreak(text, at)) return true
  return false
}

function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code === 32 || code === 9 || code === 10 || code === 13
}

function isBreak(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code === 10 || code === 13
}

const HTML: Layout = {
  isInline: (name) => INLINE.has(name),
  keeps: (name) => (VERBATIM.has(name) ? true : undefined),
  attributes: (attributes) => new Map([...attributes].map(htmlAttribute)),
  mayStayOpen: (name) => OPTIONAL_END.has(name),
  children: (nodes, isInline, keeps) => {
    const children: Json[] = []
    nodes.forEach((node, index) => {
      if (node.kind === 'element') {
        children.push(node.value)
        return
      }
      if (keeps) {
        children.push(node.text)
        return
      }
      const before = nodes[index - 1]
      const after = nodes[index + 1]
      const text = collapsed(
        node.text,
        before === undefined ? isInline : isInlineElement(before),
        after === undefined ? isInline : isInlineElement(after),
      )
      if (text !== '') children.push(text)
    })
    return children
  },
}

function isInlineElement(node: MarkupNode): boolean {
  return node.kind === 'element' && node.isInline
}

/** A space next to something inline can be seen; next to a block, or at its edge, it cannot. */
function collapsed(text: string, keepsStart: boolean, keepsEnd: boolean): string {
  let result = text.replace(/[ \t\n\r\f]+/g, ' ')
  if (!keepsStart && result.startsWith(' ')) result = result.slice(1)
  if (!keepsEnd && result.endsWith(' ')) result = result.slice(0, -1)
  return result
}

/** The classes of an element are a set, and of some attributes only their presence counts. */
function htmlAttribute([name, value]: readonly [string, string]): readonly [string, Json] {
  if (name === 'class') {
    const classes = new Set(value.split(/\s+/).filter((each) => each !== ''))
    return [name, [...classes].sort().join(' ')]
  }
  return [name, BOOLEAN.has(name) ? true : value]
}

const VERBATIM: ReadonlySet<string> = new Set(['pre', 'textarea', 'script', 'style', 'title'])

const INLINE: ReadonlySet<string> = new Set(
  (
    'a abbr acronym b bdi bdo big button cite code data del dfn em font i img input ins kbd label ' +
    'map mark meter object output picture progress q ruby s samp select small span strike strong ' +
    'sub sup svg math time tt u var video audio canvas iframe embed wbr'
  ).split(' '),
)

const BOOLEAN: ReadonlySet<string> = new Set(
  (
    'allowfullscreen async autofocus autoplay checked controls default defer disabled formnovalidate ' +
    'inert ismap itemscope loop multiple muted nomodule novalidate open playsinline readonly required ' +
    'reversed selected'
  ).split(' '),
)

const OPTIONAL_END: ReadonlySet<string> = new Set(
  'colgroup dd dt li optgroup option p rb rp rt rtc tbody td tfoot th thead tr'.split(' '),
)
