/**
 * XML and HTML as values that are compared like JSON. An element is `{name: {attributes, children}}`, text is a
 * string among the children, so that `body:/children/0/feed/children/3/title/children/0` is a place. Comments,
 * the order of attributes, prefixes of namespaces and layout between elements mean nothing and are left out.
 * XML that is not well-formed is no XML here: what a lenient reader would drop must not get lost.
 */

import { Parser } from 'htmlparser2'

import type { Json } from './json-value.ts'
import { type Namespaces, createNamespaces } from './markup-namespaces.ts'
import { type MarkupNode, createLayout } from './markup-text.ts'

/** The two languages. */
export type MarkupFormat = 'xml' | 'html'

/** What became of a text that should be markup. */
export type ParsedMarkup =
  | { readonly kind: 'markup'; readonly format: MarkupFormat; readonly value: Json }
  /** Not well-formed, or cut off inside a tag. */
  | { readonly kind: 'broken' }
  /** Deeper, or of more nodes, than is compared. */
  | { readonly kind: 'too-deep' }

/** Elements in elements; each is three levels of the value, and whoever walks it recurses. */
const MAX_DEPTH = 256
const MAX_NODES = 500_000

/** The language of a text, by its content type and then by its first bytes; undefined when it is neither. */
export function markupFormat(text: string, contentType: string): MarkupFormat | undefined {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (type === 'text/html') return 'html'
  if (type === 'text/xml' || type === 'application/xml' || type.endsWith('+xml')) return 'xml'
  const start = /^\uFEFF?\s*(<\?xml\s|<!doctype\s+html\b|<html[\s>])/i.exec(text)?.[1]
  if (start === undefined) return undefined
  return start.startsWith('<?') ? 'xml' : 'html'
}

/** Reads a whole document, or of HTML a part of one. */
export function parseMarkup(text: string, format: MarkupFormat): ParsedMarkup {
  const builder = createBuilder(format)
  // Either language has one line break (XML 1.0 §2.11, HTML §13.2.3.5), and a mark before it is none of its text.
  const source = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  const parser = new ClosingParser(builder, { xmlMode: format === 'xml' })
  try {
    parser.write(source)
    builder.atEnd()
    parser.end()
    // What no event covers is the beginning of a tag that never ended.
    const isCut = parser.startIndex < source.length
    if (isCut) return { kind: 'broken' }
    return { kind: 'markup', format, value: builder.document() }
  } catch (thrown) {
    if (thrown === TOO_DEEP) return { kind: 'too-deep' }
    if (thrown === BROKEN) return { kind: 'broken' }
    throw thrown
  }
}

/** Ends of the parsing from within its events. */
const TOO_DEEP = new Error('too deep')
const BROKEN = new Error('not well-formed')

/** Takes no end tag in XML that ends nothing, or more than its element: the library would. */
class ClosingParser extends Parser {
  readonly #isXml: boolean
  readonly #builder: Builder

  constructor(builder: Builder, options: { readonly xmlMode: boolean }) {
    super(builder, options)
    this.#isXml = options.xmlMode
    this.#builder = builder
  }

  override onclosetag(start: number, endIndex: number): void {
    const depth = this.#builder.depth()
    super.onclosetag(start, endIndex)
    if (this.#isXml && this.#builder.depth() !== depth - 1) throw BROKEN
  }
}

/** An element that is not closed yet. */
interface OpenElement {
  readonly name: string
  readonly nodes: MarkupNode[]
  readonly head: Readonly<Record<string, Json>>
  readonly isInline: boolean
  readonly keepsLayout: boolean
}

type Builder = ReturnType<typeof createBuilder>

/** The parser's events to a value. */
function createBuilder(format: MarkupFormat) {
  const isXml = format === 'xml'
  const layout = createLayout(format)
  const namespaces: Namespaces | undefined = isXml ? createNamespaces() : undefined
  const roots: MarkupNode[] = []
  const open: OpenElement[] = []
  let attributes = new Map<string, string>()
  let text = ''
  let doctype: string | undefined
  let nodes = 0
  let hasEnded = false

  const siblings = (): MarkupNode[] => open.at(-1)?.nodes ?? roots

  const count = (): void => {
    if (++nodes > MAX_NODES) throw TOO_DEEP
  }

  const flush = (): void => {
    if (text === '') return
    count()
    siblings().push({ kind: 'text', text })
    text = ''
  }

  return {
    depth: () => open.length,
    atEnd: () => {
      if (isXml && open.length > 0) throw BROKEN
      hasEnded = true
    },
    onopentagname: () => {
      attributes = new Map()
    },
    onattribute: (name: string, value: string, quote?: string | null) => {
      if (isXml && (quote == null || attributes.has(name))) throw BROKEN
      if (!attributes.has(name)) attributes.set(name, value)
    },
    onopentag: (name: string) => {
      flush()
      count()
      if (open.length >= MAX_DEPTH) throw TOO_DEEP
      const own = attributes
      attributes = new Map()
      const head = namespaces?.open(name, own) ?? { name, attributes: layout.attributes(own) }
      open.push({
        name: head.name,
        head: {
          ...('namespace' in head && { namespace: head.namespace }),
          attributes: Object.fromEntries(head.attributes),
        },
        nodes: [],
        isInline: layout.isInline(name),
        keepsLayout: layout.keeps(name, own) ?? open.at(-1)?.keepsLayout ?? false,
      })
    },
    onclosetag: () => {
      flush()
      const element = open.pop()
      if (element === undefined) return
      const { name, head, isInline, keepsLayout } = element
      const unused = namespaces?.close() ?? []
      const value = {
        ...head,
        ...(unused.length > 0 && { declared: Object.fromEntries(unused) }),
        children: layout.children(element.nodes, isInline, keepsLayout),
        // A page that breaks off reads like one whose last tags were left out.
        ...(hasEnded && !layout.mayStayOpen(name) && { closed: false }),
      }
      siblings().push({ kind: 'element', value: { [name]: value }, isInline })
    },
    ontext: (data: string) => {
      text += data
    },
    onprocessinginstruction: (name: string, data: string) => {
      if (name.startsWith('!')) {
        doctype = collapse(data.slice(1).replace(/^doctype/i, ''), isXml)
        return
      }
      // The declaration tells how the bytes were read.
      if (!isXml || name.toLowerCase() === '?xml') return
      flush()
      count()
      const rest = data.slice(name.length).replace(/\?$/, '').trim()
      siblings().push({ kind: 'element', value: { [name]: rest }, isInline: false })
    },
    document: (): Json => {
      flush()
      if (isXml && !isOneRoot(roots)) throw BROKEN
      return {
        ...(doctype !== undefined && { doctype }),
        children: layout.children(roots, false, false),
      }
    },
  }
}

/** Names in a doctype have no case in HTML. */
function collapse(text: string, isXml: boolean): string {
  const collapsed = text.replace(/\s+/g, ' ').trim()
  return isXml ? collapsed : collapsed.toLowerCase()
}

/** Beside the root only instructions and layout may stand. */
function isOneRoot(roots: readonly MarkupNode[]): boolean {
  let elements = 0
  for (const node of roots) {
    if (node.kind === 'text') {
      if (node.text.trim() !== '') return false
    } else if (typeof Object.values(node.value)[0] !== 'string') {
      elements++
    }
  }
  return elements === 1
}
