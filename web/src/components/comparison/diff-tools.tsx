import { CopyButton } from '../copy-button.tsx'
import { Icon } from '../icon.tsx'

/** The ways to show two bodies. */
export type DiffView = 'split' | 'unified' | 'words'

const views: readonly { readonly view: DiffView; readonly text: string }[] = [
  { view: 'split', text: 'Side by side' },
  { view: 'unified', text: 'Unified' },
  { view: 'words', text: 'In words' },
]

/** Goes from change to change, and chooses how they are shown. */
export function DiffTools({
  changes,
  at,
  view,
  unfolded,
  primaryText,
  shadowText,
  onStep,
  onView,
  onFold,
}: {
  /** Absent until the diff is made. */
  readonly changes: number | undefined
  /** The change that is gone to; absent before the first step. */
  readonly at: number | undefined
  readonly view: DiffView
  /** Whether all lines are shown; absent where there is nothing to fold. */
  readonly unfolded: boolean | undefined
  readonly primaryText: string
  readonly shadowText: string
  readonly onStep: (step: 1 | -1) => void
  readonly onView: (view: DiffView) => void
  readonly onFold: () => void
}) {
  return (
    <div className="tab-tools">
      <div className="stepper">
        <button
          type="button"
          className="button quiet square"
          aria-label="Previous change"
          disabled={at === undefined || at === 0}
          onClick={() => {
            onStep(-1)
          }}
        >
          <Icon name="up" />
        </button>
        <button
          type="button"
          className="button quiet square"
          aria-label="Next change"
          disabled={changes === undefined || changes === 0 || at === changes - 1}
          onClick={() => {
            onStep(1)
          }}
        >
          <Icon name="down" />
        </button>
        <span className="tabular muted" aria-live="polite">
          {stepText(changes, at)}
        </span>
      </div>
      <div className="tool-group">
        <div className="segmented" role="group" aria-label="View">
          {views.map(({ view: one, text }) => (
            <button
              key={one}
              type="button"
              className="button"
              aria-pressed={one === view}
              onClick={() => {
                onView(one)
              }}
            >
              {text}
            </button>
          ))}
        </div>
        {unfolded !== undefined && view !== 'words' && (
          <button type="button" className="button quiet" aria-pressed={unfolded} onClick={onFold}>
            <Icon name="fold" />
            All lines
          </button>
        )}
        <CopyButton text={primaryText} label="Copy primary" plain />
        <CopyButton text={shadowText} label="Copy shadow" plain />
      </div>
    </div>
  )
}

function stepText(changes: number | undefined, at: number | undefined): string {
  if (changes === undefined) return ''
  if (changes === 0) return 'no change in the body'
  if (at === undefined) return changes === 1 ? '1 change' : `${changes} changes`
  return `change ${at + 1} of ${changes}`
}
