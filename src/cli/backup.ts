/** `shadowdiff backup`: a whole copy of the database, also while the service records. */

import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { withElapsed } from './elapsed.ts'
import { openStore } from './open-store.ts'
import { formatCount } from '../core/verdict-words.ts'

/** The command with its flags. */
export function backupCommand(): Command {
  return new Command('backup')
    .description('write a whole copy of the database to a new file, also while the service records')
    .argument('<file>', 'the copy; nothing may be there yet')
    .requiredOption('--db <file>', 'the database file')
    .addHelpText(
      'after',
      '\nThe key of redaction (FILE.key) is not part of the copy: keep it elsewhere.' +
        '\nExit codes: 0 done, 2 wrong usage, 4 the program itself failed.',
    )
    .action(async (file: string, flags: { db: string }) => {
      const path = resolve(file)
      const store = await openStore(flags.db)
      try {
        await withElapsed('copying', store.execute('backup', { path }))
        process.stdout.write(`${formatCount(statSync(path).size)} bytes written to ${path}\n`)
      } finally {
        await store.close()
      }
    })
}
