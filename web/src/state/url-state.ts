/** The URL holds the whole state of a screen: filters, sort, selection, tab. */

import { useCallback, useMemo } from 'react'
import { useLocation, useSearch } from 'wouter'
import { basePath } from '../base.ts'

/** A change of the query string; `undefined` takes a parameter away. */
export type UrlChange = Readonly<Record<string, string | undefined>>

/** Changes parameters; by default the back button undoes it, `replace` keeps history as it is. */
export type ChangeUrl = (change: UrlChange, options?: { readonly replace?: boolean }) => void

/** The query string, and how to change it. */
export function useUrlState(): readonly [URLSearchParams, ChangeUrl] {
  const search = useSearch()
  const [path, navigate] = useLocation()
  const params = useMemo(() => new URLSearchParams(search), [search])
  const change = useCallback<ChangeUrl>(
    (values, { replace = false } = {}) => {
      // Read now, not as rendered: two changes in one moment must not undo each other.
      navigate(path + changed(new URLSearchParams(location.search), values), { replace })
    },
    [path, navigate],
  )
  return [params, change]
}

/** A query string with these changes, question mark included; empty when nothing is left. */
export function changed(params: URLSearchParams, change: UrlChange): string {
  const next = new URLSearchParams(params)
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined || value === '') next.delete(name)
    else next.set(name, value)
  }
  const text = next.toString()
  return text === '' ? '' : `?${text}`
}

/** Only these parameters of a query string, for the API. */
export function pick(
  params: URLSearchParams,
  names: readonly string[],
): Record<string, string | undefined> {
  return Object.fromEntries(names.map((name) => [name, params.get(name) ?? undefined]))
}

/** The full address of a console path, to be handed to somebody else. */
export function deepLink(pathAndSearch: string): string {
  return new URL(basePath + pathAndSearch.replace(/^\//, ''), location.origin).href
}
