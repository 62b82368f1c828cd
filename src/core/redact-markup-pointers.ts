/**
 * What the configuration names by place in XML and HTML. A place is spelled as the comparer does
 * (`/children/0/user/children/1/email`, where an index is best a `*`), or by the names of the elements alone
 * (`/user/email`, an attribute as `/user/@id`), so that one list of places serves JSON and XML.
 */

import { Parser } from 'htmlparser2'

import { createNamespaces } from './markup-namespaces.ts'
import type { MarkupFormat } from './markup.ts'
import { redactMarkup, redactTag } from './redact-markup.ts'
import type { PointerMatch } from './redact-pointers.ts'
import type { Secrets } from './secrets.ts'

/** A place among the names of elements alone; undefined when the pointer is none of the comparer's for markup. */
export function elementPath(pointer: string): string | undefined {
  if (!pointer.startsWith('/children/')) return undefined
  const segments = pointer.split('/').slice(1)
  let path = ''
  for (let at = 0; at < segments.length;) {
    const [segment, index, name] = segments.slice(at, at + 3)
    if (segment === 'attributes' && index !== undefined) return `${path}/@${localName(index)}`
    if (segment !== 'children' || index === undefined || name === undefined) break
    path += `/${name}`
    at += 3
  }
  return path
}

/** A match that knows places in markup by the names of elements too. */
export function withElementPaths(isNamed: PointerMatch): PointerMatch {
  return (pointer) => {
    if (isNamed(pointer)) return true
    const path = elementPath(pointer)
    return path !== undefined && path !== '' && isNamed(path)
  }
}

interface OpenElement {
  readonly pointer: string
  readonly isNamed: boolean
  children: number
}

/** The text with named elements and attributes replaced where they stand, also when it was cut short. */
export function redactMarkupPointers(
  text: string,
  format: MarkupFormat,
  isNamed: PointerMatch,
  secrets: Secrets,
): string {
  const namespaces = format === 'xml' ? createNamespaces() : undefined
  const open: OpenElement[] = [{ pointer: '', isNamed: isNamed(''), children: 0 }]
  let result = ''
  let copied = 0
  let textStart: number | undefined
  /** Up to where events have come. */
  let seen = 0
  const replace = (from: number, to: number, change: (part: string) => string) => {
    if (from < copied) return
    result += text.slice(copied, from) + change(text.slice(from, to))
    copied = to
  }
  const around = () => open.at(-1) ?? { pointer: '', isNamed: false, children: 0 }
  const endText = (to: number) => {
    if (textStart === undefined) return
    const from = textStart
    textStart = undefined
    if (!/\S/.test(text.slice(from, to))) return
    const parent = around()
    const pointer = `${parent.pointer}/children/${parent.children++}`
    if (!parent.isNamed && !isNamed(pointer)) return
    replace(from, to, (part) => redactMarkup(part, secrets))
  }
  const attributesOf = (pointer: string, names: ReadonlyMap<string, string>) => (name: string) => {
    // An attribute that was cut short was never resolved.
    const resolved = names.get(name) ?? name.toLowerCase()
    const local = name.slice(name.indexOf(':') + 1)
    return [resolved, local].some((each) => isNamed(`${pointer}/attributes/${escape(each)}`))
  }
  const openElement = (
    raw: string,
    attributes: ReadonlyMap<string, string>,
    from: number,
    to: number,
  ) => {
    const parent = around()
    const head = namespaces?.open(raw, attributes)
    const pointer = `${parent.pointer}/children/${parent.children++}/${escape(head?.name ?? raw)}`
    const element = { pointer, isNamed: parent.isNamed || isNamed(pointer), children: 0 }
    open.push(element)
    const own = [...attributes.keys()].filter((name) => !/^xmlns(?::|$)/.test(name))
    const resolved = [...(head?.attributes.keys() ?? own)]
    const names = new Map(own.map((name, at) => [name, resolved[at] ?? name]))
    const isSecret = element.isNamed ? undefined : attributesOf(pointer, names)
    replace(from, to, (tag) => redactTag(tag, secrets, isSecret))
  }
  let attributes = new Map<string, string>()
  const parser = new Parser(
    {
      onopentagname: () => {
        attributes = new Map()
      },
      onattribute: (name, value) => {
        if (!attributes.has(name)) attributes.set(name, value)
      },
      onopentag: (name) => {
        endText(parser.startIndex)
        seen = parser.endIndex + 1
        openElement(name, attributes, parser.startIndex, seen)
      },
      onclosetag: (_, isImplied) => {
        endText(parser.startIndex)
        // The tag that implies it has only begun.
        if (!isImplied) seen = parser.endIndex + 1
        if (open.length > 1) open.pop()
        namespaces?.close()
      },
      ontext: () => {
        textStart ??= parser.startIndex
        seen = parser.endIndex + 1
      },
      onprocessinginstruction: () => {
        endText(parser.startIndex)
        seen = parser.endIndex + 1
      },
      oncomment: () => {
        endText(parser.startIndex)
        seen = parser.endIndex + 1
        if (around().isNamed) replace(parser.startIndex, seen, () => '<!---->')
      },
    },
    { xmlMode: format === 'xml' },
  )
  parser.write(text)
  endText(seen)
  // What no event covers is the beginning of a tag that never ended, or of character data.
  const cut = text.slice(seen)
  const [, name] = /^<([^\s<>/!?]+)/.exec(cut) ?? []
  if (name !== undefined) openElement(name, attributes, seen, text.length)
  else if (around().isNamed) replace(seen, text.length, (part) => redactMarkup(part, secrets))
  return result + text.slice(copied)
}

function escape(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

/** `{urn:a}id` is `id` for people. */
function localName(segment: string): string {
  return segment.slice(segment.lastIndexOf('}') + 1)
}
