import { expect, test } from 'vitest'
import { headEdits } from '../../src/core/head-edits.ts'

const lines = (set: [string, string][], remove: string[], list: string[]) =>
  headEdits({ headers: { set, remove } })?.headers(list)

test('an upstream without edits has nothing that would have to run', () => {
  expect(headEdits({})).toBeUndefined()
  expect(headEdits({ headers: { set: [], remove: [] } })).toBeUndefined()
  expect(headEdits({ rewritePrefix: { from: '/a', to: '/a/' } })).toBeUndefined()
})

test('a set name replaces every line of it, in the place of the first, in any case', () => {
  const list = ['Host', 'a', 'X-User', '1', 'Accept', '*/*', 'x-user', '2']
  expect(lines([['x-user', '3']], [], list)).toEqual([
    ...['Host', 'a', 'x-user', '3', 'Accept', '*/*'],
  ])
})

test('a set name that is not there is added at the end, as often as it is given', () => {
  const set: [string, string][] = [
    ['Cookie', 'a=1'],
    ['Cookie', 'b=2'],
  ]
  expect(lines(set, [], ['Host', 'a'])).toEqual(['Host', 'a', 'Cookie', 'a=1', 'Cookie', 'b=2'])
})

test('a removed name is gone with all its lines, and set wins over remove', () => {
  const list = ['Host', 'a', 'X-Internal', '1', 'X-INTERNAL', '2', 'X-Kept', '3']
  expect(lines([], ['x-internal'], list)).toEqual(['Host', 'a', 'X-Kept', '3'])
  expect(lines([['x-internal', '9']], ['x-internal'], list)).toEqual([
    ...['Host', 'a', 'x-internal', '9', 'X-Kept', '3'],
  ])
})

test('framing and connection fields are never edited, and Host only when it is set', () => {
  const list = ['Host', 'a', 'Content-Length', '3', 'TE', 'trailers', 'Expect', '100-continue']
  const untouchable = ['host', 'content-length', 'te', 'expect', 'transfer-encoding', 'connection']
  expect(lines([], untouchable, list)).toBeUndefined()
  const set = untouchable.map((name): [string, string] => [name, 'x'])
  expect(lines(set, [], list)).toEqual(['host', 'x', ...list.slice(2)])
})

test('the given lines are not changed', () => {
  const list = ['Host', 'a', 'X-A', '1']
  lines([['x-a', '2']], [], list)
  expect(list).toEqual(['Host', 'a', 'X-A', '1'])
})

test.each([
  ['/foo/bar', '/foo', '/xyz', '/xyz/bar'],
  ['/foo/bar', '/foo/', '/xyz', '/xyz/bar'],
  ['/foo/bar', '/foo', '/xyz/', '/xyz/bar'],
  ['/foo', '/foo', '/xyz', '/xyz'],
  ['/foo', '/foo/', '/xyz/', '/xyz'],
  ['/foo/', '/foo', '/xyz', '/xyz/'],
  ['/foo/bar', '/foo', '/', '/bar'],
  ['/foo/', '/foo', '/', '/'],
  ['/foo', '/foo', '/', '/'],
  ['/foo?x=1', '/foo', '/', '/?x=1'],
  ['/x', '/', '/v2', '/v2/x'],
  ['/', '/', '/v2', '/v2/'],
  ['/fooled', '/foo', '/xyz', '/fooled'],
  ['/FOO/x', '/foo', '/xyz', '/FOO/x'],
  ['/a/foo', '/foo', '/xyz', '/a/foo'],
  ['/foo//a/../b?x=%zz&y=/foo', '/foo', '/xyz', '/xyz//a/../b?x=%zz&y=/foo'],
  ['/%66oo/a', '/foo', '/xyz', '/%66oo/a'],
  ['http://h:80/foo/a?u=http://h/foo', '/foo', '/xyz', 'http://h:80/xyz/a?u=http://h/foo'],
  ['http://foo?x', '/', '/v2', 'http://foo/v2/?x'],
  ['http://foo', '/foo', '/xyz', 'http://foo'],
  ['*', '/', '/v2', '*'],
])('the target %s with %s rewritten to %s is %s', (target, from, to, expected) => {
  const edits = headEdits({ rewritePrefix: { from, to } })
  expect(edits?.target(target)).toBe(expected)
  expect(edits?.headers(['Host', 'a'])).toEqual(['Host', 'a'])
})
