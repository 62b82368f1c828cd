/** The console process: API and dashboard. It reads the database; what people change it asks the supervisor for. */

import { fileURLToPath } from 'node:url'
import { destination, pino } from 'pino'
import { buildApi } from './api/app.ts'
import { createCommandPort } from './command-port.ts'
import { AppError } from './core/errors.ts'
import { listenProblem } from './core/listen-problem.ts'
import type { ServiceReading } from './core/service-reading.ts'
import type { Settings } from './core/settings.ts'
import { servePart } from './part.ts'
import type { ConsoleStart, ConsoleStarted } from './parts.ts'
import { sendAgain } from './send-again.ts'
import { openReader } from './store/sqlite/reader.ts'
import { VERSION } from './version.ts'

servePart(async (options, ask) => {
  const { settings, proxyAddress } = options as ConsoleStart
  let current = settings
  const reader = await openReader({
    path: settings.store,
    rules: () => current.rules,
    confidence: () => current.verdict?.confidence,
  })
  const app = await buildApi({
    reader: () => reader,
    probe: { read: async () => (await ask('reading')) as ServiceReading },
    commands: createCommandPort(ask),
    send: sendAgain,
    settings,
    currentSettings: () => current,
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
    answer: async (what, body) => {
      if (what !== 'settings') throw new AppError('unsupported', `no answer to "${what}" here`)
      current = body as Settings
    },
    stop: async () => {
      await app.close()
      await reader.close()
    },
  }
})
