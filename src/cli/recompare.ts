/** `shadowdiff recompare`: judges what is stored again under today's rules. */

import { setTimeout as delay } from 'node:timers/promises'
import { Command } from 'commander'
import { loadSettings } from '../config/load.ts'
import { AppError } from '../core/errors.ts'
import type { JobView } from '../core/service-report.ts'
import type { Settings } from '../core/settings.ts'
import { formatCount } from '../core/verdict-words.ts'
import { requireRun } from './filter-options.ts'
import { openStore, type OpenStore } from './open-store.ts'
import { showProgress } from './progress.ts'
import { EXIT, stopSignal, tell, tellProblems } from './terminal.ts'

const POLL_MS = 250

/** The command with its flags. */
export function recompareCommand(): Command {
  return new Command('recompare')
    .description('judge what is stored again under the rules of today')
    .requiredOption('--db <file>', 'the database file')
    .option('--config <file>', 'the YAML file whose rules hold, besides the console’s')
    .option('--run <name>', 'only this run')
    .addHelpText(
      'after',
      '\nWhile a service records into the database, the service does it, under its own rules and the console’s.' +
        '\nWhat was redacted or truncated keeps its first judgement, and is counted.' +
        '\nCtrl-C leaves the work where it is; it goes on when the command is given again, or with the service.' +
        '\nExit codes: 0 done, 1 it was cancelled or failed, 2 wrong usage or configuration, 4 the program itself failed.',
    )
    .action(async (flags: { db: string; config?: string; run?: string }) => {
      const settings = flags.config === undefined ? undefined : readRules(flags.config)
      if (settings === 'refused') {
        process.exitCode = EXIT.usage
        return
      }
      const store = await openStore(flags.db, settings === undefined ? {} : { settings })
      try {
        if (store.isLive && settings !== undefined) {
          throw new AppError(
            'conflict',
            'a service records into this database and judges by its own configuration: change that one and reload it, then recompare without --config',
          )
        }
        await requireRun(store.reader, flags.run)
        const filter = flags.run === undefined ? {} : { run: flags.run }
        const job = await store.execute('recompare', { filter })
        process.exitCode = await follow(store, job)
      } finally {
        await store.close()
      }
    })
}

function readRules(file: string): Settings | 'refused' {
  const loaded = loadSettings({ flags: {}, file, env: process.env })
  if (loaded.ok) return loaded.settings
  tellProblems(loaded.problems)
  return 'refused'
}

/** Tells how far the job is until it is over, or the person has seen enough. */
async function follow(store: OpenStore, started: JobView): Promise<number> {
  const left = new AbortController()
  void stopSignal().then(() => {
    left.abort()
  })
  let job: JobView | undefined = started
  let progress: ReturnType<typeof showProgress> | undefined
  // The total is known when its exchanges are counted.
  while (job?.state === 'running' && !left.signal.aborted) {
    if (job.total > 0) (progress ??= showProgress(job.total, 'exchanges')).show(job.done)
    await delay(POLL_MS, undefined, { signal: left.signal }).catch(() => undefined)
    job = await store.reader.findJob(started.id)
  }
  progress?.end()
  if (job === undefined) throw new AppError('not_found', `job ${started.id} is gone`)
  if (job.state === 'running') {
    tell(`left at ${formatCount(job.done)} of ${formatCount(job.total)} exchanges`)
    return EXIT.fail
  }
  for (const [reason, count] of Object.entries(job.skipped)) {
    tell(`${formatCount(count)} not judged again: ${reason}`)
  }
  if (job.state !== 'done') {
    tell(`recompare ${job.state}${job.message === undefined ? '' : `: ${job.message}`}`)
    return EXIT.fail
  }
  process.stdout.write(
    `${formatCount(job.done)} exchanges judged again, ${formatCount(job.changed)} changed (rules ${job.rulesVersion})\n`,
  )
  return EXIT.done
}
