import { expect, test } from 'vitest'

import { judge, lines, suppressions } from './build-exchange.ts'

const typed = (type: string, body: string) => ({ headers: ['content-type', type], body })

const events = (body: string) => typed('text/event-stream', body)

test('server-sent events are compared one by one, their data as JSON', () => {
  const judgement = judge(
    events(': hello\nid: 1\ndata: {"a":1}\n\nevent: tick\ndata: one\ndata: two\n\n'),
    events('id: 1\r\ndata:{"a": 2}\r\n\r\nevent: tick\r\ndata: one\r\ndata: 2\r\n\r\n'),
  )
  expect(lines(judgement)).toEqual([
    'value body:/0/data/a 1 2',
    String.raw`value body:/1/data "one\ntwo" "one\n2"`,
  ])
})

test('comments and the spelling of line ends are no event', () => {
  const judgement = judge(
    events(': keep-alive\n\ndata: x\n\n: keep-alive\n\n'),
    events('data: x\r\n\r\n'),
  )
  expect(judgement.outcome).toBe('match')
})

test('an event that shadow does not send is missing', () => {
  const judgement = judge(events('data: 1\n\ndata: 2\n\n'), events('data: 1\n\n'))
  expect(lines(judgement)).toEqual(['missing body:/1 {"data":2} -'])
})

test('an event that breaks off is an event', () => {
  const judgement = judge(events('data: 1\n\ndata: {"a"'), events('data: 1\n\n'))
  expect(lines(judgement)).toEqual([String.raw`missing body:/1 {"data":"{\"a\""} -`])
})

test.each(['data: 1\n\ndata: 2', 'data: 1\n\ndata: 2\n'])(
  'an event that no blank line ends is another than one that is ended',
  (shadow) => {
    const judgement = judge(events('data: 1\n\ndata: 2\n\n'), events(shadow))
    expect(lines(judgement)).toEqual([
      'length body: "the last event is ended" "the last event is not ended"',
    ])
    expect(judge(events(shadow), events(`: alive\n\n${shadow}`)).outcome).toBe('match')
  },
)

test('an event stream against JSON is a body of another type', () => {
  const judgement = judge(events('data: 1\n\n'), events('{"error":1}'))
  expect(judgement.differences).toMatchObject([{ kind: 'type', location: 'body:' }])
})

const form = (body: string) => typed('application/x-www-form-urlencoded', body)

test('fields of a form are compared by name', () => {
  expect(judge(form('a=1&b=%20x'), form('b=+x&a=1')).outcome).toBe('match')
  expect(lines(judge(form('a=1&b=2&b=3'), form('a=2&b=2&b=4')))).toEqual([
    'value body:/a "1" "2"',
    'value body:/b "3" "4"',
  ])
})

test('escapes that are no UTF-8 are compared as they were sent', () => {
  expect(lines(judge(form('a=%FF&b=%C3%A9'), form('a=%FE&b=é')))).toEqual([
    'value body:/a "%FF" "%FE"',
  ])
})

function multipart(boundary: string, parts: readonly string[]) {
  const body = parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')
  return typed(`multipart/mixed; boundary="${boundary}"`, `preamble\r\n${body}--${boundary}--\r\n`)
}

test('parts are compared one by one, whatever the boundary', () => {
  const json = (value: string) => `Content-Type: application/json\r\n\r\n${value}`
  const same = judge(
    multipart('one', [json('{"a":1}'), '\r\nplain']),
    multipart('two--', [json('{ "a": 1 }'), '\r\nplain']),
  )
  expect(same.outcome).toBe('match')
  expect(suppressions(same)).toEqual(['header:content-type builtin:media-type'])

  const different = judge(
    multipart('one', [json('{"a":1}'), 'Content-Disposition: x\r\n\r\nplain']),
    multipart('two', [json('{"a":2}'), 'Content-Disposition: y\r\n\r\nplane']),
  )
  expect(lines(different)).toEqual([
    'value body:/0/body/a 1 2',
    'value body:/1/headers/content-disposition "x" "y"',
    'value body:/1/body "plain" "plane"',
  ])
})

test('parts in parts are compared by their content too, and their lengths follow from it', () => {
  const batch = (outer: string, inner: string, json: string) => {
    const part = `Content-Type: application/json\r\nContent-Length: ${json.length}\r\n\r\n${json}`
    const changes = multipart(inner, [part])
    return multipart(outer, [`Content-Type: ${changes.headers[1]}\r\n\r\n${changes.body}`])
  }
  expect(judge(batch('a', 'b', '{"a":1}'), batch('c', 'd', '{ "a": 1.0 }')).outcome).toBe('match')
  expect(lines(judge(batch('a', 'b', '[1]'), batch('c', 'd', '[2]')))).toEqual([
    'value body:/0/body/0/body/0 1 2',
  ])
  const lying = multipart('a', ['Content-Length: 9\r\n\r\nx'])
  expect(lines(judge(multipart('a', ['Content-Length: 1\r\n\r\nx']), lying))).toEqual([
    'extra body:/0/headers/content-length - "9"',
  ])
})

test.each([
  ['no such boundary', 'abc', 'abd'],
  ['no end', '--b\r\n\r\nx', '--b\r\n\r\ny'],
  ['only the end', '--b--', '--b--\n'],
  ['cut headers', '--b\r\nX', '--b\r\nY'],
])('multipart that is none (%s) is compared as what it is', (_, primary, shadow) => {
  const judgement = judge(
    typed('multipart/x; boundary=b', primary),
    typed('multipart/x; boundary=b', shadow),
  )
  expect(['divergent', 'match']).toContain(judgement.outcome)
  expect(judgement.differences.length > 0).toBe(primary !== '--b--')
})
