import { expect, test } from 'vitest'
import { compareSettings } from '../../src/config/compare-settings.ts'
import { loadText, settingsOf } from './load-text.ts'

const UPSTREAMS = 'primary: http://v1\nshadow: http://v2\nstore: /tmp/a.db\n'
const read = (yaml: string) => settingsOf(loadText(UPSTREAMS + yaml)).settings

test('routes, rules, percentages and limits of the verdict are taken over', () => {
  const before = read('')
  const after = read(
    [
      'percent: 5',
      "rules: [{ id: a, ignore: 'body:/a' }, { id: builtin:date, disabled: true }]",
      'verdict: { minRequests: 7 }',
      'routes: [{ name: first, match: { path: { prefix: /a } } }]',
    ].join('\n'),
  )
  expect(compareSettings(before, after)).toEqual({ reloadable: after, needRestart: [] })
})

test('what is recorded, kept and told, who may use the console, and a renewed certificate are taken over', () => {
  const tls = (name: string) => ({ cert: `cert ${name}`, key: `key ${name}` })
  const before = { ...read(''), tls: tls('old') }
  const after = {
    ...read(
      [
        'via: off',
        'forwarded: append',
        'record: { maxBody: 5KB, matches: none, redact: { headers: [x-key] } }',
        'retention: { age: 3d }',
        'endpoints: { patterns: ["GET /files/{name}"] }',
        'console: { users: [{ name: ann, role: viewer, token: a-long-token-of-ann }] }',
      ].join('\n'),
    ),
    tls: tls('new'),
  }
  expect(compareSettings(before, after)).toEqual({ reloadable: after, needRestart: [] })
})

test('whether the listener speaks TLS is decided at the start', () => {
  const before = read('')
  const after = { ...before, tls: { cert: 'c', key: 'k' } }
  expect(compareSettings(before, after)).toEqual({ reloadable: before, needRestart: ['tls'] })
})

test('what needs a restart is named by its key and stays as it was', () => {
  const before = read('')
  const after = read(
    [
      'listen: unix:/run/a.sock',
      'health: 127.0.0.1:9',
      'console: { listen: 127.0.0.1:1 }',
      'workers: 3',
      'percent: 5',
    ].join('\n'),
  )
  const compared = compareSettings(before, after)
  expect(compared.needRestart).toEqual(['listen', 'workers', 'health', 'console.listen'])
  expect(compared.reloadable).toEqual({ ...before, routes: after.routes })
})

test('the same file changes nothing', () => {
  expect(compareSettings(read('percent: 5'), read('percent: 5')).needRestart).toEqual([])
})

test('a console that others can reach keeps its users until it listens where the file says', () => {
  const users = 'users: [{ name: ann, role: viewer, token: a-long-token-of-ann }]'
  const before = read(`console: { listen: 0.0.0.0:8081, ${users} }`)
  const { reloadable, needRestart } = compareSettings(before, read(''))
  expect(reloadable.console).toEqual(before.console)
  expect(needRestart).toEqual(['console.listen'])
})
