import { useSearch, useLocation } from 'wouter'
import type { ExchangeDetail } from '../../../../src/core/report.ts'
import { useExchange } from '../../api/queries.ts'
import { Comparison } from '../../components/comparison/comparison.tsx'
import { ExchangeHead } from '../../components/comparison/exchange-head.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { Screen } from '../../components/screen.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { VisibleText } from '../../components/visible-text.tsx'
import { nameHidden } from '../../format/invisible.ts'
import { cameFromHere } from '../../state/came-from.ts'
import { useKeys } from '../../state/keys.ts'
import { deepLink } from '../../state/url-state.ts'
import { CurlButtons } from './curl-buttons.tsx'
import { ExchangeFacts } from './exchange-facts.tsx'
import { RequestDetails } from './request-details.tsx'

/** One exchange in full. */
export function ExchangeScreen({ id }: { readonly id: string }) {
  const query = useExchange(id)
  const search = useSearch()
  const [path, navigate] = useLocation()
  const link = () => deepLink(path + (search === '' ? '' : `?${search}`))
  useKeys({
    y: () => void navigator.clipboard.writeText(link()),
    Escape: () => {
      if (cameFromHere()) history.back()
      else navigate('/requests')
    },
  })
  return (
    <Screen
      title={query.data === undefined ? 'Exchange' : titleOf(query.data)}
      heading={
        query.data === undefined ? (
          'Exchange'
        ) : (
          <>
            <span className="method">{query.data.method}</span>{' '}
            <VisibleText text={query.data.path} />
          </>
        )
      }
      aside={
        <>
          {query.data !== undefined && <CurlButtons detail={query.data} />}
          <CopyButton text={link} label="Copy link" />
        </>
      }
    >
      <Loaded query={query} what="The exchange" skeleton={<SkeletonRows rows={14} />}>
        {(detail) => (
          <>
            <ExchangeHead detail={detail} />
            <ExchangeFacts detail={detail} />
            <RequestDetails detail={detail} />
            <Comparison detail={detail} />
          </>
        )}
      </Loaded>
    </Screen>
  )
}

const titleOf = ({ method, path }: ExchangeDetail) => nameHidden(`${method} ${path}`).slice(0, 120)
