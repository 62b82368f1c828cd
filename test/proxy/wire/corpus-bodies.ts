/** Pieces of answers beside the head, right ones and wrong ones. */

/** What follows the head of a chunked answer. */
export const CHUNKED_BODIES = [
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

/** What comes where an answer should begin. */
export const BEFORE_THE_ANSWER = [
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

/** What comes when an answer is over. */
export const AFTER_THE_ANSWER = [
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

/** Status codes whose bodies differ. */
export const STATUSES = [
  200, 201, 203, 204, 205, 206, 226, 300, 301, 304, 308, 400, 404, 413, 417, 451, 500, 502, 599,
]

/** How the end of a body is told: name, headers, body. */
export const FRAMINGS = [
  ['no framing', '', 'body'],
  ['a length', 'Content-Length: 4\r\n', 'body'],
  ['length zero', 'Content-Length: 0\r\n', ''],
  ['chunked', 'Transfer-Encoding: chunked\r\n', '4\r\nbody\r\n0\r\n\r\n'],
  ['close', 'Connection: close\r\n', 'body'],
  ['length and close', 'Connection: close\r\nContent-Length: 4\r\n', 'body'],
] as const
