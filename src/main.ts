#!/usr/bin/env node
/** The command line: arguments in, exit code out, nothing else. */

import { Command, CommanderError } from 'commander'
import { backupCommand } from './cli/backup.ts'
import { checkCommand } from './cli/check.ts'
import { demoCommand } from './cli/demo.ts'
import { exportCommand } from './cli/export.ts'
import { forgetCommand } from './cli/forget.ts'
import { gateCommand } from './cli/gate.ts'
import { helpOnlyForCommands } from './cli/help.ts'
import { importCommand } from './cli/import.ts'
import { recompareCommand } from './cli/recompare.ts'
import { replayCommand } from './cli/replay.ts'
import { runCommand } from './cli/run.ts'
import { EXIT, exitCodeOf, outliveListeners, tell } from './cli/terminal.ts'
import { AppError } from './core/errors.ts'
import { VERSION } from './version.ts'

const program = new Command('shadowdiff')
  .description(
    'A reverse proxy that answers from version 1, mirrors to version 2,\nand tells you what version 2 answers differently.',
  )
  .version(VERSION)
  .showHelpAfterError('(add --help for usage)')
  .exitOverride()
for (const command of [
  runCommand(),
  checkCommand(),
  gateCommand(),
  replayCommand(),
  exportCommand(),
  recompareCommand(),
  importCommand(),
  backupCommand(),
  forgetCommand(),
  demoCommand(),
]) {
  program.addCommand(command.exitOverride().showHelpAfterError('(add --help for usage)'))
}
helpOnlyForCommands(program)

outliveListeners()
try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    // Help and version end with 0; everything else is a wrong use of the program.
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage
  } else {
    tell(error instanceof AppError ? error.message : error)
    process.exitCode = exitCodeOf(error)
  }
}
