import { expect, test } from 'vitest'
import { createComparer } from '../../src/core/compare.ts'
import { keyIdOf } from '../../src/core/placeholder.ts'
import { createRedactor } from '../../src/core/redact.ts'
import { exchangeOf, responseOf } from '../support/exchange-fixtures.ts'

const key = Buffer.from('a key that only this test knows')
const SECRET = 'planted-S3cret-value-7f9'
const OTHER = 'another-S3cret-value-8a0'
const HELD = /redacted\.string\.[\d-]+\.[0-9a-f]{16}\.[0-9a-f]{8}/g

/** An answer and its differences from one of the other version, as they are stored. */
function redact(
  content: string,
  { type = 'application/xml', body = [] }: { type?: string; body?: readonly string[] } = {},
) {
  const headers = ['Content-Type', type]
  const judged = createComparer().judge(
    exchangeOf({
      primary: responseOf(content, { headers }),
      shadow: responseOf(content.replaceAll(SECRET, OTHER), { headers }),
    }),
  )
  const redacted = createRedactor({ key, keyId: keyIdOf(key), body }).redact(judged)
  const { primary, shadow } = redacted.exchange
  if (primary?.kind !== 'response' || shadow?.kind !== 'response') throw new Error('no response')
  return {
    text: primary.body.bytes.toString(),
    stored: primary.body.bytes.toString() + shadow.body.bytes.toString(),
    differences: redacted.judgement.differences,
  }
}

const CASES = [
  ['an element', `<login><password>${SECRET}</password><user>bob</user></login>`],
  ['an element with attributes', `<login><password type="text">${SECRET}</password></login>`],
  [
    'an element with a prefix',
    `<s:Envelope xmlns:s="urn:s"><s:Password Type="urn:t#Text">${SECRET}</s:Password></s:Envelope>`,
  ],
  ['character data', `<login><password><![CDATA[${SECRET}]]></password></login>`],
  ['an attribute', `<login user="bob" token="${SECRET}"/>`],
  ['an attribute in single quotes', `<login token = '${SECRET}' user='bob'/>`],
  ['an attribute with a prefix', `<login xmlns:s="urn:s" s:token="${SECRET}"/>`],
  [
    'elements inside',
    `<login><credentials><user>bob</user><key>${SECRET}</key></credentials></login>`,
  ],
  ['attributes inside', `<login><credentials><by how="${SECRET}"/></credentials></login>`],
  ['an attribute of an empty element', `<login><token value="${SECRET}"/></login>`],
  ['a setting', `<settings><add key="ApiKey" value="${SECRET}"/></settings>`],
  [
    'a member of a struct',
    `<struct><member><name>password</name><value><string>${SECRET}</string></value></member></struct>`,
  ],
  ['several lines', `<login>\n  <password>\n    ${SECRET}\n  </password>\n</login>`],
] as const

test.each(CASES)(
  'a secret in %s of XML is replaced, in bodies and in differences',
  (_, content) => {
    const { stored, differences, text } = redact(content)
    expect(stored).not.toMatch(/S3cret/)
    expect(text.match(HELD)?.length).toBeGreaterThan(0)
    expect(differences.length).toBeGreaterThan(0)
    expect(JSON.stringify(differences)).not.toMatch(/S3cret/)
  },
)

test.each(CASES)('a secret in %s of XML that was cut short is replaced', (_, content) => {
  for (const cut of [3, 8]) {
    const end = content.indexOf(SECRET) + SECRET.length - cut
    expect(redact(content.slice(0, end)).text).not.toMatch(/S3cret/)
  }
})

test.each([
  ['a field', `<form><input type="password" name="password" value="${SECRET}"></form>`],
  ['a hidden field', `<form><input value='${SECRET}' type=hidden name="csrf_token"></form>`],
  ['a meta tag', `<html><head><meta name="csrf-token" content="${SECRET}"></head></html>`],
  ['an attribute', `<div data-api-key="${SECRET}">x</div>`],
  ['an attribute without quotes', `<div data-token=${SECRET}>x</div>`],
])('a secret in %s of HTML is replaced, in bodies and in differences', (_, content) => {
  const { stored, differences } = redact(content, { type: 'text/html' })
  expect(stored).not.toMatch(/S3cret/)
  expect(differences.length).toBeGreaterThan(0)
  expect(JSON.stringify(differences)).not.toMatch(/S3cret/)
})

test.each([
  '<items><item id="1"><author>Ann</author><page-token-count>3</page-token-count></item></items>',
  '<login><password/><token></token><secret>true</secret></login>',
  '<p>Forgot your <b>password</b>? <a href="/reset">Reset it</a></p>',
  '<label for="password">Password</label><input name="password">',
  '<key>color</key><string>red</string>',
])('markup without secrets stays as it is: %s', (content) => {
  expect(redact(content, { type: 'text/html' }).text).toBe(content)
})

test('markup stays well-formed around a placeholder', () => {
  const content = `<a xmlns="urn:a" x="1"><password type="t">${SECRET} &amp; more</password> rest <b/></a>`
  expect(redact(content).text.replaceAll(HELD, 'X')).toBe(
    '<a xmlns="urn:a" x="1"><password type="X">X</password> rest <b/></a>',
  )
})

test('a secret has one placeholder, whether it is written with entities or not', () => {
  const [first, second] =
    redact(
      `<a><password>${SECRET}&lt;</password><token><![CDATA[${SECRET}<]]></token></a>`,
    ).text.match(HELD) ?? []
  expect(first).toBeDefined()
  expect(second).toBe(first)
})

test.each([
  ['elements without end', '<token>'],
  ['elements of many names without end', '<token0>'],
  ['fields without end', '<x name="token" '],
])('a body of nothing but %s costs no more than others of its size', (_, part) => {
  let n = 0
  const content = part.repeat(200_000).replace(/0>/g, () => `${n++}>`)
  // Quadratic would be minutes, far beyond what a test may take.
  expect(redact(content, { type: 'text/plain' }).text.length).toBeGreaterThanOrEqual(content.length)
})

const USER = `<?xml version="1.0"?>
<a:reply xmlns:a="urn:a" at="1">
  <!-- of today -->
  <a:user nick="bob" mail="${SECRET}">
    <a:email>${SECRET}</a:email>
    <a:email kind="home"><![CDATA[${SECRET}]]> or <b>${SECRET}</b></a:email>
    <a:name>Bob</a:name>
  </a:user>
</a:reply>`
const PLACES = [
  [
    'as the comparer spells them',
    ['/children/*/reply/children/*/user/children/*/email', '/**/attributes/mail'],
  ],
  ['by the names of elements', ['/reply/user/email', '/reply/user/@mail']],
  ['wherever they are', ['/**/email', '/**/@mail']],
  ['all that is in an element', ['/reply/user']],
] as const

test.each(PLACES)('places in XML are named %s', (_, body) => {
  const { text, stored, differences } = redact(USER, { body })
  expect(stored).not.toMatch(/S3cret/)
  expect(text).toContain('<a:reply xmlns:a="urn:a" at="1">\n  <!-- of today -->\n  <a:user nick="')
  expect(text).toContain('</a:name>\n  </a:user>\n</a:reply>')
  expect(text.includes('Bob')).toBe(body[0] !== '/reply/user')
  expect(differences.length).toBeGreaterThan(2)
  expect(JSON.stringify(differences)).not.toMatch(/S3cret/)
})

test.each(PLACES)('places in XML that was cut anywhere are named %s', (_, body) => {
  for (let end = 0; end < USER.length; end += 3) {
    expect(redact(USER.slice(0, end), { body }).text).not.toMatch(/S3cret/)
  }
})

test('places in HTML are named too, and elements that end by themselves are no parents', () => {
  const content = `<html><body><p>Hello<br>you<p class="MAIL" data-x="1">${SECRET}<div id=b>${SECRET}</div></body></html>`
  const { stored, differences } = redact(content, {
    type: 'text/html',
    body: ['/html/body/p', '/**/div'],
  })
  expect(stored).not.toMatch(/S3cret/)
  expect(stored).toContain('<html><body><p>')
  expect(JSON.stringify(differences)).not.toMatch(/S3cret/)
})

test('places in HTML that was cut anywhere are named', () => {
  const content = `<ul><li>one<li data-mail="${SECRET}">two<br><li>${SECRET}`
  for (let end = 0; end < content.length; end++) {
    const body = ['/ul/li']
    expect(redact(content.slice(0, end), { type: 'text/html', body }).text).not.toMatch(/S3cret/)
  }
})

test('markup that holds nothing at a named place stays byte for byte', () => {
  expect(redact(USER, { body: ['/reply/other', '/user/email'] }).text).toBe(USER)
})

test('a difference below a named place is redacted, in JSON as in XML', () => {
  const json = redact(`{"user":{"mail":["${SECRET}"]},"n":1}`, {
    type: 'application/json',
    body: ['/user'],
  })
  expect(json.differences).toMatchObject([{ location: 'body:/user/mail/0' }])
  expect(JSON.stringify(json.differences)).not.toMatch(/S3cret/)
})
