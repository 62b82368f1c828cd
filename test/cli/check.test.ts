import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { summarize } from '../../src/cli/summary.ts'
import { folder, loadText, settingsOf } from '../config/load-text.ts'
import { shadowdiff } from '../support/shadowdiff.ts'

const read = (yaml: string) => settingsOf(loadText(yaml))

test('what would run is told route by route', () => {
  const { settings } = read(
    [
      'listen: unix:/run/a.sock',
      'primary: { url: http://v1, retries: { attempts: 1 } }',
      'shadow: http://v2',
      'percent: 12.5',
      'methods: safe',
      'controlPercent: 3',
      'store: /data/a.db',
      'retention: { age: 7d, size: 20GB }',
      'record: { bodies: hashed, matches: sample 10% }',
      'verdict: { maxLatencyRatio: 1.5, endpoints: { required: [POST /orders] } }',
      'rules: [{ id: builtin:date, disabled: true }]',
      'routes:',
      '  - { name: a, match: { hosts: [x.example], methods: [GET], path: { prefix: /a }, headers: { h: { present: true } }, query: { q: { regex: b+ } } }, shadow: { order: header:user } }',
      '  - { name: b, match: { path: { exact: /b } }, shadow: none }',
      '  - { name: c, match: { path: { exact: /c } }, control: http://v1-b, shadow: { methods: [PUT] } }',
    ].join('\n'),
  )
  expect(summarize(settings)).toBe(`\
listens  unix:/run/a.sock
console  127.0.0.1:8081
records  /data/a.db (run "default"), hashes of bodies; 10 % of matches; at most 7 days or 20 GB are kept
rules    0; off: builtin:date
verdict  passes with at least 1,000 compared requests, at most 0.1 % divergent, at most 1 % uncompared, at most 1.5 times as slow, POST /orders covered
routes   the first that matches takes a request; what none takes is answered 404

  a: GET, to x.example, with a path that begins with "/a", with header h that is there, with parameter q that is like /b+/
    primary  http://v1, 1 retry
    shadow   http://v2, 12.5 % of safe methods, in order of header user
    control  primary itself again, 3 % of the copies with safe methods

  b: with a path "/b"
    primary  http://v1, 1 retry
    shadow   none: requests are only forwarded

  c: with a path "/c"
    primary  http://v1, 1 retry
    shadow   http://v2, 12.5 % of PUT
    control  http://v1-b, 3 % of the copies

  default: every request
    primary  http://v1, 1 retry
    shadow   http://v2, 12.5 % of safe methods
    control  primary itself again, 3 % of the copies with safe methods
`)
})

test.each([
  ['primary: http://v1', '1 nothing is mirrored: no route has a shadow'],
  ['primary: http://v1\nshadow: http://v2\npercent: 0', '2 shadow: percent is 0'],
  ['primary: http://v1\nshadow: http://v1', '2 shadow: is primary itself'],
  ['primary: http://v1\nshadow: http://v2\ncontrol: http://v2', '3 control: is shadow itself'],
  ['primary: http://v1\nshadow: http://v2\ncontrol: http://v1', '3 control: is primary itself'],
  [
    'primary: http://v1\nshadow: { url: https://v2, tls: { verify: off } }',
    '2 shadow.tls.verify: the certificate is not',
  ],
  [
    'primary: http://v1\nshadow: { url: http://v2, fault: { delay: { percent: 1, for: 1s } } }',
    '2 shadow: fault is on',
  ],
  [
    'primary: http://v1\nshadow: { url: http://v2, order: cookie:a }\nworkers: 2',
    '2 shadow: order holds within one',
  ],
  [
    'primary: http://v1\nshadow: http://v2\nroutes: [{ name: a, match: { hosts: [a] }, primary: http://w1 }]',
    '3 routes.0.primary: is another than at the top',
  ],
  [
    "primary: http://v1\nshadow: http://v2\nrules: [{ id: a, endpoint: 'GET /a', method: PUT, ignore: status }]",
    '3 rules: the rule "a" applies to nothing',
  ],
  [
    "routes: [{ name: a, match: { path: { prefix: /a } }, primary: http://v1, shadow: http://v2 }]\nrules: [{ id: b, endpoint: '/b/**', ignore: status }]",
    '2 rules: the rule "b" applies to nothing: no route takes /b/**',
  ],
  [
    'primary: http://v1\nshadow: http://v2\nmethods: safe\nverdict: { endpoints: { required: [POST /a] } }',
    '4 verdict.endpoints.required.0: no mirrored route takes POST /a',
  ],
])('what is probably not meant is warned of: %j', (yaml, expected) => {
  const { warnings } = read(yaml)
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toContain(expected)
})

test('check as JSON tells problems and warnings with their lines, what would run, and no secret', () => {
  const file = join(folder, 'checked.yaml')
  const check = (yaml: string) => {
    writeFileSync(file, yaml)
    const { code, stdout, stderr } = shadowdiff(['check', '--config', file, '--format', 'json'])
    return { code, stderr, report: JSON.parse(stdout) as unknown }
  }
  const users = 'console: { users: [{ name: ann, role: operator, token: 0123456789abcdef-token }] }'
  const fine = check(`primary: http://v1\nshadow: http://v2\npercent: 0\n${users}`)
  expect(fine).toMatchObject({
    code: 0,
    stderr: '',
    report: {
      ...{ file, fine: true, problems: [] },
      warnings: [{ where: `${file}:2`, line: 2 }],
      summary: {
        listens: '127.0.0.1:8080',
        console: '127.0.0.1:8081, 1 user',
        routes: [
          {
            ...{ name: 'default', match: 'every request', primary: 'http://v1' },
            shadow: 'http://v2, 0 % of all methods, writes included',
          },
        ],
      },
    },
  })
  expect(JSON.stringify(fine.report)).not.toContain('0123456789abcdef')
  const wrong = check('primary: nowhere\nshadow: http://v2\npercent: much')
  expect(wrong).toMatchObject({
    code: 2,
    stderr: '',
    report: { fine: false, problems: [{ line: 1 }, { line: 3, where: `${file}:3` }], warnings: [] },
  })
  expect(wrong.report).not.toHaveProperty('summary')
})
