/** `shadowdiff check`: is this configuration right, and what would run? */

import { Command } from 'commander'
import { loadSettings } from '../config/load.ts'
import { summarize } from './summary.ts'
import { EXIT, tellProblems, tellWarnings } from './terminal.ts'

/** The command with its flags. */
export function checkCommand(): Command {
  return new Command('check')
    .description(
      'read a configuration file and tell what would run, or everything that is wrong with it',
    )
    .requiredOption('--config <file>', 'the YAML file')
    .addHelpText(
      'after',
      '\nWarnings are told on standard error and change nothing.\nExit codes: 0 it is fine, 2 it is not.',
    )
    .action((options: { config: string }) => {
      const loaded = loadSettings({ flags: {}, file: options.config, env: process.env })
      if (!loaded.ok) {
        tellProblems(loaded.problems)
        process.exitCode = EXIT.usage
        return
      }
      tellWarnings(loaded.warnings)
      process.stdout.write(`${options.config}: fine\n\n${summarize(loaded.settings)}`)
    })
}
