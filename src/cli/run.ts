/** `shadowdiff run`: the service in the foreground. */

import { Command } from 'commander'
import type { Flags } from '../config/flags.ts'
import { loadSettings } from '../config/load.ts'
import type { Counters } from '../core/counters.ts'
import type { Settings } from '../core/settings.ts'
import { startService } from '../service.ts'
import { EXIT, stopSignal, tell, tellProblems } from './terminal.ts'

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
      'share of the mirrored requests that control gets too (default: 100 with --control; without it primary itself is asked again, safe methods only, default: 0)',
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
    .option('--workers <number>', 'proxy processes (default: 1)')
    .option('--run <name>', 'name of this verification (default: default)')
    .option('--config <file>', 'YAML configuration; flags win over it')
    .addHelpText(
      'after',
      '\nStops on SIGINT or SIGTERM: answers what is under way, writes what was recorded, exits 0.\nExit codes: 0 done, 2 wrong usage or configuration, 4 the program itself failed.',
    )
    .action(async (options: Flags & { config?: string }) => {
      const { config, ...flags } = options
      const loaded = loadSettings({ flags, file: config, env: process.env })
      if (!loaded.ok) {
        tellProblems(loaded.problems)
        process.exitCode = EXIT.usage
        return
      }
      await serve(loaded.settings)
    })
}

async function serve(settings: Settings): Promise<void> {
  const stopped = stopSignal()
  const service = await startService(settings, { log: tell })
  process.stdout.write(banner(settings, service.urls))
  await stopped
  tell('stopping: answering what is under way')
  const counters = await service.close()
  if (counters !== undefined) tell(lastWords(counters))
}

/** What a person must know at the start: where to send, where to look, what is copied, where it is kept. */
function banner(
  settings: Settings,
  urls: { readonly proxy: string; readonly console: string; readonly health?: string },
): string {
  const route = settings.routes.at(-1)
  const shadow = route?.shadow
  const mirrored =
    shadow === undefined
      ? 'nothing: no shadow is given'
      : `${methodsInWords(shadow.methods)}${shadow.percent === 100 ? '' : `, ${shadow.percent} % of the requests`}`
  const lines = [
    ['proxy', `${urls.proxy}   send your requests here`],
    ['console', `${urls.console}   look here`],
    ...(urls.health === undefined ? [] : [['health', `${urls.health}/healthz`]]),
    ['primary', route?.primary.url ?? ''],
    ['shadow', shadow?.url ?? 'none'],
    ['mirrors', mirrored],
    ['records', `${settings.store} (run "${settings.run}")`],
  ]
  return lines.map(([label = '', text = '']) => `${label.padEnd(9)}${text}\n`).join('')
}

function methodsInWords(methods: 'all' | 'safe' | readonly string[]): string {
  if (methods === 'all') {
    return 'all methods, writes included: the shadow needs its own data (--methods safe to change that)'
  }
  return methods === 'safe' ? 'safe methods only (GET, HEAD, OPTIONS, TRACE)' : methods.join(', ')
}

function lastWords(counters: Counters): string {
  const total = (counts: Readonly<Record<string, number>>) =>
    Object.values(counts).reduce((sum, count) => sum + count, 0)
  return (
    `${counters.seen} requests seen, ${counters.mirrored} mirrored: ${counters.match} match, ` +
    `${counters.divergent} divergent, ${total(counters.incomparable)} incomparable, ${total(counters.lost)} lost`
  )
}
