/** Whether a rule is being written, and from what it begins. Any screen may ask for it. */

import { useSyncExternalStore } from 'react'
import type { RuleRow } from '../../../src/core/service-report.ts'
import type { RuleBase, RuleStatement } from '../../../src/core/rule.ts'

/** What a rule begins as; it gets its id when it is named. */
export type RulePreset = Omit<RuleBase, 'id'> & RuleStatement & { readonly id?: string }

/** What the drawer was asked for. */
export interface RuleRequest {
  /** Counts up, so that asking again begins anew. */
  readonly key: number
  readonly preset: RulePreset
  /** The endpoint it was asked from, which a rule may be narrowed to. */
  readonly endpoint?: string | undefined
  /** Why it is proposed. */
  readonly evidence?: string | undefined
  /** The rule that is changed; absent for a new one. */
  readonly row?: RuleRow | undefined
}

let request: RuleRequest | undefined
let opened = 0
const listeners = new Set<() => void>()

/** What the drawer was asked for, followed; undefined while it is closed. */
export function useRuleRequest(): RuleRequest | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => request,
  )
}

/** Opens the drawer. */
export function writeRule(asked: Omit<RuleRequest, 'key'>): void {
  set({ ...asked, key: ++opened })
}

/** Closes the drawer. */
export function closeRule(): void {
  set(undefined)
}

function set(next: RuleRequest | undefined): void {
  request = next
  for (const listener of listeners) listener()
}
