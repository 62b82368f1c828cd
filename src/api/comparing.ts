/** Comparers under today's rules, as the recorder has them: the file's and then the console's. */

import { createComparer, type Comparer } from '../core/compare.ts'
import type { ReviewReader } from '../core/ports.ts'
import type { Rule } from '../core/rule.ts'
import type { Settings } from '../core/settings.ts'

/** People's rules in the order in which they apply. */
export async function effectiveRules(
  reader: Pick<ReviewReader, 'consoleRules'>,
  { rules }: Settings,
): Promise<readonly Rule[]> {
  return [...rules, ...(await reader.consoleRules()).map(({ rule }) => rule)]
}

/** Compares as the recorder would if these were the rules. */
export function comparerUnder(rules: readonly Rule[], settings: Settings): Comparer {
  const { disabledRules, endpoints } = settings
  return createComparer({
    ...{ rules, disabled: disabledRules },
    ...(endpoints && { endpointPatterns: endpoints.patterns }),
  })
}
