/** Rules as people change them: tried out first, saved against what was seen, and taken back. */

import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query'
import type { RulePreview, RuleRow } from '../../../src/core/service-report.ts'
import type { Rule } from '../../../src/core/rule.ts'
import { ruleDocument } from '../../../src/core/rule-document.ts'
import { tell } from '../state/toasts.ts'
import { sendJson } from './client.ts'
import { queryClient, readAnew } from './query-client.ts'

/** What is old after a rule was changed. */
const stale = ['rules', 'audit', 'verdict']

/** What a rule would hide among stored exchanges; nothing is asked while there is none. */
export function useRulePreview(rule: Rule | undefined): UseQueryResult<RulePreview> {
  const document = rule && withoutNote(rule)
  return useQuery({
    queryKey: ['rule-preview', document],
    enabled: document !== undefined,
    retry: false,
    gcTime: 10_000,
    placeholderData: keepPreviousData,
    queryFn: () => sendJson<RulePreview>('POST', 'rules/preview', document),
  })
}

/** Creates the rule, or replaces the one that was seen; tells so with an undo. */
export async function saveRule(rule: Rule, seen: RuleRow | undefined): Promise<RuleRow> {
  const saved =
    seen === undefined
      ? await sendJson<RuleRow>('POST', 'rules', ruleDocument(rule))
      : await update(rule, seen.version)
  await readAnew(stale)
  tell(`Rule ${saved.id} ${seen === undefined ? 'is in force' : 'is changed'}`, async () => {
    if (seen === undefined) await remove(saved)
    else if (seen.rule !== undefined) await update(seen.rule, saved.version)
    await readAnew(stale)
  })
  return saved
}

/** Takes a rule out of force; tells so with an undo. */
export async function deleteRule(row: RuleRow): Promise<void> {
  const { rule } = row
  await remove(row)
  await readAnew(stale)
  tell(`Rule ${row.id} is deleted`, async () => {
    if (rule !== undefined) await sendJson('POST', 'rules', ruleDocument(rule))
    await readAnew(stale)
  })
}

/** The rule as it is now, for who wrote over an older one. */
export async function readRule(id: string): Promise<RuleRow | undefined> {
  await queryClient.refetchQueries({ queryKey: ['rules'] })
  return queryClient.getQueryData<readonly RuleRow[]>(['rules'])?.find((row) => row.id === id)
}

function update(rule: Rule, version: number): Promise<RuleRow> {
  return sendJson('PATCH', pathOf(rule.id), ruleDocument(rule), ifMatch(version))
}

async function remove({ id, version }: RuleRow): Promise<void> {
  await sendJson('DELETE', pathOf(id), {}, ifMatch(version))
}

const pathOf = (id: string) => `rules/${encodeURIComponent(id)}`
const ifMatch = (version: number) => ({ 'if-match': `"${String(version)}"` })

/** A note hides nothing, so writing one asks for no other preview. */
function withoutNote(rule: Rule): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(ruleDocument(rule)).filter(([name]) => name !== 'note'))
}
