/** Commands over the channel: how long each may take, and the port through which the console sends them. */

import type { CommandName, CommandPort } from './core/commands.ts'
import type { AskSupervisor } from './part.ts'
import type { CommandAsk } from './parts.ts'

/** Most commands are one short transaction. */
const SHORT_MS = 5_000
/** These go through all that is stored. */
const LONG_MS = 30 * 60_000
const LONG: ReadonlySet<CommandName> = new Set(['forget', 'backup', 'import'])

/** How long the recorder may take for a command. */
export const timeoutOf = (name: CommandName): number => (LONG.has(name) ? LONG_MS : SHORT_MS)

/** Whoever waits for somebody who waits waits a little longer, so that the inner answer arrives. */
const PATIENCE_MS = 2_000

/** Sends commands to the supervisor. */
export function createCommandPort(ask: AskSupervisor): CommandPort {
  return {
    execute: async (name, input, actor) => {
      const command: CommandAsk = { name, input, actor }
      // The channel carries what the command's name promises.
      return (await ask('command', command, timeoutOf(name) + PATIENCE_MS)) as never
    },
  }
}
