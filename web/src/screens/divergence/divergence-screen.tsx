import { Link, useLocation, useSearch } from 'wouter'
import { useDivergence } from '../../api/queries.ts'
import { CopyButton } from '../../components/copy-button.tsx'
import { Icon } from '../../components/icon.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { Screen } from '../../components/screen.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { useKeys } from '../../state/keys.ts'
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
  useKeys({
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
        </>
      }
    >
      <Loaded query={query} what="The divergence" skeleton={<SkeletonRows rows={12} />}>
        {(divergence) => (
          <>
            <DivergenceFacts row={divergence} />
            <ValuePairs divergence={divergence} />
            <Examples divergence={divergence} />
          </>
        )}
      </Loaded>
    </Screen>
  )
}
