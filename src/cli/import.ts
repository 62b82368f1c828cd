/** `shadowdiff import`: what other programs wrote becomes ours. */

import { Command } from 'commander'
import { importExchangesCommand } from './import-exchanges.ts'
import { importIstioCommand } from './import-istio.ts'

/** The command with its sub-commands. */
export function importCommand(): Command {
  const command = new Command('import').description(
    'take over recorded exchanges, or what other programs wrote',
  )
  // Each sub-command is its own file; sub-commands take nothing over from a parent that they are added to.
  for (const each of [importExchangesCommand(), importIstioCommand()]) {
    command.addCommand(each.exitOverride().showHelpAfterError('(add --help for usage)'))
  }
  return command
}
