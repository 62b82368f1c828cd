/** `shadowdiff export`: what was recorded, as CSV or JSON lines, also while the service runs. */

import { createWriteStream } from 'node:fs'
import { Command, InvalidArgumentError, Option } from 'commander'
import { writeExport } from '../api/export.ts'
import { AppError, codeOf } from '../core/errors.ts'
import type { Filter } from '../core/report.ts'
import { openReader } from '../store/sqlite/reader.ts'
import { isTerminal, tell } from './terminal.ts'

interface ExportOptions {
  readonly db: string
  readonly format: 'csv' | 'jsonl' | 'har'
  readonly what?: 'differences' | 'exchanges' | 'divergences'
  readonly output?: string
  readonly run?: string
  readonly route?: string
  readonly endpoint?: string
  readonly method?: string
  readonly outcome?: NonNullable<Filter['outcome']>
  readonly kind?: NonNullable<Filter['kind']>
  readonly severity?: NonNullable<Filter['severity']>
  readonly status?: number
  readonly requestId?: string
  readonly query?: string
  readonly since?: number
  readonly until?: number
}

/** The command with its flags. */
export function exportCommand(): Command {
  return new Command('export')
    .description('write what was recorded as CSV, JSON lines or HAR')
    .requiredOption('--db <file>', 'the database file')
    .addOption(
      new Option('--format <format>', 'csv, jsonl or har; har holds exchanges')
        .choices(['csv', 'jsonl', 'har'])
        .default('csv'),
    )
    .addOption(
      new Option(
        '--what <rows>',
        'one row per difference, exchange or divergence (default: differences; exchanges as har)',
      ).choices(['differences', 'exchanges', 'divergences']),
    )
    .option('--output <file>', 'write to this file instead of standard output')
    .option('--run <name>', 'only this run')
    .option('--route <name>', 'only this route')
    .option('--endpoint <endpoint>', 'only this endpoint, such as "GET /users/{id}"')
    .option('--method <method>', 'only this method')
    .addOption(
      new Option('--outcome <outcome>', 'only this outcome').choices([
        'match',
        'divergent',
        'incomparable',
        'unmirrored',
      ]),
    )
    .addOption(
      new Option('--kind <kind>', 'only this kind of difference').choices([
        'value',
        'type',
        'missing',
        'extra',
        'order',
        'length',
        'failure',
      ]),
    )
    .addOption(
      new Option('--severity <severity>', 'only this severity').choices([
        'breaking',
        'changed',
        'added',
      ]),
    )
    .option('--status <code>', 'only where primary or shadow answered this status', parseStatus)
    .option('--request-id <id>', 'only this x-request-id')
    .option('--query <text>', 'only where path, endpoint, location or request id contain this')
    .option('--since <time>', 'only from this time on (RFC 3339)', parseTime)
    .option('--until <time>', 'only before this time (RFC 3339)', parseTime)
    .action(run)
}

async function run(options: ExportOptions): Promise<void> {
  const { db, format, output, query, ...rest } = options
  const { what = format === 'har' ? 'exchanges' : 'differences', ...filter } = rest
  const reader = await openReader({ path: db })
  try {
    const target =
      output === undefined ? process.stdout : createWriteStream(output, { mode: 0o600 })
    const redraws = output !== undefined && isTerminal(process.stderr)
    const rows = await writeExport({
      reader,
      what,
      format,
      filter: { ...filter, q: query },
      output: target,
      ...(redraws
        ? {
            onProgress: (done: number) =>
              process.stderr.write(`\r${done.toLocaleString('en')} rows`),
          }
        : {}),
    })
    if (redraws) process.stderr.write('\r')
    if (output !== undefined) tell(`${rows.toLocaleString('en')} rows written to ${output}`)
  } catch (error) {
    // `shadowdiff export … | head` closes the pipe when it has seen enough.
    if (codeOf(error) === 'EPIPE') return
    if (output !== undefined && codeOf(error) !== undefined) {
      throw new AppError(
        'invalid',
        `--output ${output}: cannot be written (${codeOf(error) ?? ''})`,
      )
    }
    throw error
  } finally {
    await reader.close()
  }
}

function parseStatus(text: string): number {
  const status = Number(text)
  if (!Number.isInteger(status) || status < 100 || status > 999) {
    throw new InvalidArgumentError('expected a status code from 100 to 999')
  }
  return status
}

function parseTime(text: string): number {
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time)) {
    throw new InvalidArgumentError('expected a time such as 2026-01-31T12:00:00Z')
  }
  return time
}
