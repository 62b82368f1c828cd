/** `shadowdiff run`: the service in the foreground. */

import { Command } from 'commander'
import { compareSettings } from '../config/compare-settings.ts'
import type { Flags } from '../config/flags.ts'
import type { ConfigSources } from '../config/load.ts'
import { loadSettings } from '../config/load.ts'
import type { Counters } from '../core/counters.ts'
import { AppError, messageOf } from '../core/errors.ts'
import type { Settings } from '../core/settings.ts'
import { startService, type Service } from '../service.ts'
import type { Reloaded } from '../supervisor-commands.ts'
import { bannerOf } from './banner.ts'
import { EXIT, stopSignal, tell, tellProblems, tellWarnings } from './terminal.ts'

/** The command with its flags. */
export function runCommand(): Command {
  return new Command('run')
    .description('serve primary’s answers, mirror to shadow, record and compare')
    .option('--primary <url>', 'the version that serves your users')
    .option(
      '--shadow <url>',
      'the version under verification; without it requests are only forwarded',
    )
    .option('--control <url>', 'a second instance of primary’s version, to measure noise')
    .option(
      '--control-percent <number>',
      'share of the mirrored requests that are repeated to control, or to primary itself, 0 to 100',
    )
    .option('--listen <host:port>', 'where clients connect (default: 127.0.0.1:8080)')
    .option('--console <host:port>', 'dashboard and API (default: 127.0.0.1:8081)')
    .option('--health <host:port>', 'health checks answered by the proxy’s own process')
    .option('--db <file>', 'the database file (default: shadowdiff.db)')
    .option('--percent <number>', 'share of the requests to mirror, 0 to 100 (default: 100)')
    .option('--methods <all|safe|list>', 'methods to mirror, such as GET,POST (default: all)')
    .option(
      '--shadow-host <suffix|preserve|upstream|name>',
      'Host of the shadow’s copy (default: suffix, httpbin:8000 becomes httpbin-shadow:8000)',
    )
    .option('--run <name>', 'name of this verification (default: default)')
    .option('--workers <number>', 'proxy processes that share the port (default: 1)')
    .option('--config <file>', 'YAML configuration; flags win over it')
    .addHelpText(
      'after',
      '\nStops on SIGINT or SIGTERM: answers what is under way, writes what was recorded, exits 0.' +
        '\nReads the configuration again on SIGHUP, without dropping a connection; a bad one changes nothing.' +
        '\nExit codes: 0 done, 2 wrong usage or configuration, 4 the program itself failed.',
    )
    .action(async (options: Flags & { config?: string }) => {
      const { config, ...flags } = options
      const sources: ConfigSources = { flags, file: config, env: process.env }
      const loaded = loadSettings(sources)
      if (!loaded.ok) {
        tellProblems(loaded.problems)
        process.exitCode = EXIT.usage
        return
      }
      tellWarnings(loaded.warnings)
      await serve(loaded.settings, sources)
    })
}

async function serve(settings: Settings, sources: ConfigSources): Promise<void> {
  const stopped = stopSignal()
  // Heard from the first moment on: else the signal would end the program.
  let hangUp: () => void = () => undefined
  process.on('SIGHUP', () => {
    hangUp()
  })
  const service = await startService(settings, {
    log: tell,
    load: (running) => readAgain(running, sources),
  })
  hangUp = () => void reload(service)
  process.stdout.write(bannerOf(settings, service.urls, service.overrides))
  await stopped
  tell('stopping: answering what is under way')
  tell(lastWords(await service.close()))
}

/** Flags and file as they are now; throws with every problem when they are not fine. */
function readAgain(running: Settings, sources: ConfigSources): Reloaded {
  const loaded = loadSettings(sources)
  if (!loaded.ok) {
    const problems = loaded.problems.map(({ where, message }) => `${where}: ${message}`)
    throw new AppError('invalid', problems.join('\n'))
  }
  tellWarnings(loaded.warnings)
  const { reloadable, needRestart } = compareSettings(running, loaded.settings)
  return { settings: reloadable, needRestart }
}

async function reload(service: Service): Promise<void> {
  try {
    const { needRestart } = await service.reload({ name: 'signal', role: 'operator' })
    tell('the configuration was read again and is in force')
    if (needRestart.length > 0) tell(`only a restart changes: ${needRestart.join(', ')}`)
  } catch (error) {
    tell(`the configuration was not changed:\n${messageOf(error)}`)
  }
}

function lastWords(counters: Counters): string {
  const total = (counts: Readonly<Record<string, number>>) =>
    Object.values(counts).reduce((sum, count) => sum + count, 0)
  return (
    `${counters.seen} ${counters.seen === 1 ? 'request' : 'requests'} seen, ` +
    `${counters.mirrored} mirrored: ${counters.match} match, ` +
    `${counters.divergent} divergent, ${total(counters.incomparable)} incomparable, ${total(counters.lost)} lost`
  )
}
