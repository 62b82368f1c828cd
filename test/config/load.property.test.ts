/** Whatever a file holds: the loader gives settings, or says where what is wrong, and never throws. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { compareSettings } from '../../src/config/compare-settings.ts'
import { importIstio } from '../../src/config/istio.ts'
import { summarize } from '../../src/cli/summary.ts'
import { loadText } from './load-text.ts'

const KEYS = (
  'listen tls primary shadow control percent methods shadowHost controlPercent routes run workers console users ' +
  'health store retention age size forwarded via record maxBody bodies matches redact headers body rules verdict ' +
  'endpoints patterns openapi required minRequests confidence name match hosts path exact prefix regex present query ' +
  'url timeout idle retries attempts perTryTimeout rewrite set remove socket cert key ca verify host order breaker fault ' +
  'delay abort for status maxInFlight id ignore unordered by tolerate relative class as pattern with disabled __proto__ ' +
  'constructor toString kind spec http route destination mirror mirrors mirrorPercentage value uri subset port number'
).split(' ')

const VALUES = [
  ...[
    'http://v1',
    'https://v2:1',
    'none',
    'all',
    'safe',
    'GET',
    '/a',
    '/a/{b}',
    'body:/a',
    'status',
    '5%',
    '1',
    '15s',
  ],
  ...[
    '1MB',
    '127.0.0.1:1',
    'unix:/a',
    'cookie:a',
    'a',
    '',
    '*',
    '*.a',
    '(',
    '(a+)+',
    '${NO_SUCH}',
    '\u{1F600}',
    '\0',
  ],
]

const scalar = fc.oneof(
  fc.constantFrom(...VALUES),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
)

const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, depthSize: 'medium' },
    scalar,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(
      fc.oneof(
        { arbitrary: fc.constantFrom(...KEYS), weight: 9 },
        { arbitrary: fc.string(), weight: 1 },
      ),
      tie('tree'),
      { maxKeys: 6 },
    ),
  ),
}))

/** A file that is right at its top, so that reading goes on to its depths. */
const file = fc
  .dictionary(fc.constantFrom(...KEYS.slice(0, 32)), tree, { maxKeys: 6 })
  .map((rest) => ({ primary: 'http://v1', shadow: 'http://v2', ...rest }))

function expectAnswer(text: string): void {
  const loaded = loadText(text)
  if (loaded.ok) {
    expect(loaded.settings.routes.length).toBeGreaterThan(0)
    expect(JSON.parse(JSON.stringify(loaded.settings))).toEqual(loaded.settings)
    expect(compareSettings(loaded.settings, loaded.settings).needRestart).toEqual([])
    expect(summarize(loaded.settings)).toContain('routes')
    return
  }
  expect(loaded.problems.length).toBeGreaterThan(0)
  for (const { where, message } of loaded.problems) {
    expect(where).toMatch(/\.yaml(:\d+)?$/)
    expect(message).not.toBe('')
  }
}

test('any tree of known keys gives settings or problems with their place', () => {
  fc.assert(
    fc.property(fc.oneof(file, tree), (data) => {
      expectAnswer(stringify(data))
    }),
    { numRuns: 400 },
  )
})

test('any text gives settings or problems with their place', () => {
  const words = fc.constantFrom(
    ...KEYS,
    ...VALUES,
    ': ',
    '\n',
    '  ',
    '- ',
    '{',
    '}',
    '[',
    ']',
    '&a ',
    '*a',
    '<<: ',
    '"',
    '|\n',
    '!!x ',
    '---\n',
    '#',
  )
  const text = fc.array(words, { maxLength: 30 }).map((parts) => parts.join(''))
  fc.assert(fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), expectAnswer), {
    numRuns: 400,
  })
})

test('any manifest becomes a configuration that can be read', () => {
  const route = fc.dictionary(fc.constantFrom(...KEYS), tree, { maxKeys: 5 }).map((rest) => ({
    route: [{ destination: { host: 'a', port: { number: 80 } } }],
    ...rest,
  }))
  fc.assert(
    fc.property(fc.array(route, { maxLength: 4 }), tree, (http, hosts) => {
      const text = stringify({ kind: 'VirtualService', spec: { hosts, http } })
      const { yaml, routes } = importIstio([{ name: 'a.yaml', text }])
      const loaded = loadText(yaml)
      if (routes > 0 && !loaded.ok) {
        // What a person wrote wrong stays wrong, and is told; it is YAML all the same.
        for (const { message } of loaded.problems) expect(message).toMatch(/^routes/)
      }
    }),
    { numRuns: 300 },
  )
})
