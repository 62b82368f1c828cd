import type { DivergenceCounts } from '../../../../src/core/divergence-report.ts'
import { formatCount } from '../../format/number.ts'
import { useUrlState } from '../../state/url-state.ts'

const classes = [
  { value: 'divergence', text: 'Differences' },
  { value: 'noise', text: 'Noise' },
  { value: 'expected', text: 'Expected' },
] as const

/** The class a URL asks for. */
export function classOf(value: string | null): (typeof classes)[number]['value'] {
  return classes.find((each) => each.value === value)?.value ?? 'divergence'
}

/** What counts, what primary shows too, what somebody expects: apart, and each with its number. */
export function ClassTabs({ counts }: { readonly counts: DivergenceCounts | undefined }) {
  const [params, change] = useUrlState()
  const current = classOf(params.get('class'))
  return (
    <div className="segmented class-tabs" role="group" aria-label="Class">
      {classes.map(({ value, text }) => (
        <button
          key={value}
          type="button"
          className="button"
          aria-pressed={value === current}
          onClick={() => {
            change({ class: value === 'divergence' ? undefined : value, state: undefined })
          }}
        >
          {text}
          {counts !== undefined && <span className="tabular">{formatCount(counts[value])}</span>}
        </button>
      ))}
    </div>
  )
}
