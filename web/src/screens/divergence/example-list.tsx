import type { DivergenceDetail } from '../../../../src/core/divergence-report.ts'
import { Moment } from '../../components/moment.tsx'
import { ValueChange } from '../../components/value-change.tsx'
import { VisibleText } from '../../components/visible-text.tsx'

/** The examples to choose from, each with its own two values. */
export function ExampleList({
  divergence,
  current,
  onChoose,
}: {
  readonly divergence: DivergenceDetail
  readonly current: number
  readonly onChoose: (exchangeId: string) => void
}) {
  return (
    <ol>
      {divergence.examples.map(({ exchange, primaryValue, shadowValue }, index) => (
        <li key={exchange.id}>
          <button
            type="button"
            aria-current={index === current ? 'true' : undefined}
            onClick={() => {
              onChoose(exchange.id)
            }}
          >
            <span className="line">
              <span className="path">
                <VisibleText text={exchange.path} />
              </span>
              <Moment time={exchange.time} />
            </span>
            <ValueChange kind={divergence.kind} primary={primaryValue} shadow={shadowValue} />
          </button>
        </li>
      ))}
    </ol>
  )
}
