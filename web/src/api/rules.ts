/** The rules in force, and what they say. */

import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import type { RuleRow } from '../../../src/core/service-report.ts'
import { getJson } from './client.ts'

/** Every rule in the order in which they apply, wherever it comes from. */
export function useRules(): UseQueryResult<readonly RuleRow[]> {
  return useQuery({
    queryKey: ['rules'],
    queryFn: async ({ signal }) =>
      (await getJson<{ items: readonly RuleRow[] }>('rules', {}, signal)).items,
  })
}

/** What a rule says, by its id; a rule that is gone or not known yet is called by what it was. */
export function useRuleText(): (id: string) => string {
  const rules = useRules()
  return (id) =>
    rules.data?.find((row) => row.id === id)?.sentence ??
    (rules.data === undefined ? 'a rule' : 'a rule that is not in force any more')
}
