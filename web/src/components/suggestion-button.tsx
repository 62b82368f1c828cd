import type { RuleSuggestion } from '../../../src/core/divergence-report.ts'
import { writeRule } from '../state/rule-drawer.ts'

/** A rule that the evidence suggests; it is only proposed, with its preview. */
export function SuggestionButton({
  suggestion: { rule, evidence },
  endpoint,
}: {
  readonly suggestion: RuleSuggestion
  readonly endpoint: string
}) {
  return (
    <button
      type="button"
      className="suggestion"
      title={evidence}
      onClick={() => {
        writeRule({ preset: rule, endpoint, evidence })
      }}
    >
      {evidence}
    </button>
  )
}
