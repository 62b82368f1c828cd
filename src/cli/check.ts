/** `shadowdiff check`: is this configuration right? */

import { Command } from 'commander'
import { loadSettings } from '../config/load.ts'
import { EXIT, tellProblems } from './terminal.ts'

/** The command with its flags. */
export function checkCommand(): Command {
  return new Command('check')
    .description('read a configuration file and report everything that is wrong with it')
    .requiredOption('--config <file>', 'the YAML file')
    .addHelpText('after', '\nExit codes: 0 it is fine, 2 it is not.')
    .action((options: { config: string }) => {
      const loaded = loadSettings({ flags: {}, file: options.config, env: process.env })
      if (loaded.ok) {
        process.stdout.write(`${options.config}: fine\n`)
        return
      }
      tellProblems(loaded.problems)
      process.exitCode = EXIT.usage
    })
}
