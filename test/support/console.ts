/** A console over any reader, with a service behind it that tells what the test says. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { buildApi, type ApiOptions } from '../../src/api/app.ts'
import type { ServiceReading } from '../../src/core/service-reading.ts'
import type { ConsoleUser, Settings } from '../../src/core/settings.ts'
import { sendAgain } from '../../src/send-again.ts'
import { fakeReader } from './fake-reader.ts'

/** A service in which everything works. */
export const READING: ServiceReading = {
  counters: {
    seen: 12,
    pending: 1,
    mirrored: 9,
    unmirrored: { 'not-sampled': 2 },
    inFlight: 1,
    match: 5,
    divergent: 2,
    incomparable: { truncated: 1 },
    lost: {},
  },
  proxy: { accepting: true, restarts: 0 },
  recorder: { state: 'up', storeOpened: true, restarts: 0, queued: 3 },
  breaker: { default: 'closed' },
}

const leg = { timeoutMs: 60_000, idleMs: 300_000 }

/** Settings of a console that listens on `host` and lets `users` in. */
export function consoleSettings(host = '127.0.0.1', users: readonly ConsoleUser[] = []): Settings {
  return {
    listen: { host: '127.0.0.1', port: 8080 },
    console: { listen: { host, port: 0 }, users },
    store: '/var/lib/shadowdiff/shadowdiff.db',
    run: 'checkout-2.3',
    via: true,
    forwarded: 'preserve',
    routes: [
      {
        name: 'default',
        primary: { ...leg, url: 'http://v1.example' },
        shadow: {
          ...leg,
          url: 'http://v2.example',
          percent: 12.5,
          methods: 'all',
          host: { kind: 'suffix' },
          maxRequestBodyBytes: 1e6,
          maxInFlight: 256,
          maxBacklog: 256,
        },
      },
      { name: 'plain', primary: { ...leg, url: 'http://v1.example' } },
    ],
    rules: [],
    disabledRules: [],
    record: { maxBodyBytes: 1e6 },
  }
}

/** Builds the app and closes it after the test; nothing is listened on. */
export async function openConsole(over: Partial<ApiOptions> = {}) {
  const reader = fakeReader()
  const app = await buildApi({
    reader: () => reader,
    probe: { read: async () => READING },
    settings: consoleSettings(),
    send: sendAgain,
    version: '1.2.3',
    webRoot: join(tmpdir(), 'shadowdiff-no-dashboard-here'),
    ...over,
  })
  onTestFinished(() => app.close())
  return app
}

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'shadowdiff-api-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
