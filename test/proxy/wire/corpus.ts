/** Answers by hand: valid ones, and what goes wrong in them, position by position. */

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

const STATUS_LINES = [
  ...['HTTP/1.1 200 OK', 'HTTP/1.1 200', 'HTTP/1.1 200 ', 'HTTP/1.1  200 OK', 'HTTP/1.1 200  OK'],
  ...[
    'HTTP/1.1 200\tOK',
    'HTTP/1.1\t200 OK',
    'HTTP/1.1 20 OK',
    'HTTP/1.1 2000 OK',
    'HTTP/1.1 2x0 OK',
  ],
  ...[
    'HTTP/1.1 099 Low',
    'HTTP/1.1 000 Zero',
    'HTTP/1.1 999 High',
    'HTTP/1.1 600 Odd',
    'HTTP/1.1 -20',
  ],
  ...[
    'HTTP/1.0 200 OK',
    'HTTP/0.9 200 OK',
    'HTTP/2.0 200 OK',
    'HTTP/1.2 200 OK',
    'HTTP/3.0 200 OK',
  ],
  ...['HTTP/1 200 OK', 'HTTP/11 200 OK', 'HTTP/1.10 200 OK', 'HTTP/01.1 200 OK', 'HTTP/1. 200 OK'],
  ...['http/1.1 200 OK', 'HtTP/1.1 200 OK', 'RTSP/1.0 200 OK', 'ICE/1.0 200 OK', 'ICY 200 OK'],
  ...[
    ' HTTP/1.1 200 OK',
    'HTTP /1.1 200 OK',
    'HTTP/ 1.1 200 OK',
    'XHTTP/1.1 200 OK',
    'HTTP/1.1200 OK',
  ],
  ...[
    'GET / HTTP/1.1',
    'SSH-2.0-x',
    '<html>',
    '{"a":1}',
    '',
    'HTTP/1.1',
    'HTTP/1.1 200 OK ',
    'HTTP/1.1 200 a:b',
  ],
  ...[
    'HTTP/1.1 200 O\tK',
    'HTTP/1.1 200 \x7f',
    'HTTP/1.1 200 \0',
    'HTTP/1.1 200 \x01',
    'HTTP/1.1 200 \xff',
  ],
]

const FIELD_LINES = [
  ...[
    'A: b',
    'A:b',
    'A:',
    'A: ',
    'A:  b  ',
    'A:\tb\t',
    'A : b',
    'A\t: b',
    ' A: b',
    '\tA: b',
    ': b',
    'A',
  ],
  ...[
    'A b: c',
    'A: b\r\n c',
    'A: b\r\n\tc',
    'A: b\r\n ',
    'A:\r\n b',
    'A: b\n',
    'A: b\nC: d',
    'A: b\rC: d',
  ],
  ...[
    'A: b\r',
    'A: b\0',
    'A: \x01',
    'A: \x7f',
    'A: \xe9',
    'A\xe9: b',
    'A\x7f: b',
    'A(: b',
    'A): b',
    'A/: b',
  ],
  ...[
    'A": b',
    '"A": b',
    'A[: b',
    '{A}: b',
    'A@: b',
    'A,: b',
    'A;: b',
    'A=: b',
    'A?: b',
    'A\\: b',
    "!#$%&'*+-.^_`|~0: b",
  ],
  ...[
    'A: "b"',
    'A: b, c',
    'A: b: c',
    'A::b',
    'a: 1\r\nA: 2\r\na: 3',
    'X: \xa0',
    'X: a\xa0',
    `X: ${'y'.repeat(2000)}`,
  ],
  ...[
    'Connection: close',
    'Connection: keep-alive',
    'Connection: Close, X-A',
    'Connection: x,close',
    'Connection:',
  ],
  ...[
    'Connection: upgrade\r\nUpgrade: h2c',
    'Upgrade: h2c',
    'Proxy-Connection: close',
    'Connection: close\xa0',
  ],
  ...[
    'Keep-Alive: timeout=5',
    'Keep-Alive: timeout=x',
    'Trailer: X-T',
    'TE: trailers',
    'Content-Lengthx: 1',
  ],
  ...[
    'Content-Length : 0',
    'Content Length: 0',
    'Content-Length\t: 0',
    'X-Content-Length: 9',
    'Transfer-Encodingx: chunked',
  ],
]

const LENGTHS = [
  ...[
    '5',
    ' 5',
    '5 ',
    '5\t',
    '\t5',
    '05',
    '0000000000000000000005',
    '+5',
    '-5',
    '5.0',
    '5,5',
    '5, 5',
    '5,6',
    '5 5',
  ],
  ...[
    '0x5',
    '5x',
    'five',
    '',
    ' ',
    '5;',
    '"5"',
    '5\xa0',
    '1e1',
    '18446744073709551616',
    '9007199254740993',
    '4',
  ],
  ...[
    '9223372036854775808',
    '5\r\nContent-Length: 5',
    '5\r\nContent-Length: 6',
    '5\r\ncontent-length: 5',
    '5\r\n 0',
  ],
]

const CODINGS = [
  ...[
    'chunked',
    'Chunked',
    'CHUNKED',
    ' chunked',
    'chunked ',
    'chunked\t',
    '\tchunked',
    'gzip, chunked',
    'gzip,chunked',
  ],
  ...[
    'chunked, gzip',
    'chunked,',
    'chunked ,',
    ', chunked',
    ',chunked',
    'chunked;q=1',
    'chunked, chunked',
    'gzip',
  ],
  ...[
    'identity',
    'xchunked',
    'chunkedx',
    'chunked x',
    'x chunked',
    '"chunked"',
    'chun ked',
    '',
    ' ',
    'chunked\xa0',
  ],
  ...[
    '\xa0chunked',
    'gzip\r\nTransfer-Encoding: chunked',
    'chunked\r\nTransfer-Encoding: gzip',
    'identity, chunked',
  ],
  ...[
    'chunked\r\nTransfer-Encoding: chunked',
    'chunked\r\ntransfer-encoding: identity',
    'chunked\0',
    'chu\tnked',
  ],
  ...[
    'gzip chunked',
    'gzip;chunked',
    'gzip,\tchunked',
    'gzip ,chunked',
    'chunchunked',
    'chunked\x0b',
  ],
]

const CHUNKED_BODIES = [
  ...[
    '0\r\n\r\n',
    '00\r\n\r\n',
    '0000000000000000\r\n\r\n',
    '00000000000000000\r\n\r\n',
    '5\r\nhello\r\n0\r\n\r\n',
  ],
  ...[
    '5\r\nhello0\r\n\r\n',
    '5\r\nhello\n0\r\n\r\n',
    '5\r\nhello\r0\r\n\r\n',
    '5\nhello\r\n0\r\n\r\n',
    '5\rhello\r\n0\r\n\r\n',
  ],
  ...[
    '4\r\nhello\r\n0\r\n\r\n',
    '6\r\nhello\r\n0\r\n\r\n',
    'A\r\n0123456789\r\n0\r\n\r\n',
    'a\r\n0123456789\r\n0\r\n\r\n',
  ],
  ...[
    '0x5\r\nhello\r\n0\r\n\r\n',
    '+5\r\nhello\r\n0\r\n\r\n',
    '-5\r\n',
    ' 5\r\nhello\r\n0\r\n\r\n',
    '5 \r\nhello\r\n0\r\n\r\n',
  ],
  ...[
    '5\t\r\nhello\r\n0\r\n\r\n',
    '\r\n5\r\nhello\r\n0\r\n\r\n',
    'g\r\n',
    '\r\n',
    ';a\r\n',
    '5;\r\nhello\r\n0\r\n\r\n',
  ],
  ...[
    '5;a\r\nhello\r\n0\r\n\r\n',
    '5;a=\r\nhello\r\n0\r\n\r\n',
    '5;=b\r\nhello\r\n0\r\n\r\n',
    '5;;\r\nhello\r\n0\r\n\r\n',
  ],
  ...[
    '5; a\r\nhello\r\n0\r\n\r\n',
    '5 ;a\r\nhello\r\n0\r\n\r\n',
    '5;a =b\r\nhello\r\n0\r\n\r\n',
    '5;a= b\r\nhello\r\n0\r\n\r\n',
  ],
  ...[
    '5;a="b"\r\nhello\r\n0\r\n\r\n',
    '5;a="b\r\nhello\r\n0\r\n\r\n',
    '5;a="b"c\r\nhello\r\n0\r\n\r\n',
    '5;a=b"c"\r\nhello\r\n0\r\n\r\n',
  ],
  ...[
    '5;a="\\""\r\nhello\r\n0\r\n\r\n',
    '5;a="\\\r\n"\r\nhello\r\n0\r\n\r\n',
    '5;a="b";c\r\nhello\r\n0\r\n\r\n',
    '5;a\nhello\r\n0\r\n\r\n',
  ],
  ...[
    '5;a="b"\nhello\r\n0\r\n\r\n',
    '5;a=b\nhello\r\n0\r\n\r\n',
    '5,a\r\nhello\r\n0\r\n\r\n',
    '5;a\r\r\nhello\r\n0\r\n\r\n',
  ],
  ...[
    'FFFFFFFFFFFFFFFF\r\n',
    '10000000000000000\r\n',
    'fffffffffffff\r\nx',
    '20000000000001\r\nx',
    '7fffffffffffffff\r\nx',
  ],
  ...[
    '0\r\nX-T: 1\r\n\r\n',
    '0\r\nX-T : 1\r\n\r\n',
    '0\r\nX-T: 1\r\n 2\r\n\r\n',
    '0\r\n X-T: 1\r\n\r\n',
    '0\r\nX-T\r\n\r\n',
  ],
  ...[
    '0\r\nX-T: 1\n\r\n',
    '0\r\nX-T: \0\r\n\r\n',
    '0\r\nX-T: 1\r\n\n',
    '0\r\n\n',
    '0\n\r\n',
    '0\r\n\r',
    '0\r\n',
    '0\r',
  ],
  ...[
    '0\r\nContent-Length: 5\r\n\r\n',
    '0\r\nTransfer-Encoding: chunked\r\n\r\n',
    '0\r\nTransfer-Encoding: gzip\r\n\r\n',
  ],
  ...[
    '0\r\nConnection: close\r\n\r\n',
    '0\r\nTrailer: X\r\n\r\n',
    '0\r\nContent-Length:\r\n\r\n',
    '0\r\n: x\r\n\r\n',
  ],
  ...[
    '0;a\r\n\r\n',
    '0;a=b;c="d"\r\n\r\n',
    '5;a=\xe9\r\nhello\r\n0\r\n\r\n',
    '5;a="\xe9"\r\nhello\r\n0\r\n\r\n',
    '5;a="\t "\r\nhello\r\n0\r\n\r\n',
  ],
]

const BEFORE_THE_ANSWER = [
  ...['\r\n', '\r\n\r\n', '\n', '\r', '\r\r\n\n', ' ', '\0', '\t', 'x', '\r\n '],
  ...[
    'HTTP/1.1 100 Continue\r\n\r\n',
    'HTTP/1.1 102 Processing\r\n\r\n',
    'HTTP/1.1 199 X\r\nA: b\r\n\r\n',
  ],
  ...[
    'HTTP/1.1 100 Continue\r\nContent-Length: 5\r\n\r\n',
    'HTTP/1.1 103 X\r\nTransfer-Encoding: chunked\r\n\r\n',
  ],
  ...[
    'HTTP/1.1 103 X\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n',
    'HTTP/1.1 100 X\r\nA : b\r\n\r\n',
  ],
  ...[
    'HTTP/1.1 100 X\r\nConnection: close\r\n\r\n',
    'HTTP/1.0 100 X\r\n\r\n',
    'HTTP/1.0 103 X\r\nConnection: keep-alive\r\n\r\n',
  ],
  ...[
    'HTTP/1.1 101 Switching\r\n\r\n',
    'HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: ws\r\n\r\n',
    'HTTP/1.1 150 \r\n\r\n',
  ],
  ...[
    'HTTP/1.1 100 Continue\r\n\r\n\r\n',
    'HTTP/1.1 100 Continue\r\n\r\nx',
    'HTTP/1.1 099 X\r\n\r\n',
    'HTTP/1.1 100\r\n\r\n',
  ],
  'HTTP/1.1 103 X\r\n\r\n'.repeat(3),
]

const AFTER_THE_ANSWER = [
  ...[
    '\r\n',
    '\n',
    'x',
    '\0',
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi',
    'HTTP/1.1 408 X\r\n\r\n',
    'HTTP/1.',
  ],
  ...['0\r\n\r\n', 'garbage\r\n\r\n', ' '.repeat(100), 'HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/9.9'],
]

const STATUSES = [
  200, 201, 203, 204, 205, 206, 226, 300, 301, 304, 308, 400, 404, 413, 417, 451, 500, 502, 599,
]

const FRAMINGS = [
  ['no framing', '', 'body'],
  ['a length', 'Content-Length: 4\r\n', 'body'],
  ['length zero', 'Content-Length: 0\r\n', ''],
  ['chunked', 'Transfer-Encoding: chunked\r\n', '4\r\nbody\r\n0\r\n\r\n'],
  ['close', 'Connection: close\r\n', 'body'],
  ['length and close', 'Connection: close\r\nContent-Length: 4\r\n', 'body'],
] as const

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
