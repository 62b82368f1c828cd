import { Icon } from '../../components/icon.tsx'
import { VisibleText } from '../../components/visible-text.tsx'
import { useUrlState } from '../../state/url-state.ts'

/** A filter that a link set: shown, and taken away by a click. */
export function FilterTag({ name, label }: { readonly name: string; readonly label: string }) {
  const [params, change] = useUrlState()
  const value = params.get(name)
  if (value === null) return null
  return (
    <button
      type="button"
      className="filter-tag"
      aria-label={`Remove the filter ${label}`}
      onClick={() => {
        change({ [name]: undefined })
      }}
    >
      {label}: <VisibleText text={value.length > 40 ? `${value.slice(0, 40)}…` : value} />
      <Icon name="close" />
    </button>
  )
}
