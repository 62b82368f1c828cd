import { useRef, useState, type SyntheticEvent } from 'react'
import { useLocation } from 'wouter'
import type { ExchangeRow } from '../../../src/core/exchange-report.ts'
import type { Page } from '../../../src/core/lists.ts'
import { getJson } from '../api/client.ts'
import { Icon } from './icon.tsx'

/** Finds an exchange by its x-request-id: one hit opens, several are listed, none says so. */
export function RequestSearch() {
  const [, navigate] = useLocation()
  const [busy, setBusy] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const search = async (event: SyntheticEvent) => {
    event.preventDefault()
    const requestId = input.current?.value.trim() ?? ''
    if (requestId === '') return
    setBusy(true)
    try {
      const { items } = await getJson<Page<ExchangeRow>>(
        'exchanges',
        { requestId, limit: 2 },
        AbortSignal.timeout(10_000),
      )
      const [only] = items
      navigate(
        items.length === 1 && only !== undefined
          ? `/exchanges/${only.id}`
          : `/requests?${new URLSearchParams({ requestId }).toString()}`,
      )
    } catch {
      // The list tells what failed, and offers to try again.
      navigate(`/requests?${new URLSearchParams({ requestId }).toString()}`)
    } finally {
      setBusy(false)
    }
  }
  return (
    <form role="search" className="request-search" onSubmit={(event) => void search(event)}>
      <Icon name="search" />
      <input
        ref={input}
        type="search"
        name="requestId"
        aria-label="Find by x-request-id"
        placeholder="x-request-id"
        autoComplete="off"
        spellCheck={false}
        maxLength={128}
        aria-busy={busy}
      />
    </form>
  )
}
