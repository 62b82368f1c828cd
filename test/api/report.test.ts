import { createHash } from 'node:crypto'
import { Parser } from 'htmlparser2'
import { expect, test } from 'vitest'
import { showInvisible } from '../../src/api/html.ts'
import { differenceOf, judgedOf } from '../support/exchange-fixtures.ts'
import { openReview } from '../support/review-console.ts'

/** What attacks whoever puts it into a page. */
const HOSTILE = `</style></script><img src=x onerror=alert(1)>"'\`><svg/onload=alert(2)>\u202Egnp\u200B\u0007\u001b[31m&lt;b&gt;`

async function openHostile() {
  const review = await openReview()
  await review.save([
    judgedOf(
      {
        request: {
          method: 'GET',
          target: `/items/${encodeURIComponent('x')}/<img src=x onerror=alert(4)>`,
          headers: [],
          body: { bytes: Buffer.alloc(0), length: 0 },
        },
        requestId: `r"><script>alert(3)</script>`,
      },
      {
        differences: [
          differenceOf({
            location: `body:/${HOSTILE}`,
            primary: JSON.stringify(HOSTILE),
            shadow: `"${'x'.repeat(2000)}"`,
            severity: 'breaking',
          }),
        ],
      },
      `GET /${HOSTILE}`,
    ),
  ])
  const { app } = review
  await app.inject({
    ...{ method: 'POST', url: '/api/v1/rules' },
    payload: { id: 'cdn', rewrite: 'body:/url', pattern: '<b>', with: '<script>' },
  })
  return review
}

/** Every element and attribute that a parser finds. */
function elementsOf(html: string) {
  const names = new Set<string>()
  const attributes = new Set<string>()
  let text = ''
  const parser = new Parser({
    onopentag(name, own) {
      names.add(name)
      for (const attribute of Object.keys(own)) attributes.add(attribute)
    },
    ontext(part) {
      text += part
    },
  })
  parser.end(html)
  return { names: [...names].sort(), attributes: [...attributes].sort(), text }
}

test('the report is one file with everything in it, and nothing captured is markup', async () => {
  const { app } = await openHostile()
  const answer = await app.inject('/api/v1/report')
  expect(answer.statusCode).toBe(200)
  const { names, attributes, text } = elementsOf(answer.body)
  expect(
    names.filter((name) => ['script', 'img', 'svg', 'iframe', 'link', 'b'].includes(name)),
  ).toEqual([])
  expect(attributes).toEqual(
    ['charset', 'class', 'content', 'http-equiv', 'lang', 'name', 'scope'].sort(),
  )
  expect(text).toContain('<img src=x onerror=alert(1)>')
  expect(text).toContain('⟨U+202E⟩gnp⟨U+200B⟩')
  expect(text).toContain('"<b>" becomes "<script>" before comparing at body:/url')
  expect(text).toMatch(/x{400,}… \(2002 characters\)/)
  for (const title of ['The run', 'Why', 'Divergences', 'Coverage', 'Rules in force']) {
    expect(text).toContain(title)
  }
  expect(text).toContain('FAIL')
})

test('nothing but its own style sheet may act, where it is served and where it is kept', async () => {
  const { app } = await openHostile()
  const { body, headers } = await app.inject('/api/v1/report')
  const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(body) ?? []
  const hash = createHash('sha256').update(style).digest('base64')
  const policy = `default-src 'none'; style-src 'sha256-${hash}'`
  expect(headers['content-security-policy']).toBe(`${policy}; frame-ancestors 'none'; sandbox`)
  expect(body).toContain(`<meta http-equiv="Content-Security-Policy" content="${policy}" />`)
  expect(body).not.toMatch(/style="|url\(|@import|https?:\/\//)
})

test('it is a file to be kept when that is wanted', async () => {
  const { app } = await openHostile()
  const shown = await app.inject('/api/v1/report?run=checkout-2.3')
  expect(shown.headers['content-disposition']).toBeUndefined()
  const kept = await app.inject('/api/v1/report?download=true')
  expect(kept.headers['content-disposition']).toBe(
    'attachment; filename="shadowdiff-report-checkout-2.3.html"',
  )
})

test('a run that is not there has no report', async () => {
  const { app } = await openHostile()
  expect((await app.inject('/api/v1/report?run=nobody')).statusCode).toBe(404)
})

test.each([
  ['tab\tand\nline', 'tab\tand\nline'],
  ['\r\u0000\u001b\u007f\u0085', '⟨U+000D⟩⟨U+0000⟩⟨U+001B⟩⟨U+007F⟩⟨U+0085⟩'],
  ['\u202E\u2066\u200B\uFEFF', '⟨U+202E⟩⟨U+2066⟩⟨U+200B⟩⟨U+FEFF⟩'],
  ['half \uD83D and whole \u{1F600}', 'half ⟨U+D83D⟩ and whole \u{1F600}'],
  ['\u{E0041}\u2028', '⟨U+E0041⟩⟨U+2028⟩'],
])('%j is shown as %j', (text, shown) => {
  expect(showInvisible(text)).toBe(shown)
})

test('the report lists the divergences of the run that it judges, not of others of its name', async () => {
  const review = await openReview()
  await review.save([judgedOf({}, { differences: [differenceOf({ location: 'body:/older' })] })])
  await review.writer.openRun({
    name: 'checkout-2.3',
    primaryVersion: '2.2',
    shadowVersion: 'another',
  })
  await review.save([judgedOf({}, { differences: [differenceOf({ location: 'body:/newer' })] })])
  const { body } = await review.app.inject('/api/v1/report')
  expect(body).toContain('body:/newer')
  expect(body).not.toContain('body:/older')
})
