/** `shadowdiff import istio`: VirtualServices become a configuration on standard output. */

import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { importIstio } from '../config/istio.ts'
import { AppError, codeOf } from '../core/errors.ts'
import { tell, tellProblems } from './terminal.ts'

/** The command with its flags. */
export function importIstioCommand(): Command {
  return new Command('istio')
    .description('print a configuration with the routes and mirrors of Istio VirtualServices')
    .argument(
      '<file...>',
      'Kubernetes YAML, several documents in a file if you like; - is standard input',
    )
    .addHelpText(
      'after',
      '\nWhat has no equivalent stands as a comment where it would be, and is told on standard error.' +
        '\nServices and DestinationRules in the files help to find the addresses of subsets.' +
        '\nExit codes: 0 done, 2 wrong usage or no route, 4 the program itself failed.',
    )
    .action((files: string[]) => {
      const { yaml, warnings, routes } = importIstio(files.map(readManifest))
      tellProblems(warnings)
      if (routes === 0) throw new AppError('invalid', 'no HTTP route of a VirtualService was found')
      process.stdout.write(yaml)
      tell(
        `${routes} ${routes === 1 ? 'route' : 'routes'}; check the addresses, then run "shadowdiff check"`,
      )
    })
}

function readManifest(file: string): { readonly name: string; readonly text: string } {
  try {
    return file === '-'
      ? { name: 'standard input', text: readFileSync(0, 'utf8') }
      : { name: file, text: readFileSync(file, 'utf8') }
  } catch (error) {
    const code = codeOf(error)
    throw new AppError(
      'invalid',
      `${file}: ${code === 'ENOENT' ? 'no such file' : `cannot be read (${code ?? ''})`}`,
      { cause: error },
    )
  }
}
