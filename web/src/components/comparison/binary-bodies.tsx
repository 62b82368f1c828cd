import type { BodyView } from '../../../../src/core/exchange-report.ts'
import { bytesOf, firstDifference, formatOffset } from '../../diff/bytes.ts'
import { formatBytes, formatCount } from '../../format/number.ts'

const perLine = 16
const lines = 16
const mostRead = 1_000_000

/** Two bodies that are no text: length, hash, and the bytes around the first difference. */
export function BinaryBodies({
  primary,
  shadow,
}: {
  readonly primary: BodyView
  readonly shadow: BodyView
}) {
  const left = bytesOf(primary, mostRead)
  const right = bytesOf(shadow, mostRead)
  const first = firstDifference(left, right)
  const from = Math.max(0, Math.floor((first ?? 0) / perLine) * perLine - perLine * 2)
  return (
    <div className="binary">
      <p>
        {first === undefined
          ? 'The recorded bytes are the same.'
          : `The first difference is at byte ${formatCount(first)}.`}
      </p>
      <div className="binary-sides">
        <BinarySide role="primary" body={primary} bytes={left} other={right} from={from} />
        <BinarySide role="shadow" body={shadow} bytes={right} other={left} from={from} />
      </div>
    </div>
  )
}

function BinarySide({
  role,
  body,
  bytes,
  other,
  from,
}: {
  readonly role: 'primary' | 'shadow'
  readonly body: BodyView
  readonly bytes: Uint8Array
  readonly other: Uint8Array
  readonly from: number
}) {
  const offsets = Array.from({ length: lines }, (_, line) => from + line * perLine).filter(
    (offset) => offset < bytes.length,
  )
  return (
    <section className={`side ${role}`} aria-label={`${role}’s bytes`}>
      <h2>{role}</h2>
      <dl className="header-lines">
        <div>
          <dt>length</dt>
          <dd>{formatBytes(body.length)}</dd>
        </div>
        <div>
          <dt>sha-256</dt>
          <dd className="hash">{body.sha256}</dd>
        </div>
      </dl>
      <pre className="hex" tabIndex={0} aria-label={`${role}’s bytes as hexadecimal`}>
        {offsets.map((offset) => (
          <span key={offset} className="hex-line">
            <span className="offset">{formatOffset(offset)}</span>{' '}
            {Array.from(bytes.subarray(offset, offset + perLine), (byte, i) => {
              const hex = byte.toString(16).padStart(2, '0')
              const same = other[offset + i] === byte
              return same ? `${hex} ` : [<mark key={i}>{hex}</mark>, ' ']
            })}
            {'\n'}
          </span>
        ))}
      </pre>
    </section>
  )
}
