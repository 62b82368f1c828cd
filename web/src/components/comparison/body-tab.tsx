import type {
  BodyView,
  ExchangeDetail,
  ObservationView,
} from '../../../../src/core/exchange-report.ts'
import { formatBytes } from '../../format/number.ts'
import { reasonText } from '../../format/reasons.ts'
import { BinaryBodies } from './binary-bodies.tsx'
import { BodyDiff } from './body-diff.tsx'
import { BodyFacts } from './body-facts.tsx'
import { PlainBody } from './plain-body.tsx'

/** Both bodies against each other, or why that cannot be. */
export function BodyTab({
  detail,
  location,
}: {
  readonly detail: ExchangeDetail
  readonly location: string | undefined
}) {
  const { primary, shadow } = detail
  const left = primary?.kind === 'response' ? primary.body : undefined
  const right = shadow?.kind === 'response' ? shadow.body : undefined
  if (left === undefined || right === undefined) {
    return (
      <div className="one-sided">
        <Side role="primary" observation={primary} detail={detail} />
        <Side role="shadow" observation={shadow} detail={detail} />
      </div>
    )
  }
  if (left.length === 0 && right.length === 0) {
    return <p className="muted pad">Both versions answered without a body.</p>
  }
  return (
    <>
      <BodyFacts primary={left} shadow={right} detail={detail} />
      {left.text === undefined || right.text === undefined ? (
        <BinaryBodies primary={left} shadow={right} />
      ) : (
        <BodyDiff primary={left} shadow={right} detail={detail} location={location} />
      )}
    </>
  )
}

function Side({
  role,
  observation,
  detail,
}: {
  readonly role: 'primary' | 'shadow'
  readonly observation: ObservationView | undefined
  readonly detail: ExchangeDetail
}) {
  return (
    <section className={`side ${role}`} aria-label={`What ${role} answered`}>
      <h2>{role}</h2>
      {observation === undefined ? (
        <p className="muted">
          {role === 'primary'
            ? 'The client left before primary could answer.'
            : `No copy was sent: ${reasonText(detail.reason ?? 'no-shadow')}.`}
        </p>
      ) : observation.kind === 'failure' ? (
        <div className="failure">
          <p>
            No answer: <b>{reasonText(observation.reason)}</b>
          </p>
          <p className="muted">{observation.message}</p>
        </div>
      ) : (
        <Answer body={observation.body} />
      )}
    </section>
  )
}

function Answer({ body }: { readonly body: BodyView }) {
  if (body.length === 0) return <p className="muted">Answered without a body.</p>
  return (
    <>
      <p className="muted">{formatBytes(body.length)}</p>
      <PlainBody body={body} />
    </>
  )
}
