/** Answers by hand: valid ones, and what goes wrong in them, position by position. */

import {
  AFTER_THE_ANSWER,
  BEFORE_THE_ANSWER,
  CHUNKED_BODIES,
  FRAMINGS,
  STATUSES,
} from './corpus-bodies.ts'
import { CODINGS, FIELD_LINES, LENGTHS, STATUS_LINES } from './corpus-heads.ts'

/** One answer as latin1 text, with a name for people. */
export interface Sample {
  readonly name: string
  readonly text: string
  readonly method: 'GET' | 'HEAD'
}

const EMPTY = 'Content-Length: 0\r\n\r\n'
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'

/** Valid answers of every framing: what the fuzzer mutates, and what is cut at every byte. */
export const VALID: readonly Sample[] = [
  get('a length', 'HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 5\r\n\r\nhello'),
  get('length zero', `HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\n${EMPTY}`),
  get('chunked', `${CHUNKED}5\r\nhello\r\n6;a=b;c="d;\\"e"\r\n world\r\n0\r\n\r\n`),
  get('chunked with trailers', `${CHUNKED}3\r\nabc\r\n000;x\r\nX-T: 1\r\nx-t:2 \r\n\r\n`),
  get('until the end', 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nto the end'),
  get('HTTP/1.0', 'HTTP/1.0 200 OK\r\nServer: old\r\n\r\nto the end'),
  get(
    'HTTP/1.0 kept alive',
    'HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nok',
  ),
  get('304', 'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\nContent-Length: 1234\r\n\r\n'),
  get('204', 'HTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n'),
  head('HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 1234\r\nX-A: b\r\n\r\n'),
  head('HEAD chunked', CHUNKED),
  get('hints', `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n${EMPTY}`),
  get('100', `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok`),
  get('obs-text', `HTTP/1.1 200 Sch\xf6n\r\nX: \xe9\xff\r\nY:\t z \t\r\n${EMPTY}`),
  get('no reason', `HTTP/1.1 404 \r\n${EMPTY}`),
  get(
    'gzip, chunked',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nzz\r\n0\r\n\r\n',
  ),
]

function* handWritten(): Generator<Sample> {
  yield* VALID
  for (const line of STATUS_LINES) {
    yield get(`status line ${show(line)}`, `${line}\r\nContent-Length: 2\r\n\r\nok`)
    yield get(`status line ${show(line)}, no fields`, `${line}\r\n\r\n`)
    yield get(`status line ${show(line)}, bare LF`, `${line}\nContent-Length: 2\n\nok`)
  }
  for (const line of FIELD_LINES) {
    yield get(`field ${show(line)}`, `HTTP/1.1 200 OK\r\n${line}\r\nContent-Length: 2\r\n\r\nok`)
    yield get(
      `last field ${show(line)}`,
      `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n${line}\r\n\r\nok`,
    )
    yield head(`field of HEAD ${show(line)}`, `HTTP/1.1 200 OK\r\n${line}\r\n\r\n`)
  }
  for (const value of LENGTHS) {
    for (const [name, text] of [
      ['alone', `HTTP/1.1 200 OK\r\nContent-Length:${value}\r\n\r\nhello`],
      [
        'before chunked',
        `HTTP/1.1 200 OK\r\nContent-Length:${value}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      ],
      ['of 304', `HTTP/1.1 304 Same\r\nContent-Length:${value}\r\n\r\n`],
    ] as const) {
      yield get(`Content-Length ${show(value)} ${name}`, text)
      yield head(`Content-Length ${show(value)} ${name}, HEAD`, text)
    }
  }
  for (const value of CODINGS) {
    for (const [name, text] of [
      ['alone', `HTTP/1.1 200 OK\r\nTransfer-Encoding:${value}\r\n\r\n2\r\nok\r\n0\r\n\r\n`],
      [
        'before a length',
        `HTTP/1.1 200 OK\r\nTransfer-Encoding:${value}\r\nContent-Length: 2\r\n\r\nok`,
      ],
      ['of 204', `HTTP/1.1 204 None\r\nTransfer-Encoding:${value}\r\n\r\n`],
      ['in HTTP/1.0', `HTTP/1.0 200 OK\r\nTransfer-Encoding:${value}\r\n\r\n2\r\nok\r\n0\r\n\r\n`],
    ] as const) {
      yield get(`Transfer-Encoding ${show(value)} ${name}`, text)
    }
  }
  for (const body of CHUNKED_BODIES) yield get(`chunks ${show(body)}`, `${CHUNKED}${body}`)
  for (const before of BEFORE_THE_ANSWER) {
    yield get(`first ${show(before)}`, `${before}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`)
    yield get(`only ${show(before)}`, before)
  }
  for (const { name, text, method } of VALID) {
    for (const after of AFTER_THE_ANSWER) {
      yield { name: `${name}, then ${show(after)}`, text: `${text}${after}`, method }
    }
  }
  for (const status of STATUSES) {
    for (const [name, lines, body] of FRAMINGS) {
      for (const method of ['GET', 'HEAD'] as const) {
        const text = `HTTP/1.1 ${status} X\r\n${lines}\r\n${method === 'HEAD' ? '' : body}`
        yield { name: `${method} ${status} with ${name}`, text, method }
      }
    }
  }
}

/** All that was thought of by hand. */
export const HAND_WRITTEN: readonly Sample[] = [...handWritten()]

/** Every byte at every kind of place. */
export const EVERY_BYTE: readonly Sample[] = Array.from({ length: 256 }, (_, byte) => byte).flatMap(
  (byte) => {
    const b = String.fromCharCode(byte)
    const name = `0x${byte.toString(16)}`
    const answer = (line: string) => `HTTP/1.1 200 OK\r\n${line}\r\nContent-Length: 2\r\n\r\nok`
    return [
      get(`${name} first of all`, `${b}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`),
      get(`${name} after the version`, `HTTP/1.1${b}200 OK\r\nContent-Length: 2\r\n\r\nok`),
      get(`${name} after the status`, `HTTP/1.1 200${b}OK\r\nContent-Length: 2\r\n\r\nok`),
      get(`${name} in the reason`, `HTTP/1.1 200 O${b}K\r\nContent-Length: 2\r\n\r\nok`),
      get(
        `${name} after the CR of the status line`,
        `HTTP/1.1 200 OK\r${b}Content-Length: 2\r\n\r\nok`,
      ),
      get(`${name} first in a line`, answer(`${b}A: b`)),
      get(`${name} in a name`, answer(`A${b}A: b`)),
      get(`${name} before the colon`, answer(`A${b}: b`)),
      get(`${name} after the colon`, answer(`A:${b}b`)),
      get(`${name} in a value`, answer(`A: b${b}b`)),
      get(`${name} last in a value`, answer(`A: b${b}`)),
      get(
        `${name} after the CR of a line`,
        `HTTP/1.1 200 OK\r\nContent-Length: 2\r${b}A: b\r\n\r\nok`,
      ),
      get(`${name} after the last CR`, `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r${b}ok`),
      get(
        `${name} in Content-Length`,
        `HTTP/1.1 200 OK\r\nContent-Length: 1${b}\r\n\r\n0123456789abcdefghij`,
      ),
      get(
        `${name} before Content-Length`,
        `HTTP/1.1 200 OK\r\nContent-Length:${b}1\r\n\r\n0123456789abcdefghij`,
      ),
      get(
        `${name} after chunked`,
        `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked${b}\r\n\r\n0\r\n\r\n`,
      ),
      get(
        `${name} before chunked`,
        `HTTP/1.1 200 OK\r\nTransfer-Encoding: ${b}chunked\r\n\r\n0\r\n\r\n`,
      ),
      get(
        `${name} between codings`,
        `HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip${b}chunked\r\n\r\n0\r\n\r\n`,
      ),
      get(`${name} as a chunk size`, `${CHUNKED}${b}\r\n0123456789abcde\r\n0\r\n\r\n`),
      get(`${name} after a chunk size`, `${CHUNKED}1${b}\r\nx\r\n0\r\n\r\n`),
      get(`${name} in an extension`, `${CHUNKED}1;a${b}b\r\nx\r\n0\r\n\r\n`),
      get(`${name} in an extension's value`, `${CHUNKED}1;a=b${b}c\r\nx\r\n0\r\n\r\n`),
      get(`${name} in a quoted value`, `${CHUNKED}1;a="b${b}c"\r\nx\r\n0\r\n\r\n`),
      get(`${name} in a quoted pair`, `${CHUNKED}1;a="b\\${b}c"\r\nx\r\n0\r\n\r\n`),
      get(`${name} after a quoted value`, `${CHUNKED}1;a="b"${b}\r\nx\r\n0\r\n\r\n`),
      get(`${name} after the CR of a size`, `${CHUNKED}1\r${b}x\r\n0\r\n\r\n`),
      get(`${name} after a chunk`, `${CHUNKED}1\r\nx${b}\n0\r\n\r\n`),
      get(`${name} after the CR of a chunk`, `${CHUNKED}1\r\nx\r${b}0\r\n\r\n`),
      get(`${name} in a trailer`, `${CHUNKED}0\r\nX: a${b}\r\n\r\n`),
    ]
  },
)

function get(name: string, text: string): Sample {
  return { name, text, method: 'GET' }
}

function head(name: string, text: string): Sample {
  return { name, text, method: 'HEAD' }
}

function show(text: string): string {
  const shown = JSON.stringify(text)
  return shown.length > 60 ? `${shown.slice(0, 57)}…"` : shown
}
