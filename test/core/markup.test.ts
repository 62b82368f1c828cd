import fc from 'fast-check'
import { expect, test } from 'vitest'
import { markupFormat, parseMarkup } from '../../src/core/markup.ts'
import { judge as judgeAnswers } from './build-exchange.ts'

const TYPES = { xml: 'application/xml', html: 'text/html; charset=utf-8' }

const judge = (format: 'xml' | 'html', primary: string, shadow: string) =>
  judgeAnswers(
    { headers: ['content-type', TYPES[format]], body: primary },
    { headers: ['content-type', TYPES[format]], body: shadow },
  ).differences

test.each([
  ['', 'text/html', 'html'],
  ['', 'Text/HTML; charset=utf-8', 'html'],
  ['', 'application/xhtml+xml', 'xml'],
  ['', 'text/xml', 'xml'],
  ['', 'application/xml', 'xml'],
  ['', 'application/atom+xml; type=feed', 'xml'],
  ['\uFEFF<?xml version="1.0"?><a/>', '', 'xml'],
  ['\n <!doctype HTML><p>', 'text/plain', 'html'],
  ['<html lang="en">', 'application/octet-stream', 'html'],
  ['<htmlx>', '', undefined],
  ['a <?xml ?>', '', undefined],
  ['x < y', 'text/plain', undefined],
])('%j of type %j is %j', (text, type, format) => {
  expect(markupFormat(text, type)).toBe(format)
})

test.each([
  ['<a x="1" y="2"/>', '<a y="2" x=\'1\'></a>'],
  ['<?xml version="1.0" encoding="utf-8"?>\n<a/>', '<a/>'],
  ['<a><b/><c>1</c></a>', '<a>\n  <b/>\n  <!-- c --><c>1</c>\n</a>\n'],
  ['<a>x</a>', '<a>\n  x\n</a>'],
  ['<a>&lt;1&#65;</a>', '<a><![CDATA[<1]]>A</a>'],
  ['<p:a xmlns:p="urn:x"><p:b/></p:a>', '<a xmlns="urn:x"><q:b xmlns:q="urn:x"/></a>'],
  ['<a xmlns:l="urn:l" l:href="/"/>', '<a xmlns:m="urn:l" m:href="/"/>'],
])('XML %j equals %j', (primary, shadow) => {
  expect(judge('xml', primary, shadow)).toEqual([])
})

test.each([
  ['<a x="1"/>', '<a x="2"/>', 'value body:/children/0/a/attributes/x'],
  ['<a x="1"/>', '<a/>', 'missing body:/children/0/a/attributes/x'],
  ['<a><b/></a>', '<a><b/><c/></a>', 'extra body:/children/0/a/children/1'],
  ['<a><b/><c/></a>', '<a><c/></a>', 'missing body:/children/0/a/children/0'],
  ['<a><b/><c/></a>', '<a><c/><b/></a>', 'order body:/children/0/a/children'],
  ['<a>x</a>', '<a>y</a>', 'value body:/children/0/a/children/0'],
  ['<a>x</a>', '<a> x</a>', 'value body:/children/0/a/children/0'],
  ['<a>x y</a>', '<a>x\ny</a>', 'value body:/children/0/a/children/0'],
  ['<a> </a>', '<a/>', 'missing body:/children/0/a/children/0'],
  ['<a xmlns="urn:1"/>', '<a xmlns="urn:2"/>', 'value body:/children/0/a/namespace'],
  ['<a xmlns="urn:1"/>', '<a/>', 'missing body:/children/0/a/namespace'],
  [
    '<a xmlns:t="urn:1" type="t:X"/>',
    '<a xmlns:t="urn:2" type="t:X"/>',
    'value body:/children/0/a/declared/t',
  ],
  ['<?go fast?><a/>', '<?go slow?><a/>', 'value body:/children/0/?go'],
  ['<!DOCTYPE a><a/>', '<!DOCTYPE b><a/>', 'value body:/doctype'],
  [
    '<a xmlns:p="u" xmlns:q="u" p:x="1" q:x="2"/>',
    '<a xmlns:p="u" xmlns:q="u" p:x="1" q:x="3"/>',
    'value body:/children/0/a/attributes/q:x',
  ],
  ['<a __proto__="1"/>', '<a __proto__="2"/>', 'value body:/children/0/a/attributes/__proto__'],
  [
    '<a xml:space="preserve">\n</a>',
    '<a xml:space="preserve"/>',
    'missing body:/children/0/a/children/0',
  ],
])('XML %j and %j differ', (primary, shadow, expected) => {
  expect(judge('xml', primary, shadow).map((d) => `${d.kind} ${d.location}`)).toContain(expected)
})

test.each([
  '<a><b></a></b>',
  '<a>',
  '<a/></b>',
  '<a/><b/>',
  '<a/>text',
  '<a x=1/>',
  '<a x/>',
  '<a x="1" x="2"/>',
  '<a><b x="1>2',
  '<a/><b',
  'no markup',
])('broken XML %j is compared as text, by line', (text) => {
  expect(parseMarkup(text, 'xml')).toEqual({ kind: 'broken' })
  expect(judge('xml', `${text}\n1`, `${text}\n2`)).toMatchObject([
    { kind: 'value', location: 'body:', primary: '"line 2: 1"', shadow: '"line 2: 2"' },
  ])
})

test('XML that only one side broke is a difference of the whole body', () => {
  expect(judge('xml', '<a>1</a>', '<a>1</a')).toMatchObject([
    { kind: 'type', location: 'body:', severity: 'breaking', primary: '"<a>1</a>"' },
  ])
})

test.each([
  ['<!DOCTYPE html><p>a', '<!doctype HTML>\n<P>a</P>\n'],
  ['<div class="b a">x</div>', '<div class=" a\nb a ">x</div>'],
  ['<input disabled>', '<input disabled="disabled"/>'],
  ['<br>', '<br/>'],
  ['<ul><li>a<li>b</ul>', '<ul>\n  <li>a</li>\n  <li>b</li>\n</ul>'],
  ['<p>a  b</p>', '<p>\n a\n b\n</p>'],
  ['<p>a <b>b</b></p>', '<p>a\n  <b>b</b>\n</p>'],
  ['<p title=x>', "<p title='x'></p>"],
  ['<p>&eacute;</p>', '<p>é<!-- e --></p>'],
])('HTML %j equals %j', (primary, shadow) => {
  expect(judge('html', primary, shadow)).toEqual([])
})

test.each([
  [
    '<div class="a">x</div>',
    '<div class="a b">x</div>',
    'value body:/children/0/div/attributes/class',
  ],
  ['<input disabled>', '<input>', 'missing body:/children/0/input/attributes/disabled'],
  ['<p>a<b>b</b></p>', '<p>a <b>b</b></p>', 'value body:/children/0/p/children/0'],
  ['<pre>a  b</pre>', '<pre>a b</pre>', 'value body:/children/0/pre/children/0'],
  [
    '<script>a()\nb()</script>',
    '<script>a() b()</script>',
    'value body:/children/0/script/children/0',
  ],
  ['<p>a</p><div>b</div>', '<p>a</p>', 'missing body:/children/1'],
  ['<html><div>a</div></html>', '<html><div>a', 'extra body:/children/0/html/closed'],
  ['<!doctype html><p>a', '<p>a', 'missing body:/doctype'],
])('HTML %j and %j differ', (primary, shadow, expected) => {
  expect(judge('html', primary, shadow).map((d) => `${d.kind} ${d.location}`)).toContain(expected)
})

test('HTML that ends inside a tag is compared as text', () => {
  expect(parseMarkup('<p>a</p><p title="b>c', 'html')).toEqual({ kind: 'broken' })
})

test('markup that is too deep or too much cannot be compared, and does not take long to say so', () => {
  expect(parseMarkup('<b>'.repeat(1_000_000), 'html')).toEqual({ kind: 'too-deep' })
  expect(parseMarkup(`<a>${'<b/>'.repeat(600_000)}</a>`, 'xml')).toEqual({ kind: 'too-deep' })
  const deep = (text: string) => `${'<a>'.repeat(256)}${text}${'</a>'.repeat(256)}`
  expect(judge('xml', deep('1'), deep('2'))).toMatchObject([{ kind: 'value' }])
})

interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly (Element | string)[]
}

const name = fc.constantFrom('a', 'b', 'c')
const word = fc.constantFrom('x', 'y z', '1', '<&>"', 'ü')
const { element } = fc.letrec<{ element: Element }>((tie) => ({
  element: fc.record({
    name,
    attributes: fc.dictionary(name, word, { maxKeys: 2 }),
    children: fc.oneof(
      { depthSize: 'small' },
      fc.array(word, { maxLength: 1 }),
      fc.array(tie('element'), { maxLength: 3 }),
      fc.tuple(word, tie('element'), word),
    ),
  }),
}))

const escape = (text: string) =>
  text.replace(/[<&>"]/g, (character) => `&#${character.charCodeAt(0)};`)

/** One way to write a tree; `loose` is another. */
function write(node: Element | string, loose: boolean, isBlock = false): string {
  if (typeof node === 'string') return loose ? `<!-- t -->${escape(node)}` : escape(node)
  const attributes = Object.entries(node.attributes).map(([key, value]) =>
    loose ? ` ${key} = '${escape(value)}'` : ` ${key}="${escape(value)}"`,
  )
  if (loose) attributes.reverse()
  const isData = node.children.every((child) => typeof child !== 'string')
  const inner = node.children.map((child) => write(child, loose, isData)).join('')
  const open = loose ? `p:${node.name}` : node.name
  const text = `<${open}${attributes.join('')}>${inner}${loose && isData && inner !== '' ? '\n' : ''}</${open}>`
  return loose && isBlock ? `\n  ${text}` : text
}

const document = (node: Element, loose: boolean) => {
  const text = write(node, loose)
  return text.replace(/^<(p:)?(\w+)/, loose ? '<$1$2 xmlns:p="urn:x"' : '<$1$2 xmlns="urn:x"')
}

const canonical = (node: Element | string): unknown =>
  typeof node === 'string'
    ? node
    : [node.name, Object.entries(node.attributes).sort(), node.children.map(canonical)]

test('two documents are equal exactly when their trees are, however they are written', () => {
  fc.assert(
    fc.property(element, element, (one, other) => {
      expect(judge('xml', document(one, false), document(one, true))).toEqual([])
      const isEqual = JSON.stringify(canonical(one)) === JSON.stringify(canonical(other))
      const found = judge('xml', document(one, false), document(other, true))
      expect(found.length === 0).toBe(isEqual)
    }),
    { numRuns: 500 },
  )
})

test('one change anywhere in a document is found', () => {
  fc.assert(
    fc.property(element, fc.nat(), (tree, at) => {
      const text = document(tree, false)
      const places = [...text.matchAll(/>[xy1ü]|="[xy1ü]/g)].map(
        ({ index, 0: found }) => index + found.length - 1,
      )
      fc.pre(places.length > 0)
      const place = places[at % places.length] ?? 0
      const changed = `${text.slice(0, place)}Q${text.slice(place + 1)}`
      expect(judge('xml', text, changed)).not.toEqual([])
    }),
    { numRuns: 300 },
  )
})

test.each(['xml', 'html'] as const)('line breaks of %s are one, however written', (format) => {
  const page = '<pre a="b">x\ny\n\nz</pre>'
  expect(judge(format, page, page.replaceAll('\n', '\r\n'))).toEqual([])
  expect(judge(format, page, page.replaceAll('\n', '\r'))).toEqual([])
  expect(judge(format, page, page.replace('\n', '&#13;\n'))).toHaveLength(1)
})
