/**
 * The real console over a real store that holds the shop's traffic, with a service behind it that tells
 * what the test says: what the browser tests and the screenshots look at.
 */

import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildApi } from '../../src/api/app.ts'
import { createComparer } from '../../src/core/compare.ts'
import type { Counters } from '../../src/core/counters.ts'
import type { JudgedExchange } from '../../src/core/ports.ts'
import type { ServiceReading } from '../../src/core/service-reading.ts'
import type { Settings } from '../../src/core/settings.ts'
import { createRedactor } from '../../src/core/redact.ts'
import { openReader } from '../../src/store/sqlite/reader.ts'
import { openWriter } from '../../src/store/sqlite/writer.ts'
import { openRedactionKey } from '../../src/store/redaction-key.ts'
import { consoleSettings } from './console.ts'
import { shopTraffic } from './shop-traffic.ts'

const webRoot = fileURLToPath(new URL('../../dist/web/', import.meta.url))

const none: Counters = {
  seen: 0,
  pending: 0,
  mirrored: 0,
  unmirrored: {},
  inFlight: 0,
  match: 0,
  divergent: 0,
  incomparable: {},
  lost: {},
}

/** Starts the console on a free port with this much traffic recorded; `record` adds more. */
export async function startShopConsole(
  options: { readonly exchanges?: number; readonly port?: number; readonly hostile?: boolean } = {},
) {
  const { exchanges = 2_400, port = 0, hostile = true } = options
  if (!existsSync(join(webRoot, 'index.html'))) {
    throw new Error('dist/web is missing: build it with `npx vite build web`')
  }
  const folder = await mkdtemp(join(tmpdir(), 'shadowdiff-web-'))
  const path = join(folder, 'shadowdiff.db')
  const writer = await openWriter({ path })
  await writer.openRun({ name: 'checkout-2.3', primaryVersion: '2.2.9', shadowVersion: '2.3.0' })
  const comparer = createComparer()
  const redactor = createRedactor(openRedactionKey(path, {}))
  let counters = none
  let recorded = 0

  const record = async (count: number) => {
    const batch = shopTraffic(count, Date.now(), recorded, hostile).map((exchange) =>
      redactor.redact(comparer.judge(exchange)),
    )
    for (let at = 0; at < batch.length; at += 200) await writer.save(batch.slice(at, at + 200))
    recorded += count
    counters = batch.reduce(counted, counters)
    return batch
  }
  if (exchanges > 0) await record(exchanges)

  const reader = await openReader({ path })
  let reading: Omit<ServiceReading, 'counters'> = {
    proxy: { accepting: true, restarts: 0 },
    recorder: { state: 'up', storeOpened: true, restarts: 0, queued: 0 },
    breaker: { default: 'closed' },
  }
  const app = await buildApi({
    reader: () => reader,
    probe: { read: async () => ({ ...reading, counters }) },
    settings: shopSettings(),
    version: '0.1.0',
    webRoot,
    events: { intervalMs: 100 },
  })
  await app.listen({ host: '127.0.0.1', port })
  const address = app.server.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${address.port}/`,
    record,
    /** Changes what the service says of itself. */
    tell: (change: Partial<ServiceReading>) => {
      const { counters: told, ...rest } = change
      reading = { ...reading, ...rest }
      counters = told ?? counters
    },
    counters: () => counters,
    /** Cuts every open connection, event streams included. */
    dropStreams: async () => {
      app.server.closeAllConnections()
    },
    close: async () => {
      app.server.closeAllConnections()
      await app.close()
      await reader.close()
      await writer.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function shopSettings(): Settings {
  const settings = consoleSettings()
  const [route] = settings.routes
  if (route?.shadow === undefined) throw new Error('the settings have no shadow')
  const primary = { ...route.primary, url: 'http://shop-v1:8080' }
  const shadow = { ...route.shadow, url: 'http://shop-v2:8080', percent: 100 }
  const control = {
    ...primary,
    ...{ url: 'http://shop-v1-b:8080', isPrimary: false, percent: 50, maxInFlight: 64 },
  }
  return { ...settings, routes: [{ ...route, primary, shadow, control }] }
}

function counted(books: Counters, { judgement }: JudgedExchange): Counters {
  const { outcome, reason = '' } = judgement
  const seen = books.seen + 1
  const more = (counts: Readonly<Partial<Record<string, number>>>) => ({
    ...counts,
    [reason]: (counts[reason] ?? 0) + 1,
  })
  if (outcome === 'unmirrored') return { ...books, seen, unmirrored: more(books.unmirrored) }
  const mirrored = books.mirrored + 1
  if (outcome === 'incomparable') {
    return { ...books, seen, mirrored, incomparable: more(books.incomparable) }
  }
  return { ...books, seen, mirrored, [outcome]: books[outcome] + 1 }
}
