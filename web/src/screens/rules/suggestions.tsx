import { useDivergences, rowsOf } from '../../api/queries.ts'
import { EndpointName } from '../../components/endpoint-name.tsx'
import { LocationText } from '../../components/location-text.tsx'
import { formatCount, plural } from '../../format/number.ts'
import { writeRule } from '../../state/rule-drawer.ts'

/** Rules that the evidence suggests; none holds before somebody tries it out and saves it. */
export function Suggestions() {
  const query = useDivergences({ state: 'open' })
  const rows = query.data === undefined ? [] : rowsOf(query.data)
  const suggested = rows.flatMap((row) =>
    row.suggestion === undefined ? [] : [{ row, ...row.suggestion }],
  )
  // Several divergences of an array bring one rule.
  const rules = suggested.filter(
    ({ rule }, at) => suggested.findIndex((other) => other.rule.id === rule.id) === at,
  )
  if (rules.length === 0) return null
  return (
    <section aria-labelledby="suggested-rules">
      <h2 id="suggested-rules">Suggested</h2>
      <p className="muted">
        Found among the {formatCount(rows.length)} worst open divergences. None of them holds until
        you save it.
      </p>
      <ul className="rule-list">
        {rules.map(({ row, rule, evidence }) => (
          <li key={row.id} className="rule-card">
            <p>
              <EndpointName endpoint={row.endpoint} /> <LocationText location={row.location} />
            </p>
            <p className="sentence">{evidence}</p>
            <p className="muted tabular">
              {plural(row.exchanges, 'exchange')} of {formatCount(row.endpointExchanges)}
            </p>
            <div className="rule-actions">
              <button
                type="button"
                className="button"
                onClick={() => {
                  writeRule({ preset: rule, endpoint: row.endpoint, evidence })
                }}
              >
                Try it out
              </button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}
