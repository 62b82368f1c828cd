/** Help of commands that are there: commander shows the general help for every name that it does not know. */

import type { Command } from 'commander'
import { nearestWord } from '../config/near.ts'

/** Makes `help NAME…` and `NAME… --help` show the command of these names, or say that there is none. */
export function helpOnlyForCommands(program: Command): void {
  program.on('beforeAllHelp', ({ command }: { command: Command }) => {
    const asked = findCommand(program)
    if (asked !== command) asked.help()
  })
}

/** The command that the words on the command line name; ends the program when there is none. */
function findCommand(program: Command): Command {
  let command = program
  for (const word of program.args) {
    // What stands behind a command without sub-commands, or behind a flag, names none.
    if (word.startsWith('-') || command.commands.length === 0) break
    if (word === 'help') continue
    const named = command.commands.find((each) => each.name() === word)
    command = named ?? refuse(command, word)
  }
  return command
}

function refuse(command: Command, word: string): never {
  const near = nearestWord(
    word,
    command.commands.map((each) => each.name()),
  )
  const hint = near === undefined ? '' : `\n(Did you mean ${near}?)`
  command.error(`error: unknown command '${word}'${hint}`, { code: 'commander.unknownCommand' })
}
