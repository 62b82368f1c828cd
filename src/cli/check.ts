/** `shadowdiff check`: is this configuration right, and what would run? */

import { Command, Option } from 'commander'
import type { Problem } from '../config/document.ts'
import { loadSettings, type LoadedSettings } from '../config/load.ts'
import { summarize, summaryOf } from './summary.ts'
import { EXIT, tellProblems, tellWarnings } from './terminal.ts'

interface CheckFlags {
  readonly config: string
  readonly format: 'text' | 'json'
}

/** The command with its flags. */
export function checkCommand(): Command {
  return new Command('check')
    .description(
      'read a configuration file and tell what would run, or everything that is wrong with it',
    )
    .requiredOption('--config <file>', 'the YAML file')
    .addOption(
      new Option('--format <format>', 'how what is found is written to standard output')
        .choices(['text', 'json'])
        .default('text'),
    )
    .addHelpText(
      'after',
      '\nAs text, problems and warnings are told on standard error; warnings change nothing.' +
        '\nExit codes: 0 it is fine, 2 it is not.',
    )
    .action(({ config, format }: CheckFlags) => {
      const loaded = loadSettings({ flags: {}, file: config, env: process.env })
      if (!loaded.ok) process.exitCode = EXIT.usage
      if (format === 'json') {
        process.stdout.write(`${JSON.stringify(reportOf(config, loaded), undefined, 2)}\n`)
      } else if (loaded.ok) {
        tellWarnings(loaded.warnings)
        process.stdout.write(`${config}: fine\n\n${summarize(loaded.settings)}`)
      } else tellProblems(loaded.problems)
    })
}

/** The same for programs, such as one that marks lines of the file. */
function reportOf(file: string, loaded: LoadedSettings) {
  return {
    file,
    fine: loaded.ok,
    problems: (loaded.ok ? [] : loaded.problems).map((problem) => placed(file, problem)),
    warnings: (loaded.ok ? loaded.warnings : []).map((problem) => placed(file, problem)),
    ...(loaded.ok && { summary: summaryOf(loaded.settings) }),
  }
}

function placed(file: string, { where, message }: Problem) {
  const line = where.startsWith(`${file}:`) ? Number(where.slice(file.length + 1)) : undefined
  return { where, ...(line !== undefined && { line }), message }
}
