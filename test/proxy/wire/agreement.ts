/** Where the wire parser may differ from Node's own client, and nowhere else. */

import { type Answer, askNodeClient, askWireParser, type Verdict } from './verdict.ts'

/** A difference that is meant. */
interface MeantDifference {
  readonly because: string
  readonly applies: (ours: Verdict, node: Verdict, text: string) => boolean
}

/** We refuse, for this reason, what Node's client accepts or still waits for. */
function weRefuse(because: string, problem: RegExp, text = /^/): MeantDifference {
  return {
    because,
    applies: (ours, node, answer) =>
      ours.kind === 'refused' &&
      node.kind !== 'refused' &&
      problem.test(ours.why) &&
      text.test(answer),
  }
}

const FRAMING_ERROR =
  /^HPE_(INVALID_CONTENT_LENGTH|UNEXPECTED_CONTENT_LENGTH|INVALID_TRANSFER_ENCODING)$/

/** All of them; the name of each says why. */
export const MEANT_DIFFERENCES: readonly MeantDifference[] = [
  {
    because:
      'bytes after a complete answer are not part of it (RFC 9112 §6.3): the answer stands and the connection is closed, where Node refuses the answer if those bytes come in the same read and are no answer themselves',
    applies: (ours, node) =>
      ours.kind === 'accepted' &&
      ours.hasExtraBytes &&
      node.kind === 'refused' &&
      node.why.startsWith('HPE_') &&
      sameHead(ours, node),
  },
  weRefuse(
    'only HTTP/1.0 and HTTP/1.1 were asked for (llhttp also takes RTSP, ICE, 0.9 and 2.0)',
    /does not begin with HTTP\/1/,
    /(^|[\r\n])((RTSP|ICE)\/|HTTP\/(0\.9|2\.0) )/,
  ),
  weRefuse('RFC 9110 §15: a status is 100 to 999', /status is below 100/),
  weRefuse(
    'RFC 9112 §4: a control byte is no part of a reason phrase, and could not be sent on',
    /the status line holds a forbidden byte/,
  ),
  weRefuse('RFC 9110 §15.2.2: nobody asked to switch protocols', /switches protocols/),
  weRefuse(
    'RFC 9112 §6.3: chunked anywhere but last in Transfer-Encoding is ambiguous; Node reads to the end',
    /chunked is not the last/,
  ),
  weRefuse(
    'an empty Transfer-Encoding names no coding, and newer llhttp refuses it',
    /Transfer-Encoding is empty/,
  ),
  weRefuse(
    'lengths beyond 2^53 - 1 are not exact numbers',
    /Content-Length is not a valid number/,
    /\d{16}/,
  ),
  weRefuse(
    'chunk sizes are bounded to 16 digits and 2^53 - 1',
    /chunk size is malformed or too large/,
    /[0-9a-f]{14}/i,
  ),
  weRefuse('a head or trailer section is bounded to 256 KB', /longer than 256 KB/),
  weRefuse('a head or trailer section is bounded to 10,000 fields', /too many fields/),
  weRefuse('informational answers are bounded to 64', /too many informational/),
  weRefuse(
    'extensions of a chunk are bounded to 16 KB with their punctuation',
    /extensions of a chunk/,
  ),
  weRefuse(
    'after an informational answer with Connection: close nothing can come; Node notices it when something comes',
    /informational answer announces the end/,
  ),
  weRefuse(
    'a tab behind Transfer-Encoding is read in two ways: by RFC 9110 §5.5 it is no part of the value, by llhttp it is',
    /a tab follows its Transfer-Encoding/,
  ),
  weRefuse(
    'llhttp refuses a tab behind Content-Length up to 9.3 and takes it from 9.4 on; we are as strict as the strictest',
    /a tab follows its Content-Length/,
  ),
  weRefuse('a status line ends in CR LF; llhttp also takes CR CR', /ends in CR without LF/, /\r\r/),
  {
    because:
      'framing fields are judged when the section is whole; Node refuses a wrong one as soon as it is read',
    applies: (ours, node) => ours.kind === 'pending' && FRAMING_ERROR.test(node.why),
  },
]

/** Undefined when both clients make the same of an answer, or differ in a way that is meant. */
export async function disagreement(answer: Answer): Promise<string | undefined> {
  const ours = askWireParser(answer)
  const node = await askNodeClient(answer)
  if (agree(ours, node)) return undefined
  const text = Buffer.concat(answer.pieces).toString('latin1')
  if (MEANT_DIFFERENCES.some(({ applies }) => applies(ours, node, text))) return undefined
  return `${JSON.stringify(text)} ${answer.closes ? 'closed' : 'open'}\nours: ${JSON.stringify(ours)}\nnode: ${JSON.stringify(node)}`
}

function agree(ours: Verdict, node: Verdict): boolean {
  if (ours.kind !== node.kind) return false
  if (!sameHead(ours, node)) return ours.kind === 'refused' && ours.head === undefined
  if (ours.kind === 'refused') return true
  const told = ({ informational, body, trailers }: Verdict) => [informational, body, trailers]
  return JSON.stringify(told(ours)) === JSON.stringify(told(node))
}

function sameHead(ours: Verdict, node: Verdict): boolean {
  return JSON.stringify(ours.head) === JSON.stringify(node.head)
}
