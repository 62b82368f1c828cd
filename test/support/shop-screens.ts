/** The addresses of every screen over the shop's traffic, relative to the console's. */

import type { DivergenceRow } from '../../src/core/divergence-report.ts'
import type { ExchangeRow } from '../../src/core/exchange-report.ts'
import type { Page } from '../../src/core/lists.ts'

/** Looks up an example of everything that can be shown; without hostile traffic an ordinary one stands in. */
export async function shopScreens(url: string, hostile = true) {
  const first = async (list: string, query: Record<string, string>) => {
    const search = new URLSearchParams({ limit: '1', ...query }).toString()
    const response = await fetch(`${url}api/v1/${list}?${search}`)
    const { items } = (await response.json()) as Page<DivergenceRow | ExchangeRow>
    const [item] = items
    if (item === undefined) throw new Error(`no ${list} for ${search}`)
    return item.id
  }
  const exchange = (query: Record<string, string>) =>
    first('exchanges', { outcome: 'divergent', ...query })
  const divergence = (query: Record<string, string>) => first('divergences', query)

  const order = await exchange({ endpoint: 'GET /orders/{id}' })
  const list = await exchange({ endpoint: 'GET /products' })
  return {
    verdict: '',
    divergences: 'divergences',
    requests: 'requests',
    endpoints: 'endpoints',
    rules: 'rules',
    rule: 'rules?sel=builtin:date',
    mirroring: 'mirroring',
    runs: 'runs',
    compare: 'runs/compare?before=checkout-2.3&after=checkout-2.3',
    audit: 'audit',
    nowhere: 'no/such/page',
    divergence: `divergences/${await divergence({ q: 'price/currency' })}`,
    order: `divergences/${await divergence({ kind: 'order' })}`,
    exchange: `exchanges/${list}`,
    words: `exchanges/${list}?view=words`,
    headers: `exchanges/${order}?tab=headers`,
    request: `exchanges/${order}?tab=request`,
    timing: `exchanges/${order}?tab=timing`,
    failure: `exchanges/${await exchange({ endpoint: 'GET /recommendations' })}`,
    binary: `exchanges/${await exchange({ endpoint: 'GET /products/{id}/image' })}`,
    text: `exchanges/${await exchange({ endpoint: 'GET /legal/terms' })}`,
    hostile: `exchanges/${hostile ? await exchange({ endpoint: 'GET /reviews' }) : list}`,
    truncated: `exchanges/${await exchange({ outcome: 'incomparable' })}`,
    unmirrored: `exchanges/${await exchange({ outcome: 'unmirrored' })}`,
  }
}
