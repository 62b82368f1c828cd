/** The console process: API and dashboard. It reads the database and never writes. */

import { fileURLToPath } from 'node:url'
import { destination, pino } from 'pino'
import { buildApi } from './api/app.ts'
import { listenProblem } from './core/listen-problem.ts'
import type { ExchangeReader } from './core/ports.ts'
import type { ServiceReading } from './core/service-reading.ts'
import { servePart } from './part.ts'
import type { ConsoleStart, ConsoleStarted } from './parts.ts'
import { openReader } from './store/sqlite/reader.ts'
import { VERSION } from './version.ts'

servePart(async (options, ask) => {
  const { settings, proxyAddress } = options as ConsoleStart
  const reader: ExchangeReader = await openReader({ path: settings.store })
  const app = await buildApi({
    reader: () => reader,
    probe: { read: async () => (await ask('reading')) as ServiceReading },
    settings,
    proxyAddress,
    version: VERSION,
    webRoot: fileURLToPath(new URL('./web/', import.meta.url)),
    // Only what went wrong: a line for each request would be a copy of everything that is private.
    logger: pino({ name: 'shadowdiff-console', level: 'error' }, destination(2)),
  })
  const { host, port } = settings.console.listen
  try {
    await app.listen({ host, port })
  } catch (error) {
    throw listenProblem('console', settings.console.listen, '--console', error)
  }
  const bound = app.server.address()
  const started: ConsoleStarted = {
    address: { host, port: typeof bound === 'object' && bound !== null ? bound.port : port },
  }
  return {
    started,
    stop: async () => {
      await app.close()
      await reader.close()
    },
  }
})
