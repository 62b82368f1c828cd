import { expect, test } from 'vitest'
import { type ResponseEvents, ResponseParser } from '../../../src/proxy/wire/response-parser.ts'

interface Parsed extends ResponseEvents {
  readonly told: string[]
}

function silent(act: Partial<ResponseEvents> = {}): Parsed {
  const told: string[] = []
  return {
    told,
    onInformation: (status) => told.push(`information ${status}`),
    onHead: (status) => told.push(`head ${status}`),
    onBody: (bytes, start, end) => told.push(`body ${bytes.toString('latin1', start, end)}`),
    onTrailers: (fields) => told.push(`trailers ${fields.join()}`),
    onComplete: (hasExtraBytes) => told.push(hasExtraBytes ? 'complete and more' : 'complete'),
    onProblem: (problem) => told.push(`problem ${problem}`),
    ...act,
  }
}

function parse(text: string, events = silent()): { told: string[]; parser: ResponseParser } {
  const parser = new ResponseParser(events)
  parser.begin(false)
  push(parser, text)
  return { told: events.told, parser }
}

function push(parser: ResponseParser, text: string): void {
  const bytes = Buffer.from(text, 'latin1')
  parser.push(bytes, 0, bytes.length)
}

const EMPTY = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'

test('nothing is told of bytes that nobody asked for', () => {
  const events = silent()
  const parser = new ResponseParser(events)
  push(parser, EMPTY)
  expect(events.told).toEqual([])
  expect(parser.finish()).toBe(false)
})

test('bytes after an answer are reported, never read as another answer', () => {
  expect(parse(EMPTY + EMPTY).told).toEqual(['head 200', 'complete and more'])
})

test('the next answer may be expected from within the end of one', () => {
  const events: Parsed = silent({
    onComplete: () => {
      parser.begin(true)
    },
  })
  const parser = new ResponseParser(events)
  parser.begin(false)
  push(parser, EMPTY)
  push(parser, 'HTTP/1.1 201 Created\r\nContent-Length: 7\r\n\r\n')
  expect(events.told).toEqual(['head 200', 'head 201'])
})

test.each(['onInformation', 'onHead', 'onBody', 'onTrailers'] as const)(
  'after a stop from within %s nothing more is told',
  (name) => {
    const events: Parsed = silent({
      [name]: () => {
        events.told.push('stop')
        parser.stop()
      },
    })
    const parser = new ResponseParser(events)
    parser.begin(false)
    push(
      parser,
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\nT: 1\r\n\r\n',
    )
    expect(events.told.at(-1)).toBe('stop')
    push(parser, EMPTY)
    expect(events.told.at(-1)).toBe('stop')
  },
)

test('a stop at the head of an answer without a body is a stop too', () => {
  const events: Parsed = silent({
    onHead: () => {
      parser.stop()
    },
  })
  const parser = new ResponseParser(events)
  parser.begin(false)
  push(parser, EMPTY)
  expect(events.told).toEqual([])
})

test.each([
  ['HTTP/1.1 200 OK', '', true],
  ['HTTP/1.1 200 OK', 'Connection: keep-alive', true],
  ['HTTP/1.1 200 OK', 'Connection: close', false],
  ['HTTP/1.1 200 OK', 'Connection: X-A, Close', false],
  ['HTTP/1.1 200 OK', 'Connection: keep-alive, close', false],
  ['HTTP/1.1 200 OK', 'Proxy-Connection: close', false],
  ['HTTP/1.1 200 OK', 'Connection: closed', true],
  ['HTTP/1.0 200 OK', '', false],
  ['HTTP/1.0 200 OK', 'Connection: keep-alive', true],
  ['HTTP/1.0 200 OK', 'Connection: Keep-Alive', true],
  ['HTTP/1.0 200 OK', 'Connection: keep-alive, close', false],
])('%s with "%s" leaves the connection open: %s', (statusLine, line, isPersistent) => {
  const { parser, told } = parse(
    `${statusLine}\r\n${line}${line === '' ? '' : '\r\n'}Content-Length: 0\r\n\r\n`,
  )
  expect(told).toEqual(['head 200', 'complete'])
  expect(parser.isPersistent).toBe(isPersistent)
})

test('a chunked answer in HTTP/1.0 ends its connection, and so does close among the trailers', () => {
  const old = parse(
    'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  )
  expect(old.told).toEqual(['head 200', 'complete'])
  expect(old.parser.isPersistent).toBe(false)
  const late = parse(
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nConnection: close\r\n\r\n',
  )
  expect(late.told).toEqual(['head 200', 'trailers Connection,close', 'complete'])
  expect(late.parser.isPersistent).toBe(false)
})

test.each([
  ['timeout=5', 5],
  ['timeout=5, max=100', 5],
  ['max=100, Timeout=12', 12],
  ['timeout=x', -1],
  ['max=1', -1],
])('Keep-Alive: %s hints at %s seconds', (value, seconds) => {
  const { parser } = parse(`HTTP/1.1 204 None\r\nKeep-Alive: ${value}\r\n\r\n`)
  expect(parser.keepAliveHint).toBe(seconds)
})

test('a head may be as long as 256 KB, and not longer', () => {
  const around = 'HTTP/1.1 200 OK\r\nX: \r\nContent-Length: 0\r\n\r\n'.length
  const answer = (length: number) =>
    `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(length)}\r\nContent-Length: 0\r\n\r\n`
  expect(parse(answer(262_144 - around)).told).toEqual(['head 200', 'complete'])
  expect(parse(answer(262_145 - around)).told).toEqual([
    'problem the head is not valid HTTP: it is longer than 256 KB',
  ])
})

test('a head that comes in small pieces and never ends is given up at its limit', () => {
  const events = silent()
  const parser = new ResponseParser(events)
  parser.begin(false)
  push(parser, 'HTTP/1.1 200 OK\r\nX: ')
  for (let piece = 0; piece < 300; piece += 1) push(parser, 'x'.repeat(1000))
  expect(events.told).toEqual(['problem the head is not valid HTTP: it is longer than 256 KB'])
})

test('a head may have 10,000 fields, and not more', () => {
  const answer = (count: number) => `HTTP/1.1 204 None\r\n${'A: b\r\n'.repeat(count)}\r\n`
  expect(parse(answer(10_000)).told).toEqual(['head 204', 'complete'])
  expect(parse(answer(10_001)).told).toEqual([
    'problem the head is not valid HTTP: it has too many fields',
  ])
})

test('64 informational answers may come before one, and not more', () => {
  const hint = 'HTTP/1.1 102 Processing\r\n\r\n'
  expect(parse(hint.repeat(64) + EMPTY).told.at(-1)).toBe('complete')
  expect(parse(hint.repeat(65) + EMPTY).told.at(-1)).toBe(
    'problem there are too many informational answers',
  )
})

test('extensions of one chunk may take 16 KB, and not more; the next chunk has its own', () => {
  const chunk = (length: number) => `1;${'x'.repeat(length)}\r\na\r\n`
  const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
  const end = '0\r\n\r\n'
  expect(parse(head + chunk(16_000) + chunk(16_000) + end).told.at(-1)).toBe('complete')
  expect(parse(head + chunk(16_385) + end).told.at(-1)).toMatch(/^problem .* longer than 16 KB$/)
})

test('the end of the connection ends an answer without a length, and no other', () => {
  const endless = parse('HTTP/1.1 200 OK\r\n\r\nabc')
  expect(endless.parser.finish()).toBe(true)
  expect(endless.told).toEqual(['head 200', 'body abc', 'complete'])
  const cut = parse('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc')
  expect(cut.parser.finish()).toBe(false)
  expect(cut.told).toEqual(['head 200', 'body abc'])
})
