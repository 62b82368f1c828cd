/** The recorder's dispatcher: the name of a command to what the writer does for it. */

import { statSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import type { Actor } from './core/commands.ts'
import { AppError } from './core/errors.ts'
import type { ReviewWriter, StoreCommands, StoredRule } from './core/ports.ts'
import type { RuleRow } from './core/service-report.ts'
import { listRuleRows } from './core/rule-rows.ts'
import type { JudgingDesk } from './judging.ts'
import type { CommandAsk, RecorderCommands } from './parts.ts'

/** The writer as far as commands use it. */
export type CommandWriter = StoreCommands & ReviewWriter

/** Does one command; rejects with the writer's own problem. */
export type ExecuteCommand = (command: CommandAsk<keyof RecorderCommands>) => Promise<unknown>

type Handlers = {
  readonly [K in keyof RecorderCommands]: (
    input: RecorderCommands[K]['input'],
    actor: Actor,
  ) => Promise<RecorderCommands[K]['output']>
}

/** Commands are done one after another where they change rules, so that no change is judged by halves. */
export function createRecorderCommands(
  writer: CommandWriter,
  desk: JudgingDesk,
  onRunStart: () => void = () => undefined,
): ExecuteCommand {
  /** Tries the rules first as they would be, so that nothing is kept that cannot be in force. */
  const changeRules = async <T>(
    change: (rules: readonly StoredRule[]) => readonly StoredRule[],
    keep: () => Promise<T>,
  ): Promise<T> => {
    desk.check(desk.settings, change(await writer.consoleRules()))
    const kept = await keep()
    await desk.use(desk.settings, desk.check(desk.settings, await writer.consoleRules()))
    return kept
  }
  const rowOf = async (stored: StoredRule): Promise<RuleRow> => {
    const rows = await listRuleRows({
      ...{ file: [], disabled: [], console: [stored], hits: await writer.ruleHits() },
      // It was made this very moment.
      comparedSince: async () => 0,
    })
    const row = rows.find(({ id }) => id === stored.rule.id)
    if (row === undefined) throw new Error('a rule has a row')
    return row
  }
  const handlers: Handlers = {
    triage: async ({ ids, triage }, actor) => ({
      changed: await writer.triageAll(ids, triage, actor),
    }),
    forget: async ({ filter }, actor) => ({ forgotten: await writer.forget(filter, actor) }),
    backup: async ({ path }, actor) => {
      if (!isAbsolute(path)) {
        throw new AppError('invalid', `backup: expected an absolute path, got "${path}"`)
      }
      await writer.backup(path, actor)
      return { bytes: statSync(path).size }
    },
    'run-start': async ({ run, books }, actor) => {
      const row = await writer.startRun(run, actor, books)
      onRunStart()
      await writer.setRulesVersion(desk.current.rulesVersion)
      return row
    },
    'run-end': ({ id }, actor) => writer.endRun(id, actor),
    'rule-create': async ({ rule }, actor) => {
      if (desk.settings.rules.some(({ id }) => id === rule.id)) {
        throw new AppError('conflict', `rule "${rule.id}": the configuration has it already`)
      }
      return rowOf(
        await changeRules(
          (rules) => [...rules, { rule, version: 1 }],
          () => writer.createRule(rule, actor),
        ),
      )
    },
    'rule-update': async ({ rule, version }, actor) =>
      rowOf(
        await changeRules(
          (rules) => rules.map((one) => (one.rule.id === rule.id ? { rule, version } : one)),
          () => writer.updateRule(rule, version, actor),
        ),
      ),
    'rule-delete': async ({ id, version }, actor) => {
      await changeRules(
        (rules) => rules.filter((one) => one.rule.id !== id),
        () => writer.deleteRule(id, version, actor),
      )
      return {}
    },
    recompare: ({ filter }, actor) => writer.startRecompare(filter, desk.current, actor),
    'job-cancel': ({ id }, actor) => writer.cancelJob(id, actor),
    audit: async ({ action, subject, detail }, actor) => {
      await writer.audit(actor, action, subject, detail)
      return {}
    },
    import: (input, actor) => writer.importExchanges(input, desk.current, actor),
    mirror: (change, actor) => writer.setMirrorOverride(change, actor),
    reload: async ({ settings }, actor) => {
      const judging = desk.check(settings, await writer.consoleRules())
      await writer.audit(actor, 'reload', '', '{}')
      await desk.use(settings, judging)
      return {}
    },
  }
  let queue: Promise<unknown> = Promise.resolve()
  return (command) => {
    const run = () => dispatch(handlers, command)
    if (!ORDERED.has(command.name)) return run()
    const result = queue.then(run, run)
    queue = result.catch(() => undefined)
    return result
  }
}

/** Those that read the rules, change them and put them in force. */
const ORDERED: ReadonlySet<string> = new Set([
  'rule-create',
  'rule-update',
  'rule-delete',
  'reload',
  'run-start',
])

function dispatch(
  handlers: Handlers,
  { name, input, actor }: CommandAsk<keyof RecorderCommands>,
): Promise<unknown> {
  if (!Object.hasOwn(handlers, name)) {
    return Promise.reject(new AppError('unsupported', `there is no command "${name}"`))
  }
  // The input is what the name's agreement says: whoever sends it has validated it.
  return handlers[name](input as never, actor)
}
