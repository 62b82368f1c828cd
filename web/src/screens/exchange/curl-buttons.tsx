import type { ExchangeDetail } from '../../../../src/core/exchange-report.ts'
import { useStatus } from '../../api/queries.ts'
import { CopyButton } from '../../components/copy-button.tsx'
import { curlCommand } from '../../format/curl.ts'

/** Copies the request as a command, for either version. */
export function CurlButtons({ detail }: { readonly detail: ExchangeDetail }) {
  const status = useStatus()
  const upstreams = status.data?.upstreams ?? []
  const upstream = upstreams.find(({ route }) => route === detail.route) ?? upstreams[0]
  if (upstream === undefined) return null
  const headersOf = (role: 'primary' | 'shadow') => {
    const sent = detail[role]?.sentHeaders ?? []
    return sent.length > 0 ? sent : detail.request.headers
  }
  const { primary, shadow } = upstream
  return (
    <>
      <CopyButton
        text={() => curlCommand(detail.request, primary, headersOf('primary'))}
        label="curl for primary"
      />
      {shadow !== undefined && (
        <CopyButton
          text={() => curlCommand(detail.request, shadow, headersOf('shadow'))}
          label="curl for shadow"
        />
      )}
    </>
  )
}
