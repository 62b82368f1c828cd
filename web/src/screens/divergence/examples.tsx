import type { DivergenceDetail } from '../../../../src/core/divergence-report.ts'
import { useExchange } from '../../api/queries.ts'
import { Comparison } from '../../components/comparison/comparison.tsx'
import { ExchangeHead } from '../../components/comparison/exchange-head.tsx'
import { Icon } from '../../components/icon.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { EmptyNotice } from '../../components/notices.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { useKeys } from '../../state/keys.ts'
import { useUrlState } from '../../state/url-state.ts'
import { ExampleList } from './example-list.tsx'

/** The newest examples of a divergence, one of them shown in full. */
export function Examples({ divergence }: { readonly divergence: DivergenceDetail }) {
  const [params, change] = useUrlState()
  const { examples } = divergence
  const wanted = params.get('example')
  const found = examples.findIndex(({ exchange }) => exchange.id === wanted)
  const index = Math.max(0, found)
  const current = examples[index]
  const query = useExchange(wanted !== null && found < 0 ? wanted : current?.exchange.id)
  const go = (step: number) => {
    const next = examples[index + step]
    if (next !== undefined) change({ example: next.exchange.id, at: undefined }, { replace: true })
  }
  useKeys({
    '[': () => {
      go(-1)
    },
    ']': () => {
      go(1)
    },
  })
  if (current === undefined) {
    return (
      <EmptyNotice title="No example is stored any more">
        <p>The counts above stay; the requests behind them were removed by retention.</p>
      </EmptyNotice>
    )
  }
  return (
    <div className="examples">
      <section className="example-list" aria-label="Examples">
        <header>
          <h2>Examples</h2>
          <span className="muted tabular">
            {index + 1} of {examples.length} newest
          </span>
          <button
            type="button"
            className="button quiet square"
            aria-label="Previous example"
            disabled={index === 0}
            onClick={() => {
              go(-1)
            }}
          >
            <Icon name="up" />
          </button>
          <button
            type="button"
            className="button quiet square"
            aria-label="Next example"
            disabled={index === examples.length - 1}
            onClick={() => {
              go(1)
            }}
          >
            <Icon name="down" />
          </button>
        </header>
        <ExampleList
          divergence={divergence}
          current={index}
          onChoose={(id) => {
            change({ example: id, at: undefined }, { replace: true })
          }}
        />
      </section>
      <section className="example" aria-label="The example in full">
        <Loaded query={query} what="The example" skeleton={<SkeletonRows rows={12} />}>
          {(detail) => (
            <>
              <ExchangeHead detail={detail} link />
              <Comparison key={detail.id} detail={detail} location={current.location} />
            </>
          )}
        </Loaded>
      </section>
    </div>
  )
}
