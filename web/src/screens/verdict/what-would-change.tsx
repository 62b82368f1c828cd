import type { Verdict } from '../../../../src/core/verdict-reading.ts'
import { VisibleText } from '../../components/visible-text.tsx'
import { formatCount } from '../../format/number.ts'
import { formatChosen, sentence } from '../../format/verdict.ts'

/** What would make it another verdict, and what the limit costs in requests. */
export function WhatWouldChange({ verdict }: { readonly verdict: Verdict }) {
  const { whatWouldChangeIt, arithmetic, divergent, samples, confidence } = verdict
  const limit = verdict.reasons.find(({ rule }) => rule === 'divergence')?.limit
  return (
    <section className="panel would-change" aria-labelledby="change-heading">
      <h2 id="change-heading">What would change it</h2>
      {whatWouldChangeIt.length === 0 ? (
        <p className="muted">Nothing that can be named.</p>
      ) : (
        <ul>
          {whatWouldChangeIt.map((change) => (
            <li key={change}>
              <VisibleText text={sentence(change)} />
            </li>
          ))}
        </ul>
      )}
      {limit !== undefined && (
        <>
          <h3>Requests that the limit costs</h3>
          {arithmetic === undefined ? (
            <p className="muted">
              {limit <= 0
                ? 'A limit of 0% cannot be shown by any number of requests: a single difference ends it.'
                : 'A limit of 100% asks for none.'}
            </p>
          ) : (
            <>
              <p className="muted">
                To show with {formatChosen(confidence)} confidence that at most{' '}
                {formatChosen(limit)} of requests differ:
              </p>
              <dl className="arithmetic">
                <div>
                  <dt>looking once, at the end, with no difference</dt>
                  <dd>{formatCount(arithmetic.oneLook)}</dd>
                </div>
                <div>
                  <dt>looking at any time, as here, with no difference</dt>
                  <dd>{formatCount(arithmetic.anyTime)}</dd>
                </div>
                <div>
                  <dt>{differingText(divergent)}</dt>
                  <dd>{formatCount(arithmetic.inAll)}</dd>
                </div>
                <div className="sum">
                  <dt>compared so far</dt>
                  <dd>{formatCount(samples)}</dd>
                </div>
              </dl>
            </>
          )}
        </>
      )}
      {verdict.rulesVersion !== '' && (
        <p className="muted rules-version">
          Judged under rules <code>{verdict.rulesVersion}</code>
        </p>
      )}
    </section>
  )
}

function differingText(divergent: number): string {
  if (divergent === 0) return 'with none that differs, as so far'
  return divergent === 1
    ? 'with the one that differs and no more'
    : `with the ${formatCount(divergent)} that differ and no more`
}
