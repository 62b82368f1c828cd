/** `shadowdiff replay`: a recording sent again, compared and recorded as a run of its own. */

import { Command, InvalidArgumentError, Option } from 'commander'
import type { Problem } from '../config/document.ts'
import { loadSettings } from '../config/load.ts'
import * as form from '../config/values.ts'
import { AppError } from '../core/errors.ts'
import { fromExchangeDocument } from '../core/exchange-document.ts'
import type { Settings } from '../core/settings.ts'
import { formatCount, formatCountOf } from '../core/verdict-words.ts'
import { uuidV7 } from '../proxy/ids.ts'
import { createSender, type Sender, type SenderOptions } from '../proxy/send-once.ts'
import { shadowHost } from '../proxy/shadow-host.ts'
import { readFillings } from '../replay/fill.ts'
import type { Pace } from '../replay/pace.ts'
import {
  openHar,
  openJsonl,
  recordingKind,
  requestsOfStore,
  type Recording,
} from '../replay/recording.ts'
import { replay, type ReplayTotals } from '../replay/replay.ts'
import { openReader } from '../store/sqlite/reader.ts'
import { showProgress } from './progress.ts'
import { openReplayTarget } from './replay-target.ts'
import { EXIT, stopSignal, tell, tellProblems } from './terminal.ts'

interface ReplayFlags {
  readonly from: string
  readonly shadow: string
  readonly primary?: string
  readonly db?: string
  readonly run?: string
  readonly config?: string
  readonly fromRun?: string
  readonly rate?: number
  readonly speed?: number
  readonly concurrency: number
  readonly methods: 'safe' | 'all'
  readonly set: readonly string[]
  readonly redacted: 'skip' | 'drop'
}

/** An answer may be this long; longer ones are a `length` difference. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024

/** The command with its flags. */
export function replayCommand(): Command {
  return new Command('replay')
    .description('send a recording to a new shadow, or to both versions, and compare')
    .requiredOption('--from <file>', 'a database of ours, a .har file, or our .jsonl of exchanges')
    .requiredOption('--shadow <url>', 'the version under verification')
    .option(
      '--primary <url>',
      'ask this version too; without it the recorded answers are primary’s',
    )
    .option('--db <file>', 'where to record (default: shadowdiff.db)')
    .option('--run <name>', 'name of this verification (default: replay)')
    .option('--from-run <name>', 'only this run of a database')
    .addOption(
      new Option('--rate <n>', 'so many requests a second').argParser(positive).conflicts('speed'),
    )
    .option('--speed <times>', 'so many times as fast as it was recorded: 1, 10', positive)
    .option('--concurrency <n>', 'requests on their way at once', wholeNumber, 8)
    .addOption(
      new Option('--methods <which>', 'safe: GET, HEAD and OPTIONS; all: writes too')
        .choices(['safe', 'all'])
        .default('safe'),
    )
    .addOption(
      new Option(
        '--set <place=value>',
        'fill in what is redacted: header:authorization=Bearer ${TOKEN}, cookie:sid=…, query:token=…, body:/user/password=…',
      )
        .argParser((pair: string, pairs: readonly string[]) => [...pairs, pair])
        .default([], 'nothing'),
    )
    .addOption(
      new Option(
        '--redacted <what>',
        'a request with a secret that is not filled in is skipped, or sent without it',
      )
        .choices(['skip', 'drop'])
        .default('skip'),
    )
    .option('--config <file>', 'rules, redaction and limits come from this file')
    .addHelpText(
      'after',
      '\nWithout --rate and --speed it goes as fast as answers come. Requests of one client keep their order.' +
        '\nCtrl-C stops cleanly; what was compared until then counts. Judge it with: shadowdiff gate --db FILE' +
        '\nExit codes: 0 done, 2 wrong usage or configuration, 4 the program itself failed.',
    )
    .action(run)
}

async function run(flags: ReplayFlags): Promise<void> {
  const loaded = loadSettings({
    flags: {
      primary: flags.primary ?? flags.shadow,
      shadow: flags.shadow,
      run: flags.run ?? 'replay',
      db: flags.db,
    },
    file: flags.config,
    env: process.env,
  })
  if (!loaded.ok) {
    // Without a primary it is the shadow that stands there, and is told once.
    const isGiven = ({ where }: Problem) => where !== '--primary' || flags.primary !== undefined
    tellProblems(loaded.problems.filter(isGiven))
    process.exitCode = EXIT.usage
    return
  }
  const fillings = readFillings(flags.set, process.env)
  const { settings } = loaded
  const recording = await openRecording(flags)
  const senders = openSenders(flags, settings)
  const target = await openReplayTarget(flags, settings)
  const stop = new AbortController()
  void stopSignal().then(() => {
    tell('stopping: what is on its way is finished')
    stop.abort()
  })
  const progress = showProgress(recording.total, 'requests')
  try {
    const totals = await replay({
      requests: recording.requests,
      shadow: senders.shadow.send,
      ...(senders.primary === undefined ? {} : { primary: senders.primary.send }),
      fillings,
      dropRedacted: flags.redacted === 'drop',
      pace: paceOf(flags),
      concurrency: flags.concurrency,
      unsafe: flags.methods === 'all',
      newId: uuidV7,
      shadowHost: (host) => shadowHost(senders.host, host, new URL(flags.shadow).host),
      take: target.take,
      onProgress: ({ read }) => {
        progress.show(read)
      },
      signal: stop.signal,
    })
    await target.settle()
    progress.end()
    tell(inWords(totals, settings, stop.signal.aborted))
  } finally {
    progress.end()
    senders.shadow.close()
    senders.primary?.close()
    await target.close()
    await recording.close()
  }
}

async function openRecording(flags: ReplayFlags): Promise<Recording & { close(): Promise<void> }> {
  const { from, fromRun } = flags
  const kind = recordingKind(from)
  if (kind === undefined) {
    throw new AppError(
      'invalid',
      `--from ${from}: expected a file that ends in .db, .har or .jsonl`,
    )
  }
  const nothing = async (): Promise<void> => undefined
  if (kind === 'har') return { ...(await openHar(from)), close: nothing }
  if (kind === 'jsonl')
    return {
      ...(await openJsonl(from, (document) => fromExchangeDocument(document).exchange)),
      close: nothing,
    }
  const reader = await openReader({ path: from })
  const run = fromRun === undefined ? undefined : await reader.findRun(fromRun)
  if (fromRun !== undefined && run === undefined) {
    await reader.close()
    throw new AppError('not_found', `--from-run ${fromRun}: ${from} has no such run`)
  }
  let total = run?.exchanges ?? 0
  if (run === undefined) {
    for (let cursor: string | undefined, isMore = true; isMore; isMore = cursor !== undefined) {
      const page = await reader.listRuns({ limit: 1000, cursor })
      total += page.items.reduce((sum, { exchanges }) => sum + exchanges, 0)
      cursor = page.next
    }
  }
  const filter = fromRun === undefined ? {} : { run: fromRun }
  return {
    total,
    requests: requestsOfStore(reader.recordedExchanges(filter)),
    close: () => reader.close(),
  }
}

function openSenders(flags: ReplayFlags, settings: Settings) {
  const route = settings.routes.at(-1)
  const bounds = {
    maxConnections: flags.concurrency,
    maxAnswerBytes: MAX_ANSWER_BYTES,
    maxBodyBytes: settings.record.maxBodyBytes,
  }
  const { shadow, primary } = route ?? {}
  if (shadow === undefined || primary === undefined) throw new Error('both were given')
  const open = ({ url, timeoutMs, idleMs, socketPath, tls }: typeof primary): Sender => {
    const options: SenderOptions = {
      ...bounds,
      ...{ url, timeoutMs, idleMs },
      ...(socketPath === undefined ? {} : { socketPath }),
      ...(tls === undefined ? {} : { tls }),
    }
    return createSender(options)
  }
  return {
    host: shadow.host,
    shadow: open(shadow),
    primary: flags.primary === undefined ? undefined : open(primary),
  }
}

function paceOf({ rate, speed }: ReplayFlags): Pace {
  if (rate !== undefined) return { kind: 'rate', perSecond: rate }
  return speed === undefined ? { kind: 'unpaced' } : { kind: 'recorded', times: speed }
}

function inWords(totals: ReplayTotals, { run, store }: Settings, stopped: boolean): string {
  const skipped = Object.entries(totals.skipped).map(
    ([why, count]) => `${formatCount(count)} ${why}`,
  )
  return (
    `${stopped ? 'stopped: ' : ''}${formatCountOf(totals.done, 'request')} sent and compared in run "${run}" of ${store}` +
    (skipped.length === 0 ? '' : `; not sent: ${skipped.join(', ')}`)
  )
}

function positive(text: string): number {
  const value = /^\d{1,9}(?:\.\d{1,6})?$/.test(text) ? Number(text) : 0
  if (value <= 0) throw new InvalidArgumentError('expected a number above 0')
  return value
}

function wholeNumber(text: string): number {
  const value = form.integer(1, 10_000).read(text)
  if (value === undefined) throw new InvalidArgumentError('expected a whole number from 1 to 10000')
  return value
}
