import { offersOf, type Differing } from '../format/rule-presets.ts'
import { writeRule } from '../state/rule-drawer.ts'
import { Icon } from './icon.tsx'

/** What a rule could say of a difference; each opens the drawer with its preview. */
export function RuleMenu({
  difference,
  endpoint,
}: {
  readonly difference: Differing
  readonly endpoint: string
}) {
  return (
    <details
      className="menu rule-menu"
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) event.currentTarget.open = false
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !event.currentTarget.open) return
        event.preventDefault()
        event.currentTarget.open = false
        event.currentTarget.querySelector('summary')?.focus()
      }}
    >
      <summary
        className="button quiet square"
        title="Write a rule"
        aria-label={`Write a rule for ${difference.location}`}
      >
        <Icon name="rule" />
      </summary>
      <ul>
        {offersOf(difference, endpoint).map(({ text, preset }) => (
          <li key={text}>
            <button
              type="button"
              onClick={(event) => {
                event.currentTarget.closest('details')?.removeAttribute('open')
                writeRule({ preset, endpoint })
              }}
            >
              {text}
            </button>
          </li>
        ))}
      </ul>
    </details>
  )
}
