/** `shadowdiff import exchanges`: takes our own JSONL of exchanges into a database. */

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { AppError } from '../core/errors.ts'
import { formatCount, formatCountOf } from '../core/verdict-words.ts'
import { expectExchanges } from '../store/sqlite/import.ts'
import { withElapsed } from './elapsed.ts'
import { openStore } from './open-store.ts'

interface ImportFlags {
  readonly db: string
  readonly run: string
  readonly primaryVersion: string
  readonly shadowVersion: string
}

/** The command with its flags. */
export function importExchangesCommand(): Command {
  return new Command('exchanges')
    .description('take over exchanges that "export --format jsonl --what exchanges" wrote')
    .argument('<file>', 'the file of JSON lines')
    .requiredOption('--db <file>', 'the database file; made when it is not there')
    .option('--run <name>', 'the run that they become part of', 'import')
    .option('--primary-version <name>', 'what primary was', 'imported')
    .option('--shadow-version <name>', 'what shadow was', 'imported')
    .addHelpText(
      'after',
      '\nExchanges that are there already are left alone. Imported ones never feed a live verdict.' +
        '\nWhile a service records into the database, the service does it.' +
        '\nExit codes: 0 done, 2 wrong usage, 4 the program itself failed.',
    )
    .action(async (file: string, flags: ImportFlags) => {
      const path = resolve(file)
      if (!existsSync(path)) throw new AppError('not_found', `${path}: there is no such file`)
      const { run: name, primaryVersion, shadowVersion } = flags
      const run = { name, primaryVersion, shadowVersion }
      // Nobody wants an empty database for a file that holds no exchanges.
      if (!existsSync(flags.db)) await expectExchanges(path)
      const store = await openStore(flags.db, { mayMake: true })
      try {
        const done = await withElapsed('importing', store.execute('import', { path, run }))
        process.stdout.write(
          `${formatCountOf(done.imported, 'exchange')} imported, ${formatCount(done.known)} were there already\n`,
        )
      } finally {
        await store.close()
      }
    })
}
