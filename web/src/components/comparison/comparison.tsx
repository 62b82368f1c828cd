import { useUrlState } from '../../state/url-state.ts'
import type { ExchangeDetail } from '../../../../src/core/exchange-report.ts'
import { ignoreHere } from '../../format/rule-presets.ts'
import { useKeys } from '../../state/keys.ts'
import { writeRule } from '../../state/rule-drawer.ts'
import { tell } from '../../state/toasts.ts'
import { Tabs } from '../tabs.tsx'
import { BodyTab } from './body-tab.tsx'
import { DifferenceList } from './difference-list.tsx'
import { HeadersTab } from './headers-tab.tsx'
import { RequestTab } from './request-tab.tsx'
import { SuppressedList } from './suppressed-list.tsx'
import { TimingTab } from './timing-tab.tsx'

const tabNames = ['body', 'headers', 'timing', 'request'] as const

type TabName = (typeof tabNames)[number]

/** Both answers against each other; `location` is the difference that is asked about. */
export function Comparison({
  detail,
  location,
}: {
  readonly detail: ExchangeDetail
  readonly location?: string | undefined
}) {
  const [params, change] = useUrlState()
  const at = params.get('at') ?? location
  const tab = tabOf(params.get('tab')) ?? defaultTab(at, detail)
  useKeys({
    i: () => {
      const { differences, endpoint } = detail
      const asked = differences.find((each) => each.location === at) ?? differences[0]
      if (asked === undefined) tell('Nothing differs here that a rule could be about')
      else {
        const place = { kind: asked.kind, location: asked.pattern }
        writeRule({ preset: ignoreHere(place, endpoint), endpoint })
      }
    },
  })
  const inHeaders = detail.differences.filter((d) => isHeader(d.location)).length
  const inBody = detail.differences.filter((d) => d.location.startsWith('body:')).length
  return (
    <div className="comparison">
      <DifferenceList
        detail={detail}
        current={at}
        onChoose={(chosen) => {
          change({ at: chosen, tab: undefined }, { replace: true })
        }}
      />
      <Tabs<TabName>
        label="What to compare"
        current={tab}
        onChange={(name) => {
          change({ tab: name }, { replace: true })
        }}
        tabs={[
          { name: 'body', text: <TabText name="Body" count={inBody} /> },
          { name: 'headers', text: <TabText name="Headers" count={inHeaders} /> },
          { name: 'timing', text: 'Timing' },
          { name: 'request', text: 'Request' },
        ]}
      >
        {tab === 'body' && <BodyTab detail={detail} location={at} />}
        {tab === 'headers' && <HeadersTab detail={detail} location={at} />}
        {tab === 'timing' && <TimingTab detail={detail} />}
        {tab === 'request' && <RequestTab detail={detail} />}
      </Tabs>
      <SuppressedList detail={detail} />
    </div>
  )
}

function TabText({ name, count }: { readonly name: string; readonly count: number }) {
  return (
    <>
      {name}
      {count > 0 && (
        <span className="count">
          {count}
          <span className="visually-hidden"> differences</span>
        </span>
      )}
    </>
  )
}

const isHeader = (location: string) => /^(header|trailer):/.test(location)

function tabOf(value: string | null): TabName | undefined {
  return tabNames.find((name) => name === value)
}

/** Where there is something to see. */
function defaultTab(location: string | undefined, detail: ExchangeDetail): TabName {
  if (location !== undefined) return isHeader(location) ? 'headers' : 'body'
  const onlyHeaders =
    detail.differences.length > 0 && detail.differences.every((d) => isHeader(d.location))
  return onlyHeaders ? 'headers' : 'body'
}
