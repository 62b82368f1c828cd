/** `shadowdiff forget`: removes what should not have been recorded, also while the service runs. */

import { Command } from 'commander'
import { AppError } from '../core/errors.ts'
import { formatCount } from '../core/verdict-words.ts'
import { confirm } from './confirm.ts'
import { withElapsed } from './elapsed.ts'
import { addFilterOptions, filterOf, requireRun, type FilterFlags } from './filter-options.ts'
import { openStore, type OpenStore } from './open-store.ts'
import { EXIT, tell } from './terminal.ts'

interface ForgetFlags extends FilterFlags {
  readonly db: string
  readonly all?: true
  readonly yes?: true
}

/** The command with its flags. */
export function forgetCommand(): Command {
  const command = new Command('forget')
    .description('remove recorded exchanges, with their bodies, from the disk')
    .requiredOption('--db <file>', 'the database file')
  return addFilterOptions(command)
    .option('--all', 'every exchange, when no filter is given')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      '\nTells how many exchanges match and asks before it removes them. Totals stay: they tell nothing of what is gone.' +
        '\nWhile a service records into the database, the service does it.' +
        '\nExit codes: 0 done, 1 not confirmed, 2 wrong usage, 4 the program itself failed.',
    )
    .action(async (flags: ForgetFlags) => {
      const filter = filterOf(flags)
      if (Object.keys(filter).length === 0 && flags.all !== true) {
        throw new AppError('invalid', 'name what to forget with at least one filter, or say --all')
      }
      const store = await openStore(flags.db)
      try {
        process.exitCode = await forget(store, filter, flags.yes === true)
      } finally {
        await store.close()
      }
    })
}

async function forget(
  store: OpenStore,
  filter: ReturnType<typeof filterOf>,
  isSaid: boolean,
): Promise<number> {
  await requireRun(store.reader, filter.run)
  const matching = await withElapsed('counting', countExchanges(store, filter))
  tell(matching === 1 ? '1 exchange matches' : `${formatCount(matching)} exchanges match`)
  if (matching === 0) return EXIT.done
  if (!(await confirm('Remove them from the disk for good?', isSaid))) {
    tell('nothing was removed')
    return EXIT.fail
  }
  const { forgotten } = await withElapsed('forgetting', store.execute('forget', { filter }))
  process.stdout.write(`${formatCount(forgotten)} forgotten\n`)
  return EXIT.done
}

async function countExchanges(
  { reader }: OpenStore,
  filter: ReturnType<typeof filterOf>,
): Promise<number> {
  let count = 0
  const rows = reader.iterateExchanges(filter)[Symbol.asyncIterator]()
  while ((await rows.next()).done !== true) count++
  return count
}
