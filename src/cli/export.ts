/** `shadowdiff export`: what was recorded, as CSV or JSON lines, also while the service runs. */

import { createWriteStream } from 'node:fs'
import { Command, Option } from 'commander'
import { EXPORT_FILTERS, foreignFilter, writeExport } from '../api/export.ts'
import type { ExportSubject } from '../api/export-columns.ts'
import { AppError, codeOf } from '../core/errors.ts'
import type { Filter } from '../core/lists.ts'
import { formatCount } from '../core/verdict-words.ts'
import { openReader } from '../store/sqlite/reader.ts'
import {
  addDivergenceOptions,
  addFilterOptions,
  filterOf,
  flagOf,
  requireRun,
  type FilterFlags,
} from './filter-options.ts'
import { showProgress } from './progress.ts'
import { tell } from './terminal.ts'

interface ExportFlags extends FilterFlags {
  readonly db: string
  readonly format: 'csv' | 'jsonl' | 'har'
  readonly what?: ExportSubject
  readonly output?: string
}

/** The command with its flags. */
export function exportCommand(): Command {
  const command = new Command('export')
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
  return addDivergenceOptions(addFilterOptions(command))
    .addHelpText(
      'after',
      '\nReads beside a service that records. A filter that the rows do not have is refused.' +
        '\nExit codes: 0 done, 2 wrong usage, 4 the program itself failed.',
    )
    .action(run)
}

async function run(flags: ExportFlags): Promise<void> {
  const { db, format, output } = flags
  const { what = format === 'har' ? 'exchanges' : 'differences' } = flags
  const filter = filterOf(flags)
  refuseForeignFilters(what, filter)
  const reader = await openReader({ path: db })
  // Rows on a terminal are progress enough.
  const progress = output === undefined ? undefined : showProgress(undefined, 'rows')
  try {
    await requireRun(reader, filter.run)
    const target =
      output === undefined ? process.stdout : createWriteStream(output, { mode: 0o600 })
    const rows = await writeExport({
      ...{ reader, what, format, filter, output: target },
      ...(progress && {
        onProgress: (done: number) => {
          progress.show(done)
        },
      }),
    })
    progress?.end()
    if (output !== undefined) tell(`${formatCount(rows)} rows written to ${output}`)
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
    progress?.end()
    await reader.close()
  }
}

function refuseForeignFilters(what: ExportSubject, filter: Filter): void {
  const foreign = foreignFilter(what, filter)
  if (foreign === undefined) return
  const allowed = EXPORT_FILTERS[what].map(flagOf).join(', ')
  throw new AppError(
    'invalid',
    `${flagOf(foreign)}: ${what} cannot be filtered by it; allowed are ${allowed}`,
  )
}
