/**
 * A console over a real store, with the commands that change it: the supervisor's and the recorder's, joined in
 * this process as the channel joins them between processes.
 */

import { randomBytes } from 'node:crypto'
import type { ApiOptions } from '../../src/api/app.ts'
import type { CommandPort } from '../../src/core/commands.ts'
import type { JudgedExchange } from '../../src/core/ports.ts'
import type { Settings } from '../../src/core/settings.ts'
import { createDesk } from '../../src/judging.ts'
import { createRecorderCommands } from '../../src/recorder-commands.ts'
import { recorderSettings } from '../../src/recorder-settings.ts'
import { createSupervisorCommands } from '../../src/supervisor-commands.ts'
import { consoleSettings, openConsole } from './console.ts'
import { openRecorded } from './recorded-store.ts'

/** Opens it with these exchanges in the run `checkout-2.3`. */
export async function openReview(
  batch: readonly JudgedExchange[] = [],
  over: Partial<ApiOptions> & { readonly settings?: Settings } = {},
) {
  const store = await openRecorded(batch)
  const settings = over.settings ?? consoleSettings()
  const commands = await joinCommands(store, settings)
  const app = await openConsole({ reader: () => store.reader, commands, ...over, settings })
  return { app, commands, ...store }
}

async function joinCommands(
  { writer }: Awaited<ReturnType<typeof openRecorded>>,
  settings: Settings,
): Promise<CommandPort> {
  const key = { key: randomBytes(32), keyId: 'cafe0001' }
  const desk = await createDesk(recorderSettings(settings), writer, key, () => undefined)
  const recorder = createRecorderCommands(writer, desk)
  const run = { name: 'checkout-2.3', primaryVersion: '2.2', shadowVersion: '2.3' }
  const supervisor = createSupervisorCommands({
    state: { settings, overrides: [], run },
    askRecorder: (_what, body) => recorder(body as Parameters<typeof recorder>[0]),
    books: async () => [],
    steerProxies: async () => undefined,
    informConsole: () => undefined,
  })
  return {
    execute: async (name, input, actor) =>
      (await supervisor.execute(structuredClone({ name, input, actor }))) as never,
  }
}
