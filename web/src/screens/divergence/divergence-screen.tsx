import { Link, useLocation, useSearch } from 'wouter'
import { ApiError } from '../../api/problem.ts'
import { useDivergence } from '../../api/queries.ts'
import { CopyButton } from '../../components/copy-button.tsx'
import { Icon } from '../../components/icon.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { OperatorNote } from '../../components/operator-note.tsx'
import { Screen } from '../../components/screen.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { StateTag } from '../../components/state-tag.tsx'
import { SuggestionButton } from '../../components/suggestion-button.tsx'
import { TriageButtons } from '../../components/triage-buttons.tsx'
import { ignoreHere } from '../../format/rule-presets.ts'
import { useKeys } from '../../state/keys.ts'
import { writeRule } from '../../state/rule-drawer.ts'
import { changed, deepLink } from '../../state/url-state.ts'
import { DivergenceFacts } from './divergence-facts.tsx'
import { Examples } from './examples.tsx'
import { ValuePairs } from './value-pairs.tsx'
import { DivergenceSentence, sentenceText } from './sentence.tsx'

/** One divergence: what it is in a sentence, and its examples. */
export function DivergenceScreen({ id }: { readonly id: string }) {
  const query = useDivergence(id)
  const search = useSearch()
  const [path, navigate] = useLocation()
  const params = new URLSearchParams(search)
  const back = `/divergences${changed(params, { sel: id, example: undefined, tab: undefined, view: undefined, at: undefined })}`
  const link = () => deepLink(path + (search === '' ? '' : `?${search}`))
  const isGone = query.error instanceof ApiError && query.error.status === 404
  const write = () => {
    if (query.data === undefined) return
    const { endpoint, suggestion } = query.data
    writeRule({
      preset: suggestion?.rule ?? ignoreHere(query.data, endpoint),
      endpoint,
      evidence: suggestion?.evidence,
    })
  }
  useKeys({
    i: write,
    Escape: () => {
      navigate(back)
    },
    y: () => void navigator.clipboard.writeText(link()),
  })
  return (
    <Screen
      title={query.data === undefined ? 'Divergence' : sentenceText(query.data)}
      heading={query.data === undefined ? 'Divergence' : <DivergenceSentence row={query.data} />}
      aside={
        <>
          <Link href={back} className="button quiet">
            <Icon name="left" />
            All divergences
          </Link>
          <CopyButton text={link} label="Copy link" />
          {query.data !== undefined && (
            <button type="button" className="button strong" title="i" onClick={write}>
              Write a rule
            </button>
          )}
        </>
      }
    >
      {query.data !== undefined && isGone && (
        <p className="notice stale" role="status">
          No stored exchange shows it any more: a rule hides it, or retention has removed what
          showed it. Below is what was read before.
        </p>
      )}
      <Loaded
        query={isGone && query.data !== undefined ? { ...query, isError: false } : query}
        what="The divergence"
        skeleton={<SkeletonRows rows={12} />}
      >
        {(divergence) => (
          <>
            <DivergenceFacts row={divergence} />
            <div className="chosen-bar still" role="group" aria-label="Triage">
              <StateTag row={divergence} />
              <TriageButtons rows={[divergence]} />
              {divergence.suggestion !== undefined && (
                <SuggestionButton
                  suggestion={divergence.suggestion}
                  endpoint={divergence.endpoint}
                />
              )}
            </div>
            <OperatorNote />
            <ValuePairs divergence={divergence} />
            <Examples divergence={divergence} />
          </>
        )}
      </Loaded>
    </Screen>
  )
}
