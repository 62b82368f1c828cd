import { parseDocument } from 'htmlparser2'
import { expect, test } from 'vitest'

import { verdictJunit } from '../../src/core/verdict-junit.ts'
import { verdictMarkdown } from '../../src/core/verdict-markdown.ts'
import { verdictText } from '../../src/core/verdict-text.ts'
import { endpointOf, missingOf } from './build-evidence.ts'
import { judge } from './judge-evidence.ts'

const passing = () => judge({ samples: 8123, endpoints: [endpointOf('GET /', 8123)] })

/** A run with one breaking regression at this endpoint. */
const failing = (endpoint: string) =>
  judge({
    samples: 2000,
    divergent: 5,
    endpoints: [endpointOf(endpoint, 2000)],
    divergences: [{ ...missingOf(5), endpoint, examples: ['exchange-1'] }],
  })

const HOSTILE = 'GET /<script>|`"&\'\n[x](http://evil)\u0000 @team'

test('the text begins with the verdict and its reason', () => {
  const [first = ''] = verdictText(passing()).split('\n')
  expect(first).toMatch(/^PASS: at most 0\.047 % of requests differ/)
  expect(verdictText(failing('GET /items'))).toMatch(/^FAIL: /)
  expect(verdictText(judge({ samples: 0 }))).toMatch(/^INCONCLUSIVE: /)
})

test('the text names each regression with its divergence and an example', () => {
  const verdict = failing('GET /items')
  const text = verdictText(verdict)
  for (const { id } of verdict.regressions) expect(text).toContain(`divergence ${id}`)
  expect(text).toContain('for example exchange exchange-1')
  expect(text).not.toContain('GET /items: GET /items')
})

test('the text says nothing of rules where none are known', () => {
  const run = (rulesVersion: string) => verdictText({ ...passing(), run: 'monday', rulesVersion })
  expect(run('643d')).toContain('run           monday (rules 643d)\n')
  expect(run('')).toContain('run           monday\n')
})

test('the text says how many more requests an inconclusive run needs', () => {
  const verdict = judge({ samples: 100, endpoints: [endpointOf('GET /', 100)] })
  expect(verdict.verdict).toBe('inconclusive')
  expect(verdictText(verdict)).toMatch(/needed {8}[\d,]+ more requests/)
})

test('Markdown lists every rule in one table', () => {
  const verdict = passing()
  const rows = verdictMarkdown(verdict)
    .split('\n')
    .filter((line) => line.startsWith('| '))
  expect(rows).toHaveLength(verdict.reasons.length + 2)
})

test('what clients chose cannot become markup in Markdown', () => {
  const markdown = verdictMarkdown(failing(HOSTILE))
  const outsideCode = markdown.replaceAll(/(`+)(?!`)[^\n]*?[^`]\1(?!`)/g, '')
  expect(outsideCode).not.toMatch(/(?<!\\)<script|(?<!\\)\]\(http|@team/)
  for (const line of markdown.split('\n').filter((each) => each.startsWith('|'))) {
    expect(line.endsWith(' |')).toBe(true)
  }
})

test('JUnit counts the cases that it lists', () => {
  const document = verdictJunit(failing('GET /items'))
  const count = (tag: string) => document.split(`<${tag}`).length - 1
  expect(document).toContain(`tests="${count('testcase ')}"`)
  expect(document).toContain(`failures="${count('failure ')}"`)
  expect(count('failure ')).toBeGreaterThan(1)
})

test('an inconclusive rule does not look like a passed one in JUnit', () => {
  expect(verdictJunit(judge({ samples: 0 }))).toContain('<failure type="inconclusive"')
  expect(verdictJunit(passing())).not.toContain('<failure')
})

test('JUnit stays one well-formed document whatever clients chose', () => {
  const document = verdictJunit(failing(`${HOSTILE} \ud800`))
  expect(document).not.toMatch(/<script|(?!\n)\p{Cc}|\p{Cs}/u)
  const root = parseDocument(document, { xmlMode: true })
  const names = new Set<string>()
  const visit = (nodes: typeof root.children): void => {
    for (const node of nodes) {
      if (!('name' in node)) continue
      names.add(node.name)
      if ('children' in node) visit(node.children)
    }
  }
  visit(root.children)
  expect([...names].filter((name) => !name.startsWith('?')).sort()).toEqual([
    'failure',
    'properties',
    'property',
    'skipped',
    'testcase',
    'testsuite',
    'testsuites',
  ])
})
