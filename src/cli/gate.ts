/** `shadowdiff gate`: the verdict as an exit code, for pipelines. */

import { setTimeout as delay } from 'node:timers/promises'
import { Command, InvalidArgumentError, Option } from 'commander'
import { loadLimits } from '../config/verdict-settings.ts'
import * as form from '../config/values.ts'
import type { ValueForm } from '../config/values.ts'
import { AppError } from '../core/errors.ts'
import { verdictJunit } from '../core/verdict-junit.ts'
import { verdictMarkdown } from '../core/verdict-markdown.ts'
import type { Verdict } from '../core/verdict-reading.ts'
import { verdictText } from '../core/verdict-text.ts'
import { formatCount } from '../core/verdict-words.ts'
import { openReader } from '../store/sqlite/reader.ts'
import { EXIT, isTerminal, stopSignal, tell } from './terminal.ts'
import {
  consoleSource,
  databaseSource,
  type GateLimits,
  type VerdictSource,
} from './verdict-source.ts'

interface GateOptions extends GateLimits {
  readonly console?: URL
  readonly db?: string
  readonly run?: string
  readonly config?: string
  readonly wait?: number
  readonly format: keyof typeof FORMATS
}

const FORMATS = {
  text: verdictText,
  json: (verdict: Verdict) => `${JSON.stringify(verdict, undefined, 2)}\n`,
  markdown: verdictMarkdown,
  junit: verdictJunit,
} as const

const EXIT_CODES = { pass: EXIT.done, fail: EXIT.fail, inconclusive: EXIT.inconclusive } as const

/** How often a waiting gate asks. The verdict keeps its confidence however often it is asked. */
const POLL_MS = 1000
/** How often progress is told where nobody watches a terminal. */
const LINE_MS = 30_000

/** The command with its flags. */
export function gateCommand(): Command {
  return new Command('gate')
    .description('judge a run: exit code 0 pass, 1 fail, 3 inconclusive')
    .addOption(
      new Option('--console <url>', 'address of a running console')
        .argParser(parseConsole)
        .conflicts('db'),
    )
    .option('--db <file>', 'a database file, also while it is recorded to')
    .option('--run <name>', 'the run to judge (default: the newest)')
    .option('--min-requests <n>', 'compared requests below which nothing passes', parseCount)
    .option(
      '--max-divergence <share>',
      'share of the requests that may differ: 0.1% or 0.001',
      reading(form.share),
    )
    .option(
      '--max-latency-ratio <ratio>',
      'how many times longer shadow may take',
      reading(form.ratio),
    )
    .addOption(
      // A console judges by the limits of its own configuration.
      new Option(
        '--config <file>',
        'with --db: limits come from this file’s verdict keys; flags win',
      ).conflicts('console'),
    )
    .option(
      '--wait <duration>',
      'wait until it passes or fails, at most so long: 90s, 15m',
      reading(form.duration),
    )
    .addOption(
      new Option('--format <format>', 'how the verdict is written to standard output')
        .choices(Object.keys(FORMATS))
        .default('text'),
    )
    .addHelpText(
      'after',
      '\nThe token for --console is taken from SHADOWDIFF_TOKEN.' +
        '\nExit codes: 0 pass, 1 fail, 2 wrong usage or configuration, 3 inconclusive, 4 the program itself failed.',
    )
    .action(async (options: GateOptions) => {
      const source = await openSource(options)
      try {
        const verdict = await settle(source, options.wait ?? 0)
        process.stdout.write(FORMATS[options.format](verdict))
        process.exitCode = EXIT_CODES[verdict.verdict]
      } finally {
        await source.close()
      }
    })
}

async function openSource(options: GateOptions): Promise<VerdictSource> {
  const { console: url, db, run, config, minRequests, maxDivergence, maxLatencyRatio } = options
  const limits: GateLimits = {
    ...(minRequests !== undefined && { minRequests }),
    ...(maxDivergence !== undefined && { maxDivergence }),
    ...(maxLatencyRatio !== undefined && { maxLatencyRatio }),
  }
  const named = run === undefined ? {} : { run }
  if (url !== undefined) {
    const token = process.env['SHADOWDIFF_TOKEN']
    const secret = token === undefined || token === '' ? {} : { token }
    return consoleSource(url, { ...named, limits, ...secret })
  }
  if (db === undefined) {
    throw new AppError('invalid', 'give --console URL of a running service, or --db FILE')
  }
  const configured = loadLimits(config, process.env)
  return databaseSource(await openReader({ path: db, confidence: () => configured.confidence }), {
    ...named,
    limits: { ...configured, ...limits },
    path: db,
  })
}

/** Asks until the verdict is settled, the time is over, or a signal comes; tells how it goes meanwhile. */
async function settle(source: VerdictSource, waitMs: number): Promise<Verdict> {
  if (waitMs === 0) return source.read()
  const stop = new AbortController()
  void stopSignal().then(() => {
    stop.abort()
  })
  const deadline = performance.now() + waitMs
  const progress = createProgress()
  let newest: Verdict | undefined
  for (;;) {
    try {
      newest = await source.read()
      progress.show(newest, deadline - performance.now())
      if (newest.settled) break
    } catch (error) {
      // A console that restarts, or a run that has not begun: the time is there to wait for it.
      const isPassing =
        error instanceof AppError && (error.code === 'unavailable' || error.code === 'not_found')
      if (!isPassing || (newest === undefined && deadline - performance.now() <= POLL_MS))
        throw error
      progress.trouble(error.message)
    }
    const left = deadline - performance.now()
    if (left <= 0 || stop.signal.aborted) break
    await delay(Math.min(POLL_MS, left), undefined, { signal: stop.signal }).catch(() => undefined)
  }
  progress.end()
  if (newest === undefined) throw new AppError('unavailable', 'no verdict could be read')
  return newest
}

interface Progress {
  show(verdict: Verdict, leftMs: number): void
  trouble(message: string): void
  end(): void
}

function createProgress(): Progress {
  const redraws = isTerminal(process.stderr)
  let toldAt = -Infinity
  const line = (text: string): void => {
    if (redraws)
      process.stderr.write(`\r\u001b[2K${text.slice(0, (process.stderr.columns || 80) - 1)}`)
    else if (performance.now() - toldAt >= LINE_MS) {
      tell(text)
      toldAt = performance.now()
    }
  }
  return {
    show: ({ verdict, samples, needed, reason }, leftMs) => {
      const more =
        needed === undefined || needed === 0 ? '' : `, ${formatCount(needed)} more needed`
      const left = `${Math.max(0, Math.ceil(leftMs / 1000))} s left`
      line(`${verdict}: ${formatCount(samples)} requests compared${more}, ${left}; ${reason}`)
    },
    trouble: line,
    end: () => {
      if (redraws) process.stderr.write('\r\u001b[2K')
    },
  }
}

function reading<T>(of: ValueForm<T>): (text: string) => T {
  return (text) => {
    const value = of.read(text)
    if (value === undefined) throw new InvalidArgumentError(`expected ${of.expected}`)
    return value
  }
}

function parseCount(text: string): number {
  if (!/^\d{1,12}$/.test(text)) throw new InvalidArgumentError('expected a whole number')
  return Number(text)
}

function parseConsole(text: string): URL {
  const isUrl = /^https?:\/\//i.test(text) && URL.canParse(text)
  const url = isUrl ? new URL(text) : undefined
  if (url === undefined || url.username !== '' || url.password !== '') {
    throw new InvalidArgumentError(
      'expected an address such as http://127.0.0.1:8081, without user info',
    )
  }
  return url
}
