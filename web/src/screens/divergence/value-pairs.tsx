import type { DivergenceDetail } from '../../../../src/core/divergence-report.ts'
import { ValueChange } from '../../components/value-change.tsx'
import { formatCount } from '../../format/number.ts'

const shown = 4

/** The values that come again and again: often they tell the cause. */
export function ValuePairs({ divergence }: { readonly divergence: DivergenceDetail }) {
  const { kind, examples } = divergence
  const pairs = new Map<string, { primary?: string; shadow?: string; count: number }>()
  for (const { primaryValue, shadowValue } of examples) {
    const key = JSON.stringify([primaryValue, shadowValue])
    const old = pairs.get(key)
    pairs.set(key, {
      ...(primaryValue === undefined ? {} : { primary: primaryValue }),
      ...(shadowValue === undefined ? {} : { shadow: shadowValue }),
      count: (old?.count ?? 0) + 1,
    })
  }
  const common = [...pairs.values()].filter(({ count }) => count > 1)
  if (common.length === 0) return null
  const most = common.sort((a, b) => b.count - a.count).slice(0, shown)
  const rest = examples.length - most.reduce((sum, { count }) => sum + count, 0)
  return (
    <div className="value-pairs">
      <h2>Values in the {formatCount(examples.length)} newest examples</h2>
      <ul>
        {most.map(({ primary, shadow, count }) => (
          <li key={`${primary ?? ''} ${shadow ?? ''}`}>
            <span className="tabular times">{formatCount(count)} ×</span>
            <ValueChange kind={kind} primary={primary} shadow={shadow} />
          </li>
        ))}
        {rest > 0 && (
          <li className="muted">
            <span className="tabular times">{formatCount(rest)} ×</span> other values
          </li>
        )}
      </ul>
    </div>
  )
}
