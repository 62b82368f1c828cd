import { apiUrl, type Params } from '../api/client.ts'
import { Icon } from './icon.tsx'

/** What an export holds, one row each. */
export type ExportNoun = 'differences' | 'exchanges' | 'divergences'

/** Downloads exactly what is filtered. */
export function DownloadMenu({
  nouns,
  filters,
}: {
  readonly nouns: readonly ExportNoun[]
  readonly filters: Params
}) {
  return (
    <details
      className="menu"
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
      <summary className="button">
        <Icon name="download" />
        Download
      </summary>
      <ul>
        {nouns.flatMap((what) =>
          formatsOf(what).map((format) => (
            <li key={`${what}.${format}`}>
              <a
                href={apiUrl('export', { format, what, ...filters })}
                download={`shadowdiff-${what}.${format}`}
                onClick={(event) => {
                  event.currentTarget.closest('details')?.removeAttribute('open')
                }}
              >
                {what} as {format.toUpperCase()}
              </a>
            </li>
          )),
        )}
      </ul>
    </details>
  )
}

/** An archive of HTTP holds whole exchanges and nothing else. */
function formatsOf(what: ExportNoun): readonly string[] {
  return what === 'exchanges' ? ['csv', 'jsonl', 'har'] : ['csv', 'jsonl']
}
