import type { BodyView } from '../../../../src/core/exchange-report.ts'
import { bytesOf, formatOffset } from '../../diff/bytes.ts'
import { plainSegments } from '../../diff/inline.ts'
import { jsonLines } from '../../diff/json-rows.ts'
import { parseJsonTree } from '../../diff/json-tree.ts'
import { linesOf } from '../../diff/text-rows.ts'
import { plural } from '../../format/number.ts'
import { SegmentText } from './segment-text.tsx'

const mostLines = 400
const mostRead = 200_000
const hexBytes = 256

/** One body by itself: JSON printed readably, text as it is, anything else as bytes. */
export function PlainBody({ body }: { readonly body: BodyView }) {
  if (body.text === undefined) return <Hex bytes={bytesOf(body, hexBytes)} />
  // More lines than are shown; a whole large body would hold up the page.
  const text = body.text.slice(0, mostRead)
  const tree = parseJsonTree(text)
  const lines = tree === undefined ? linesOf(text) : jsonLines(tree)
  return (
    <>
      <pre className="plain" tabIndex={0} aria-label="Body">
        {lines.slice(0, mostLines).map((line, index) => (
          <span key={index}>
            <SegmentText segments={plainSegments(line)} />
            {'\n'}
          </span>
        ))}
      </pre>
      {lines.length > mostLines && (
        <p className="muted">
          {text.length < body.text.length
            ? 'More follows.'
            : `And ${plural(lines.length - mostLines, 'more line')}.`}
        </p>
      )}
    </>
  )
}

function Hex({ bytes }: { readonly bytes: Uint8Array }) {
  const offsets = Array.from({ length: Math.ceil(bytes.length / 16) }, (_, line) => line * 16)
  return (
    <pre className="hex" tabIndex={0} aria-label="Body as hexadecimal">
      {offsets.map((offset) => {
        const line = Array.from(bytes.subarray(offset, offset + 16), (byte) =>
          byte.toString(16).padStart(2, '0'),
        )
        return `${formatOffset(offset)} ${line.join(' ')}\n`
      })}
    </pre>
  )
}
