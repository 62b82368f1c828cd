import { useMemo } from 'react'
import type { EndpointRow } from '../../../../src/core/run-report.ts'
import type { EndpointReading } from '../../../../src/core/verdict-reading.ts'
import { latencyRange } from '../../components/latency-plot.tsx'
import { useUrlState } from '../../state/url-state.ts'
import { EndpointLine } from './endpoint-line.tsx'

const sorts: Readonly<Record<string, (row: EndpointRow) => number | string>> = {
  endpoint: (row) => row.endpoint,
  exchanges: (row) => row.exchanges,
  rate: (row) => row.divergenceRate ?? -1,
  primary: (row) => row.primaryLatency?.p95 ?? -1,
  shadow: (row) => row.shadowLatency?.p95 ?? -1,
  ratio: (row) => row.latencyRatio ?? -1,
}

const columns = [
  { text: 'Endpoint', sort: 'endpoint', className: 'c-endpoint' },
  { text: 'Requests', sort: 'exchanges', className: 'c-count' },
  { text: 'Traffic', className: 'c-spark' },
  { text: 'Differ', sort: 'rate', className: 'c-share' },
  { text: 'Not compared', className: 'c-lost' },
  { text: 'Latency p50 · p95 · p99', sort: 'shadow', className: 'c-latency' },
  { text: 'Shadow over primary', sort: 'ratio', className: 'c-ratio' },
] as const

/** Endpoints with their counts and latencies. */
export function EndpointTable({
  rows,
  readings,
}: {
  readonly rows: readonly EndpointRow[]
  /** What the verdict of the same run says of each. */
  readonly readings: readonly EndpointReading[]
}) {
  const byName = useMemo(() => new Map(readings.map((one) => [one.endpoint, one])), [readings])
  const [params, change] = useUrlState()
  const sort = params.get('sort') ?? 'rate'
  const up = params.get('dir') === 'up'
  const sorted = useMemo(() => {
    const value = sorts[sort] ?? sorts['rate']
    if (value === undefined) return rows
    const list = [...rows].sort((a, b) => compare(value(a), value(b)))
    return up ? list : list.reverse()
  }, [rows, sort, up])
  const range = useMemo(() => latencyRange(rows), [rows])
  return (
    <table className="endpoints" role="table">
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <th
              key={column.text}
              role="columnheader"
              scope="col"
              className={column.className}
              aria-sort={
                'sort' in column && column.sort === sort
                  ? up
                    ? 'ascending'
                    : 'descending'
                  : undefined
              }
            >
              {'sort' in column ? (
                <button
                  type="button"
                  className="sort-button"
                  onClick={() => {
                    change({
                      sort: column.sort === 'rate' ? undefined : column.sort,
                      dir: column.sort === sort && !up ? 'up' : undefined,
                    })
                  }}
                >
                  {column.text}
                </button>
              ) : (
                column.text
              )}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {sorted.map((row) => (
          <EndpointLine
            key={row.endpoint}
            row={row}
            reading={byName.get(row.endpoint)}
            range={range}
          />
        ))}
      </tbody>
    </table>
  )
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(b).localeCompare(String(a))
}
