/**
 * A database on which a command works: through the service that owns it when one does, else by opening
 * it here. Either way the same commands are done, and written to the same audit list.
 */

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { isServed, sendCommand } from '../command-client.ts'
import { CLI_ACTOR } from '../command-door.ts'
import type { CommandMap } from '../core/commands.ts'
import { AppError } from '../core/errors.ts'
import type { StoreReader } from '../core/ports.ts'
import type { Settings } from '../core/settings.ts'
import { createDesk } from '../judging.ts'
import type { RecorderCommands, RecorderSettings } from '../parts.ts'
import { createRecorderCommands } from '../recorder-commands.ts'
import { recorderSettings } from '../recorder-settings.ts'
import { openRedactionKey } from '../store/redaction-key.ts'
import { findCommandsSocket } from '../store/sqlite/lock.ts'
import { openReader } from '../store/sqlite/reader.ts'
import { openWriter } from '../store/sqlite/writer.ts'

/** What the command line may have done to a database. */
export type StoreCommandName = 'forget' | 'backup' | 'recompare' | 'job-cancel' | 'import'

/** A database to work on. */
export interface OpenStore {
  readonly path: string
  /** Whether a running service does the work. */
  readonly isLive: boolean
  readonly reader: StoreReader
  execute<K extends StoreCommandName>(
    name: K,
    input: CommandMap[K]['input'],
  ): Promise<CommandMap[K]['output']>
  close(): Promise<void>
}

/** Opens it; `not_found` when there is none, unless it may be made. */
export async function openStore(
  db: string,
  options: { readonly settings?: Settings; readonly mayMake?: boolean } = {},
): Promise<OpenStore> {
  const path = resolve(db)
  if (options.mayMake !== true && !existsSync(path)) {
    throw new AppError(
      'not_found',
      `${path}: there is no such database; "shadowdiff run --db ${path}" makes one`,
    )
  }
  const socket = findCommandsSocket(path)
  if (socket !== undefined && (await isServed(socket))) {
    const reader = await openReader({ path })
    return {
      ...{ path, reader, isLive: true },
      execute: (name, input) => sendCommand(socket, name, input),
      close: () => reader.close(),
    }
  }
  return openHere(path, options.settings)
}

async function openHere(path: string, given: Settings | undefined): Promise<OpenStore> {
  const settings: RecorderSettings = {
    ...(given === undefined ? BARE : recorderSettings(given)),
    store: path,
  }
  const writer = await openWriter({ path })
  try {
    const key = openRedactionKey(path, process.env)
    const desk = await createDesk(settings, writer, key, () => undefined)
    const execute = createRecorderCommands(writer, desk)
    const reader = await openReader({ path })
    return {
      ...{ path, reader, isLive: false },
      execute: async (name: keyof RecorderCommands, input: unknown) => {
        if (name === 'recompare') {
          // What an earlier one left unfinished goes first, under the rules of today.
          const left = await writer.resumeRecompare(desk.current)
          if (left !== undefined) return left
        }
        return (await execute({ name, input, actor: CLI_ACTOR })) as never
      },
      close: async () => {
        await reader.close()
        await writer.close()
      },
    }
  } catch (error) {
    await writer.close()
    throw error
  }
}

/** Without a configuration the builtin rules hold, and the console's. */
const BARE: Omit<RecorderSettings, 'store'> = {
  rules: [],
  disabledRules: [],
  record: { maxBodyBytes: 1_000_000 },
}
