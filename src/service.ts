/**
 * The supervisor: starts recorder, proxies and console, keeps them running, passes questions and commands
 * between them, and stops them in the order in which nothing is lost.
 */

import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBookkeeping, type Bookkeeping } from './bookkeeping.ts'
import { openCommandDoor } from './command-door.ts'
import type { Actor, CommandMap } from './core/commands.ts'
import type { Counters } from './core/counters.ts'
import { AppError } from './core/errors.ts'
import type { RunIdentity, StoredOverride } from './core/ports.ts'
import type { ServiceReading } from './core/service-reading.ts'
import type { ListenAddress, Settings } from './core/settings.ts'
import { Keeper } from './keeper.ts'
import type {
  CommandAsk,
  ConsoleStart,
  ConsoleStarted,
  RecorderStart,
  RecorderStarted,
} from './parts.ts'
import { Proxies } from './proxies.ts'
import { recorderSettings } from './recorder-settings.ts'
import {
  createSupervisorCommands,
  type Reloaded,
  type ServiceState,
} from './supervisor-commands.ts'
import { makeTemporaryFolder } from './temporary-folder.ts'

/** Together less than the 15 s in which an orderly stop ends. */
const PROXY_STOP_MS = 9000
const RECORDER_STOP_MS = 2500
const CONSOLE_STOP_MS = 500

/** A running service. */
export interface Service {
  /** The proxy's is the path of its socket when it listens on one. */
  readonly urls: { readonly proxy: string; readonly console: string; readonly health?: string }
  /** What people had changed of the mirroring when it started. */
  readonly overrides: readonly StoredOverride[]
  /** The processes as they are now; a part that is down has none. */
  pids(): {
    readonly proxies: readonly number[]
    readonly recorder?: number
    readonly console?: number
  }
  /** The state of all parts, read now; rejects with `unavailable` while no proxy answers. */
  read(): Promise<ServiceReading>
  /** Reads the configuration again, as the command of this name does. */
  reload(actor: Actor): Promise<CommandMap['reload']['output']>
  /** Drains and stops everything; gives what the proxies counted. */
  close(): Promise<Counters>
}

/** How a service is started. */
export interface ServiceOptions {
  readonly log?: (line: string) => void
  /** Reads flags and file again; throws `invalid` with every problem. Absent: it cannot be reloaded. */
  readonly load?: (running: Settings) => Reloaded
}

/**
 * Starts everything and waits until requests are accepted and the store is open. Rejects with the
 * problem of the part that cannot start, and leaves nothing running then.
 */
export async function startService(
  settings: Settings,
  options: ServiceOptions = {},
): Promise<Service> {
  const { log = () => undefined, load } = options
  const folder = await makeTemporaryFolder(socketRoot(), 'shadowdiff')
  const queuePath = join(folder, 'recorder.sock')
  const commandsPath = join(folder, 'commands.sock')
  const state: ServiceState = { settings, overrides: [], run: runOf(settings) }
  let hasRecorded = false
  let proxyAddress = settings.listen
  let consoleAddress = settings.console.listen

  const recorder = new Keeper({
    name: 'recorder',
    entry: entryOf('recorder-process'),
    start: (): RecorderStart => ({
      settings: recorderSettings(state.settings),
      ...{ queuePath, commandsPath, run: state.run, isRestart: hasRecorded },
    }),
    answer: refuse,
    log,
  })
  const askRecorder = async (what: string, body: unknown, timeoutMs: number): Promise<unknown> => {
    if (recorder.part === undefined) {
      throw new AppError('unavailable', 'the recorder is being started again; try again')
    }
    return recorder.part.ask(what, body, timeoutMs)
  }
  const proxies = new Proxies({
    entry: entryOf('proxy-process'),
    // A Unix socket's path belongs to one process.
    count: settings.listenSocket === undefined ? (settings.workers ?? 1) : 1,
    instance: randomBytes(4).toString('hex'),
    queuePath,
    steer: () => ({ settings: state.settings, overrides: state.overrides }),
    log,
  })
  const read = async (): Promise<ServiceReading> => {
    const { counters, breaker, queued } = await proxies.read()
    const problem = recorder.part === undefined ? undefined : bookkeeping?.problem
    return {
      run: state.run.name,
      counters,
      breaker,
      proxy: { accepting: true, restarts: proxies.restarts },
      recorder: {
        state: recorder.part === undefined ? 'down' : 'up',
        storeOpened: true,
        restarts: recorder.restarts,
        queued,
        ...(problem !== undefined && { problem }),
      },
    }
  }
  const informConsole = (): void => {
    consolePart.part?.ask('settings', state.settings).catch((error: unknown) => {
      log(`the console shows the configuration as it was: ${String(error)}`)
    })
  }
  const commands = createSupervisorCommands({
    state,
    askRecorder,
    books: () => proxies.books(),
    steerProxies: () => proxies.steer(),
    informConsole,
    ...(load && { load }),
  })
  const consolePart = new Keeper({
    name: 'console',
    entry: entryOf('console-process'),
    start: (): ConsoleStart => ({
      settings: {
        ...state.settings,
        console: { ...state.settings.console, listen: consoleAddress },
      },
      proxyAddress,
    }),
    answer: async (what, body) => {
      if (what === 'reading') return read()
      return what === 'command' ? commands.execute(body as CommandAsk) : refuse(what)
    },
    log,
    onBack: informConsole,
  })
  let door: { close(): void } | undefined
  let bookkeeping: Bookkeeping | undefined
  const stop = async (): Promise<Counters> => {
    // Nobody changes anything any more, and what was counted last is told before the recorder goes.
    door?.close()
    await proxies.stop(PROXY_STOP_MS)
    await bookkeeping?.close()
    // The last who reads, so that the recorder leaves a database that is one file.
    await consolePart.stop(CONSOLE_STOP_MS)
    await recorder.stop(RECORDER_STOP_MS)
    rmSync(folder, { recursive: true, force: true })
    return proxies.total()
  }

  try {
    door = await openCommandDoor(commandsPath, (command) => commands.execute(command))
    state.overrides = ((await recorder.start()) as RecorderStarted).overrides
    hasRecorded = true
    const started = await proxies.start()
    proxyAddress = started.address
    consoleAddress = ((await consolePart.start()) as ConsoleStarted).address
    bookkeeping = startBookkeeping({ proxies, askRecorder, log })
    return {
      urls: {
        proxy:
          started.socketPath ??
          urlOf(started.address, settings.tls === undefined ? 'http' : 'https'),
        console: urlOf(consoleAddress),
        ...(started.healthAddress && { health: urlOf(started.healthAddress) }),
      },
      overrides: state.overrides,
      pids: () => ({
        proxies: proxies.pids,
        ...(recorder.part && { recorder: recorder.part.pid }),
        ...(consolePart.part && { console: consolePart.part.pid }),
      }),
      read,
      reload: (actor) => commands.reload(actor),
      close: closeOnce(stop),
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function closeOnce(stop: () => Promise<Counters>): () => Promise<Counters> {
  let closing: Promise<Counters> | undefined
  return () => (closing ??= stop())
}

const refuse = (what: string): Promise<never> =>
  Promise.reject(new AppError('unsupported', `nobody answers "${what}" here`))

/** Parts start from the built files, also when this module runs from its source in tests. */
function entryOf(name: string): URL {
  const built = import.meta.url.endsWith('.ts') ? '../dist/' : './'
  return new URL(`${built}${name}.js`, import.meta.url)
}

/** The temporary folder, unless the path of a socket in it would be too long for the system. */
function socketRoot(): string {
  const root = tmpdir()
  return root.length > 60 ? '/tmp' : root
}

/** Without other names the versions are called by where they are. */
function runOf(settings: Settings): RunIdentity {
  const last = settings.routes.at(-1)
  return {
    name: settings.run,
    primaryVersion: last?.primary.url ?? '',
    shadowVersion: last?.shadow?.url ?? '',
  }
}

function urlOf({ host, port }: ListenAddress, scheme = 'http'): string {
  const shown = host === '::' || host === '0.0.0.0' ? 'localhost' : host
  return `${scheme}://${shown.includes(':') ? `[${shown}]` : shown}:${port}`
}
