import type { UseQueryResult } from '@tanstack/react-query'
import { Link } from 'wouter'
import type { RulePreview } from '../../../../src/core/service-report.ts'
import { formatCount, plural } from '../../format/number.ts'
import { reasonText } from '../../format/reasons.ts'
import { KindLabel, SeverityBadge } from '../badges.tsx'
import { EndpointName } from '../endpoint-name.tsx'
import { LocationText } from '../location-text.tsx'

/** What a rule would hide among stored exchanges; what to read before saving stands first. */
export function PreviewPanel({
  preview,
  isCurrent,
  missing,
}: {
  readonly preview: UseQueryResult<RulePreview>
  /** Whether it belongs to what is written. */
  readonly isCurrent: boolean
  readonly missing: string | undefined
}) {
  const { data, error, isError } = preview
  return (
    <section className="preview" aria-labelledby="preview-heading">
      <h3 id="preview-heading">What it would hide</h3>
      <div role="status" className={isCurrent ? undefined : 'old'}>
        {missing !== undefined ? (
          <p className="muted">Say {missing}, and it is tried out on what is stored.</p>
        ) : isError && isCurrent ? (
          <p className="failure">It could not be tried out: {error.message}</p>
        ) : data === undefined ? (
          <p className="muted">Trying it out on what is stored</p>
        ) : (
          <Found preview={data} />
        )}
      </div>
    </section>
  )
}

function Found({ preview }: { readonly preview: RulePreview }) {
  const { examined, hidden, matching, divergences, warnings } = preview
  const skipped = Object.entries(preview.skipped)
  return (
    <>
      {warnings.map((warning) => (
        <p key={warning} className="warning">
          <b>Warning:</b> {warning}
        </p>
      ))}
      <p>
        <b className="tabular">{plural(hidden, 'difference')}</b> hidden in the{' '}
        {plural(examined, 'newest exchange')} in its scope;{' '}
        <b className="tabular">{plural(matching, 'exchange')}</b> would become a match.
        {skipped.length > 0 && (
          <span className="muted">
            {' '}
            Not tried out on{' '}
            {skipped
              .map(([reason, count]) => `${formatCount(count)} ${reasonText(reason)}`)
              .join(', ')}
            .
          </span>
        )}
      </p>
      {divergences.length > 0 && (
        <ul>
          {divergences.map((each) => (
            <li key={each.id}>
              <SeverityBadge severity={each.severity} />
              <KindLabel kind={each.kind} />
              <span className="place">
                <EndpointName endpoint={each.endpoint} /> <LocationText location={each.location} />
              </span>
              <span className="tabular counts">
                {formatCount(each.hidden)} of {formatCount(each.of)}
              </span>
              {each.examples[0] !== undefined && (
                <Link href={`/exchanges/${each.examples[0]}`} target="_blank" rel="noopener">
                  example<span className="visually-hidden"> in a new tab</span>
                </Link>
              )}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
