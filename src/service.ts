/**
 * The supervisor: starts recorder, proxy and console, keeps them running, passes questions between
 * them, and stops them in the order in which nothing is lost.
 */

import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Counters } from './core/counters.ts'
import { sumCounters } from './core/counters.ts'
import { AppError } from './core/errors.ts'
import type { RunIdentity } from './core/ports.ts'
import type { ServiceReading } from './core/service-reading.ts'
import type { ListenAddress, Settings } from './core/settings.ts'
import { Keeper } from './keeper.ts'
import type {
  ConsoleStart,
  ConsoleStarted,
  ProxyReading,
  ProxyStart,
  ProxyStarted,
  RecorderStart,
} from './parts.ts'

/** Together less than the 15 s in which an orderly stop ends. */
const PROXY_STOP_MS = 9000
const RECORDER_STOP_MS = 2500
const CONSOLE_STOP_MS = 500

/** A running service. */
export interface Service {
  readonly urls: { readonly proxy: string; readonly console: string; readonly health?: string }
  /** The processes as they are now; a part that is down has none. */
  pids(): { readonly proxy?: number; readonly recorder?: number; readonly console?: number }
  /** The state of all parts, read now; rejects with `unavailable` while the proxy does not answer. */
  read(): Promise<ServiceReading>
  /** Drains and stops everything; gives the proxy's last counters, unless it was dead. */
  close(): Promise<Counters | undefined>
}

/**
 * Starts everything and waits until requests are accepted and the store is open. Rejects with the
 * problem of the part that cannot start, and leaves nothing running then.
 */
export async function startService(
  settings: Settings,
  options: { readonly log?: (line: string) => void } = {},
): Promise<Service> {
  const log = options.log ?? (() => undefined)
  const folder = mkdtempSync(join(socketRoot(), 'shadowdiff-'))
  const queuePath = join(folder, 'recorder.sock')
  const instance = randomBytes(4).toString('hex')
  let proxyStarted: ProxyStarted | undefined
  let consoleStarted: ConsoleStarted | undefined

  const recorder = new Keeper({
    name: 'recorder',
    entry: entryOf('recorder-process'),
    start: (): RecorderStart => ({
      store: settings.store,
      queuePath,
      run: runOf(settings),
      rules: settings.rules,
      disabledRules: settings.disabledRules,
    }),
    answer: refuse,
    log,
  })
  const proxy = new Keeper({
    name: 'proxy',
    entry: entryOf('proxy-process'),
    start: (): ProxyStart => ({
      settings: {
        ...settings,
        listen: proxyStarted?.address ?? settings.listen,
        ...(proxyStarted?.healthAddress === undefined
          ? {}
          : { health: proxyStarted.healthAddress }),
      },
      queuePath,
      instance,
    }),
    answer: refuse,
    log,
  })
  const read = async (): Promise<ServiceReading> => {
    if (proxy.part === undefined)
      throw new AppError('unavailable', 'the proxy is being started again')
    const readings = [(await proxy.part.ask('reading')) as ProxyReading]
    return {
      counters: sumCounters(readings.map((reading) => reading.counters)),
      breaker: Object.fromEntries(readings.flatMap((reading) => Object.entries(reading.breaker))),
      proxy: { accepting: true, restarts: proxy.restarts },
      recorder: {
        state: recorder.part === undefined ? 'down' : 'up',
        storeOpened: true,
        restarts: recorder.restarts,
        queued: readings.reduce((sum, reading) => sum + reading.queued, 0),
      },
    }
  }
  const consolePart = new Keeper({
    name: 'console',
    entry: entryOf('console-process'),
    start: (): ConsoleStart => ({
      settings: {
        ...settings,
        console: {
          ...settings.console,
          listen: consoleStarted?.address ?? settings.console.listen,
        },
      },
      proxyAddress: proxyStarted?.address ?? settings.listen,
    }),
    answer: async (what) => (what === 'reading' ? read() : refuse(what)),
    log,
  })
  const stop = async (): Promise<Counters | undefined> => {
    const lastWord = (await proxy.stop(PROXY_STOP_MS)) as ProxyReading | undefined
    await recorder.stop(RECORDER_STOP_MS)
    await consolePart.stop(CONSOLE_STOP_MS)
    rmSync(folder, { recursive: true, force: true })
    return lastWord?.counters
  }

  try {
    await recorder.start()
    proxyStarted = (await proxy.start()) as ProxyStarted
    consoleStarted = (await consolePart.start()) as ConsoleStarted
  } catch (error) {
    await stop()
    throw error
  }
  const { address, healthAddress } = proxyStarted
  let closing: Promise<Counters | undefined> | undefined
  return {
    urls: {
      proxy: urlOf(address),
      console: urlOf(consoleStarted.address),
      ...(healthAddress === undefined ? {} : { health: urlOf(healthAddress) }),
    },
    pids: () => ({
      ...(proxy.part === undefined ? {} : { proxy: proxy.part.pid }),
      ...(recorder.part === undefined ? {} : { recorder: recorder.part.pid }),
      ...(consolePart.part === undefined ? {} : { console: consolePart.part.pid }),
    }),
    read,
    close: () => (closing ??= stop()),
  }
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

function urlOf({ host, port }: ListenAddress): string {
  const shown = host === '::' || host === '0.0.0.0' ? 'localhost' : host
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`
}
