import { useChanges } from '../../api/queries.ts'
import { plural } from '../../format/number.ts'
import { CopyButton } from '../copy-button.tsx'
import { Loaded } from '../loaded.tsx'
import { SkeletonRows } from '../skeleton.tsx'
import { VisibleText } from '../visible-text.tsx'

/** What changed between the bodies, a sentence each: to be read aloud, or pasted into a ticket. */
export function ChangesInWords({ exchangeId }: { readonly exchangeId: string }) {
  const query = useChanges(exchangeId)
  return (
    <Loaded query={query} what="The description" skeleton={<SkeletonRows rows={4} />}>
      {({ sentences, total, reason }) => (
        <div className="in-words">
          {reason !== undefined && <p className="muted">{reason}.</p>}
          {sentences.length > 0 && (
            <>
              <p className="muted">
                As the bodies came, before any rule.{' '}
                <CopyButton text={() => sentences.join('\n')} label="Copy as text" plain />
              </p>
              <ul>
                {sentences.map((sentence, index) => (
                  <li key={index}>
                    <code>
                      <VisibleText text={sentence} />
                    </code>
                  </li>
                ))}
              </ul>
            </>
          )}
          {reason === undefined && total === 0 && (
            <p className="muted">The bodies hold the same values.</p>
          )}
          {total > sentences.length && (
            <p className="muted">And {plural(total - sentences.length, 'more change')}.</p>
          )}
        </div>
      )}
    </Loaded>
  )
}
