/** The filters of commands that work on recorded exchanges, as flags. */

import { InvalidArgumentError, Option, type Command } from 'commander'
import { AppError } from '../core/errors.ts'
import type { Filter } from '../core/lists.ts'
import type { StoreReader } from '../core/ports.ts'

/** The flags as they were given; every other flag of the command may stand beside them. */
export interface FilterFlags extends Omit<Filter, 'q'> {
  readonly query?: string
}

/** Adds a flag for each filter. */
export function addFilterOptions(command: Command): Command {
  return command
    .option('--run <name>', 'only this run')
    .option('--route <name>', 'only this route')
    .option('--endpoint <endpoint>', 'only this endpoint, such as "GET /users/{id}"')
    .option('--method <method>', 'only this method')
    .addOption(
      choice('--outcome <outcome>', 'only this outcome', [
        'match',
        'divergent',
        'incomparable',
        'unmirrored',
      ]),
    )
    .addOption(
      choice('--kind <kind>', 'only with this kind of difference', [
        ...['value', 'type', 'missing', 'extra', 'order', 'length', 'failure'],
      ]),
    )
    .addOption(
      choice('--severity <severity>', 'only with a difference of this severity', [
        'breaking',
        'changed',
        'added',
      ]),
    )
    .addOption(
      choice('--source <source>', 'only from live traffic, a replay or an import', [
        'live',
        'replay',
        'import',
      ]),
    )
    .option('--divergence <id>', 'only those that show this divergence')
    .option('--status <code>', 'only where primary or shadow answered this status', parseStatus)
    .option('--request-id <id>', 'only this x-request-id')
    .option('--query <text>', 'only where path, endpoint, location or request id contain this')
    .option('--since <time>', 'only from this time on (RFC 3339)', parseTime)
    .option('--until <time>', 'only before this time (RFC 3339)', parseTime)
}

/** Adds the flags of what only divergences, and the differences they are made of, can be picked by. */
export function addDivergenceOptions(command: Command): Command {
  return command
    .addOption(
      choice('--class <class>', 'differences and divergences: only of this class', [
        'divergence',
        'noise',
        'expected',
      ]),
    )
    .addOption(
      choice('--state <state>', 'divergences: only in this state', ['open', 'expected', 'fixed']),
    )
}

/** The flag of a filter. */
export function flagOf(name: keyof Filter): string {
  if (name === 'q') return '--query'
  return name === 'requestId' ? '--request-id' : `--${name}`
}

/** Refuses a run that nobody recorded: what is misspelt must not look like a run without anything in it. */
export async function requireRun(
  reader: Pick<StoreReader, 'findRun'>,
  run: string | undefined,
): Promise<void> {
  if (run === undefined || (await reader.findRun(run)) !== undefined) return
  throw new AppError('not_found', `--run ${run}: no run is called so`)
}

/** The filter that the flags say, without what was not given; throws `invalid` for a time that ends before it begins. */
export function filterOf(flags: FilterFlags): Filter {
  const { run, route, endpoint, method, outcome, kind, severity, source } = flags
  const { divergence, status, requestId, query, since, until, state } = flags
  if (since !== undefined && until !== undefined && since >= until) {
    throw new AppError('invalid', '--until: expected a time after --since')
  }
  return Object.fromEntries(
    Object.entries({
      ...{ run, route, endpoint, method, outcome, kind, severity, source },
      ...{ divergence, status, requestId, q: query, since, until, state, class: flags.class },
    }).filter(([, value]) => value !== undefined),
  )
}

function choice(flags: string, about: string, choices: readonly string[]): Option {
  return new Option(flags, about).choices(choices)
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
