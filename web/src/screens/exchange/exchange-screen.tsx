import { useState } from 'react'
import { useSearch, useLocation } from 'wouter'
import type {
  ExchangeDetail,
  ReplayView,
  RequestView,
} from '../../../../src/core/exchange-report.ts'
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
import { ResendButton } from './resend-button.tsx'
import { SentAgain } from './sent-again.tsx'

/** Characters of a request target in the heading; the request below has all of it. */
const mostShown = 300

/** One exchange in full. */
export function ExchangeScreen({ id }: { readonly id: string }) {
  const query = useExchange(id)
  const [again, setAgain] = useState<ReplayView>()
  const [isAgainShown, setAgainShown] = useState(false)
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
      heading={query.data === undefined ? 'Exchange' : <Target request={query.data.request} />}
      aside={
        <>
          {query.data !== undefined && (
            <ResendButton
              detail={query.data}
              onSent={(result) => {
                setAgain(result)
                setAgainShown(true)
              }}
            />
          )}
          {query.data !== undefined && <CurlButtons detail={query.data} />}
          <CopyButton text={link} label="Copy link" />
        </>
      }
    >
      <Loaded query={query} what="The exchange" skeleton={<SkeletonRows rows={14} />}>
        {(detail) => (
          <>
            <ExchangeFacts detail={detail} />
            {again !== undefined && (
              <SentAgain
                recorded={detail}
                again={again}
                isShown={isAgainShown}
                onShow={setAgainShown}
              />
            )}
            <ExchangeHead detail={again !== undefined && isAgainShown ? again : detail} />
            <Comparison detail={again !== undefined && isAgainShown ? again : detail} />
          </>
        )}
      </Loaded>
    </Screen>
  )
}

function Target({ request: { method, target } }: { readonly request: RequestView }) {
  const shown = target.length > mostShown ? `${target.slice(0, mostShown)}…` : target
  const mark = shown.indexOf('?')
  const pathEnd = mark < 0 ? shown.length : mark
  return (
    <>
      <span className="method">{method}</span> <VisibleText text={shown.slice(0, pathEnd)} />
      {mark >= 0 && (
        <span className="query">
          <VisibleText text={shown.slice(pathEnd)} />
        </span>
      )}
    </>
  )
}

const titleOf = ({ method, path }: ExchangeDetail) => nameHidden(`${method} ${path}`).slice(0, 120)
