import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Flags } from '../../src/config/flags.ts'
import type { LoadedSettings } from '../../src/config/load.ts'
import { loadSettings } from '../../src/config/load.ts'

const folder = mkdtempSync(join(tmpdir(), 'shadowdiff-config-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

let files = 0
function load(
  yaml: string | undefined,
  flags: Flags = {},
  env: Record<string, string> = {},
): LoadedSettings {
  let file: string | undefined
  if (yaml !== undefined) {
    file = join(folder, `${files++}.yaml`)
    writeFileSync(file, yaml)
  }
  return loadSettings({ flags, file, env })
}

function problemsOf(loaded: LoadedSettings): string[] {
  if (loaded.ok) throw new Error('expected problems, got settings')
  return loaded.problems.map(({ where, message }) => `${where.replace(/^.*\//, '')} ${message}`)
}

function settingsOf(loaded: LoadedSettings) {
  if (!loaded.ok) throw new Error(problemsOf(loaded).join('\n'))
  return loaded.settings
}

const UPSTREAMS: Flags = { primary: 'http://v1:8080', shadow: 'http://v2:8080' }

test('two URLs are enough, the rest has defaults', () => {
  const settings = settingsOf(load(undefined, UPSTREAMS))
  expect(settings.listen).toEqual({ host: '127.0.0.1', port: 8080 })
  expect(settings.console.listen).toEqual({ host: '127.0.0.1', port: 8081 })
  expect(settings.run).toBe('default')
  expect(settings.store).toMatch(/\/shadowdiff\.db$/)
  expect(settings.routes).toHaveLength(1)
  expect(settings.routes[0]?.shadow).toMatchObject({
    url: 'http://v2:8080',
    percent: 100,
    methods: 'all',
    host: { kind: 'suffix' },
  })
})

test('flags win over the file', () => {
  const yaml = 'primary: http://file:1\nshadow: http://file:2\nrun: from-file\npercent: 10\n'
  const settings = settingsOf(load(yaml, { primary: 'http://flag:1', percent: '55.5%' }))
  expect(settings.routes[0]?.primary.url).toBe('http://flag:1')
  expect(settings.routes[0]?.shadow?.url).toBe('http://file:2')
  expect(settings.routes[0]?.shadow?.percent).toBe(55.5)
  expect(settings.run).toBe('from-file')
})

test('an environment variable takes its place in the file, and a missing one is named with its line', () => {
  const yaml = 'primary: http://${V1_HOST}:80\nrun: ${RUN}\n'
  expect(problemsOf(load(yaml, {}, { V1_HOST: 'v1' }))).toEqual([
    expect.stringMatching(/\.yaml:2 run: the environment variable RUN is not set$/),
  ])
  const settings = settingsOf(load(yaml, {}, { V1_HOST: 'v1', RUN: 'r7' }))
  expect(settings.routes[0]?.primary.url).toBe('http://v1')
  expect(settings.run).toBe('r7')
})

test('every problem is reported together, each with its line', () => {
  const yaml = [
    'primary: localhost:80',
    'shadow: http://v2:8080/base',
    'percent: 120',
    'listen: nowhere',
    'colour: red',
    'record:',
    '  maxBody: lots',
  ].join('\n')
  const lines = problemsOf(load(yaml)).map((line) => line.replace(/^\d+\.yaml:/, ''))
  expect(lines).toEqual([
    '1 primary: expected an http(s) URL such as http://v1:8080, without user info, path or query, got "localhost:80"',
    '2 shadow: expected an http(s) URL such as http://v1:8080, without user info, path or query, got "http://v2:8080/base"',
    '3 percent: expected a number from 0 to 100, got 120',
    '4 listen: expected HOST:PORT such as 127.0.0.1:8080 or [::1]:8080, or unix:/run/shadowdiff.sock, got "nowhere"',
    expect.stringMatching(/^5 colour: unknown key; known are listen, primary, /),
    '7 record.maxBody: expected a size such as 64KB, 1MB or 1MiB, got "lots"',
  ])
})

test('variables that are not set are told together with everything else, and not where a flag wins', () => {
  const yaml = [
    'primary: ${V1}',
    'run: ${RUN}',
    'percent: 120',
    'console: { users: [{ name: ann, token: ${TOKEN} }] }',
    'record: { redact: { headers: ["${HEADER}"] } }',
    "rules: [{ id: a, ignore: '${WHERE}' }]",
  ].join('\n')
  const lines = problemsOf(load(yaml, { run: 'r1' })).map((line) => line.replace(/^\d+\.yaml:/, ''))
  expect(lines).toEqual([
    '1 primary: the environment variable V1 is not set',
    '3 percent: expected a number from 0 to 100, got 120',
    '4 console.users.0.token: the environment variable TOKEN is not set',
    '5 record.redact.headers.0: the environment variable HEADER is not set',
    '6 rules.0.ignore: the environment variable WHERE is not set',
  ])
})

test('what a variable holds is not shown when it is wrong', () => {
  const problems = problemsOf(load('primary: ${V1}\n', {}, { V1: 'hunter2' }))
  expect(problems).toEqual([
    expect.stringMatching(/ primary: expected .*, got what \$\{V1\} holds$/),
  ])
})

test('malformed YAML is told with its line', () => {
  const [problem] = problemsOf(load('primary: http://v1:1\nrun: "open\n'))
  expect(problem).toMatch(/^\d+\.yaml:[23] /)
})

test('a file that does not exist is named', () => {
  const loaded = loadSettings({ flags: {}, file: join(folder, 'absent.yaml'), env: {} })
  expect(problemsOf(loaded)).toEqual(['absent.yaml no such file'])
})

test('a wrong flag is named as it was written', () => {
  expect(problemsOf(load(undefined, { ...UPSTREAMS, primary: 'ftp://v1', percent: '-3' }))).toEqual(
    [
      expect.stringMatching(/^--primary expected an http\(s\) URL/),
      '--percent expected a number from 0 to 100, got "-3"',
    ],
  )
})

test('a primary is needed', () => {
  expect(problemsOf(load(undefined, { shadow: 'http://v2:1' }))).toEqual([
    expect.stringContaining('give --primary URL'),
  ])
})

test('the console off loopback needs users with tokens', () => {
  expect(problemsOf(load(undefined, { ...UPSTREAMS, console: '0.0.0.0:8081' }))).toEqual([
    expect.stringMatching(/^--console 0\.0\.0\.0 can be reached from other machines/),
  ])
  const yaml =
    'console: { listen: 0.0.0.0:8081, users: [{ name: ann, role: operator, token: ${T} }] }\n'
  const settings = settingsOf(load(yaml, UPSTREAMS, { T: 'a-token-that-is-long' }))
  expect(settings.console.users).toEqual([
    { name: 'ann', role: 'operator', token: 'a-token-that-is-long' },
  ])
})

test('a short token is refused without being shown', () => {
  const yaml = 'console: { users: [{ name: ann, role: operator, token: hunter2 }] }\n'
  const problems = problemsOf(load(yaml, UPSTREAMS)).join('\n')
  expect(problems).toContain('at least 16 characters')
  expect(problems).not.toContain('hunter2')
})

test('SHADOWDIFF_TOKEN opens a console off loopback, and is not asked for on loopback', () => {
  const env = { SHADOWDIFF_TOKEN: 'a-token-that-is-long' }
  const open = settingsOf(load(undefined, { ...UPSTREAMS, console: '0.0.0.0:8081' }, env))
  expect(open.console.users).toEqual([
    { name: 'operator', role: 'operator', token: 'a-token-that-is-long' },
  ])
  expect(settingsOf(load(undefined, UPSTREAMS, env)).console.users).toEqual([])
  const short = load(undefined, { ...UPSTREAMS, console: ':8081' }, { SHADOWDIFF_TOKEN: 'short' })
  expect(problemsOf(short)).toEqual(['SHADOWDIFF_TOKEN expected a token of at least 16 characters'])
})

test('a password in a URL is not repeated in the message', () => {
  const problems = problemsOf(load(undefined, { primary: 'http://user:secret@example.org' }))
  expect(problems.join()).toContain('got "http://…@example.org"')
  expect(problems.join()).not.toContain('secret')
})

test('rules of the file are read, builtin ones are switched off by id', () => {
  const yaml = [
    'rules:',
    "  - { id: gen-time, endpoint: 'GET /items/**', ignore: 'body:/generatedAt' }",
    '  - { id: builtin:server, disabled: true }',
    "  - { id: score, tolerate: 'body:/score', relative: 1% }",
  ].join('\n')
  const settings = settingsOf(load(yaml, UPSTREAMS))
  expect(settings.rules.map(({ id, kind }) => [id, kind])).toEqual([
    ['gen-time', 'ignore'],
    ['score', 'tolerate'],
  ])
  expect(settings.disabledRules).toEqual(['builtin:server'])
})

test('what is wrong with rules is told with their lines', () => {
  const yaml = [
    'rules:',
    "  - { id: one, ignore: 'body:/a' }",
    '  - { id: builtin:sever, disabled: true }',
    "  - { id: two, ignor: 'body:/a' }",
    "  - { id: one, ignore: 'body:/b' }",
  ].join('\n')
  const lines = problemsOf(load(yaml, UPSTREAMS)).map((line) => line.replace(/^\d+\.yaml:/, ''))
  expect(lines).toEqual([
    expect.stringMatching(/^3 rules\.1: expected a builtin rule .* there are builtin:/),
    expect.stringMatching(/^4 rules\.2: expected exactly one of ignore, /),
    expect.stringMatching(/^4 rules\.2\.ignor: unknown key/),
    expect.stringMatching(/^5 rules\.3\.id: "one" is rule/),
  ])
})

test.each([
  ['listen: 127.0.0.1:7000\nconsole: { listen: 127.0.0.1:7000 }', '2 console.listen', 'listen'],
  ['listen: 0.0.0.0:7000\nhealth: 127.0.0.1:7000', '2 health', 'listen'],
  ['console: { listen: 127.0.0.1:8080 }', '1 console.listen', 'listen'],
  ['run: a\nlisten: 127.0.0.1:8081', '2 listen', 'console.listen'],
  ['run: a\nlisten: :8081\nconsole: {}', '2 listen', 'console.listen'],
  ['health: :8081', '1 health', 'console.listen'],
])('two listeners on one port are refused: %s', (yaml, where, other) => {
  expect(problemsOf(load(`${yaml}\nprimary: http://v1:80\nshadow: http://v2:80\n`))).toEqual([
    expect.stringMatching(`:${where}: expected a port of its own, got that of ${other}$`),
  ])
})

test('listeners on ports that the system chooses, or on other addresses, are no conflict', () => {
  const yaml = 'listen: 127.0.0.1:0\nconsole: { listen: 127.0.0.1:0 }\nprimary: http://v1:80\n'
  expect(load(yaml).ok).toBe(true)
  expect(load('listen: 127.0.0.2:8081\nprimary: http://v1:80\n').ok).toBe(true)
})

test('an alias that names nothing is refused with its line', () => {
  expect(problemsOf(load('primary: &a http://v1\nshadow: *a\ncontrol: *b\n'))).toEqual([
    expect.stringMatching(/:3 Unresolved alias .*: b$/),
  ])
})

test('a file that is no text is refused in one line, and what is no YAML in a few short ones', () => {
  expect(problemsOf(load('a: \0\u0001\n'.repeat(1000)))).toEqual([
    expect.stringMatching(/expected a text, found binary data$/),
  ])
  const problems = problemsOf(load(`a: "\\q"\n? ]${'x'.repeat(5000)}\n`.repeat(500)))
  expect(problems.length).toBeLessThanOrEqual(10)
  for (const problem of problems) expect(problem.length).toBeLessThan(300)
})

test('a second document in the file is told for what it is', () => {
  expect(problemsOf(load('primary: http://v1:80\n---\npercent: 5\n'))).toEqual([
    expect.stringMatching(/one document, found another one after "---"/),
  ])
})

test('a database that may not even hold a moment is refused with what was given', () => {
  expect(problemsOf(load('primary: http://v1:80\nretention: { size: 5KB }\n'))).toEqual([
    expect.stringMatching(/:2 retention\.size: expected at least 10MB, got "5KB"$/),
  ])
})
