/** Commands as the supervisor does them: the store's go to the recorder, mirroring and settings are its own. */

import { isDeepStrictEqual } from 'node:util'
import { timeoutOf } from './command-port.ts'
import type { Actor, CommandMap } from './core/commands.ts'
import { AppError, messageOf } from './core/errors.ts'
import { mirrorView } from './core/mirroring.ts'
import type { ProxyBooks, RunIdentity, StoredOverride } from './core/ports.ts'
import type { Settings } from './core/settings.ts'
import type { CommandAsk, RecorderCommands } from './parts.ts'
import { recorderSettings } from './recorder-settings.ts'

/** What holds at this moment; parts that start again are started with it. */
export interface ServiceState {
  settings: Settings
  overrides: readonly StoredOverride[]
  run: RunIdentity
}

/** New settings, with the keys that take effect only at the next start still as they were. */
export interface Reloaded {
  readonly settings: Settings
  readonly needRestart: readonly string[]
}

/** What the commands work on. */
export interface SupervisorDesk {
  readonly state: ServiceState
  /** Rejects with `unavailable` while the recorder is down. */
  askRecorder(what: string, body: unknown, timeoutMs: number): Promise<unknown>
  /** Fresh readings of the proxies. */
  books(): Promise<readonly ProxyBooks[]>
  /** Tells the proxies what the state is now. */
  steerProxies(): Promise<void>
  /** Tells the console the settings of the state. */
  informConsole(): void
  /** Reads flags and file again; throws `invalid` with every problem. Absent: there is nothing to read. */
  readonly load?: (running: Settings) => Reloaded
}

/** The supervisor's own commands and its way to the recorder's. */
export interface SupervisorCommands {
  execute(command: CommandAsk): Promise<unknown>
  /** Reads the configuration again, whoever asked for it. */
  reload(actor: Actor): Promise<CommandMap['reload']['output']>
}

/** Those that change what holds are done one after another. */
export function createSupervisorCommands(desk: SupervisorDesk): SupervisorCommands {
  const { state } = desk
  const askRecorder = async <K extends keyof RecorderCommands>(
    name: K,
    input: RecorderCommands[K]['input'],
    actor: Actor,
  ): Promise<RecorderCommands[K]['output']> => {
    const ask: CommandAsk<keyof RecorderCommands> = { name, input, actor }
    return (await desk.askRecorder('command', ask, timeoutOf(name))) as never
  }

  const mirror = async (input: CommandMap['mirror']['input'], actor: Actor) => {
    const { routes } = state.settings
    const { route } = input
    if (route !== undefined && !routes.some(({ name }) => name === route)) {
      throw new AppError(
        'not_found',
        `route "${route}": there is none; there are ${routes.map(({ name }) => `"${name}"`).join(', ')}`,
      )
    }
    state.overrides = await askRecorder('mirror', input, actor)
    await desk.steerProxies().catch((error: unknown) => {
      throw new AppError(
        'unavailable',
        `the change is kept, but not every proxy has taken it yet: ${messageOf(error)}`,
      )
    })
    return mirrorView(routes, state.overrides)
  }

  const reload = async (actor: Actor) => {
    if (desk.load === undefined) {
      throw new AppError('unsupported', 'this service was not started from a configuration')
    }
    const before = state.settings
    const { settings, needRestart } = desk.load(before)
    await askRecorder('reload', { settings: recorderSettings(settings) }, actor)
    if (isDeepStrictEqual(settings, before)) return { needRestart }
    state.settings = settings
    try {
      await desk.steerProxies()
    } catch (error) {
      // A proxy that refuses keeps what it had, and so do the others and the recorder.
      state.settings = before
      await askRecorder('reload', { settings: recorderSettings(before) }, actor)
      await desk.steerProxies()
      throw error
    }
    desk.informConsole()
    return { needRestart }
  }

  const startRun = async (run: RunIdentity, actor: Actor) => {
    const row = await askRecorder('run-start', { run, books: await desk.books() }, actor)
    // A recorder that is started again goes on with it.
    state.run = run
    return row
  }

  let queue: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = queue.then(work, work)
    queue = result.catch(() => undefined)
    return result
  }
  return {
    execute: ({ name, input, actor }) => {
      switch (name) {
        case 'mirror':
          return inTurn(() => mirror(input as CommandMap['mirror']['input'], actor))
        case 'reload':
          return inTurn(() => reload(actor))
        case 'run-start':
          return inTurn(() => startRun(input as RunIdentity, actor))
        default:
          return askRecorder(name, input as never, actor)
      }
    },
    reload: (actor) => inTurn(() => reload(actor)),
  }
}
