/** The signs and words of differences, severities and outcomes: never colour alone. */

import type { DifferenceKind, Outcome, Severity } from '../../../src/core/judgement.ts'

/** The sign and the word of a kind of difference. */
export const kinds: Readonly<
  Record<DifferenceKind, { sign: string; word: string; about: string }>
> = {
  value: { sign: '~', word: 'value', about: 'another value' },
  type: { sign: 'T', word: 'type', about: 'another JSON type' },
  missing: { sign: '−', word: 'missing', about: 'shadow lacks it' },
  extra: { sign: '+', word: 'extra', about: 'primary lacks it' },
  order: { sign: '⇅', word: 'order', about: 'same elements, another order' },
  length: { sign: '#', word: 'length', about: 'another length' },
  failure: { sign: '!', word: 'failure', about: 'shadow did not answer' },
}

/** What each severity means. */
export const severities: Readonly<Record<Severity, string>> = {
  breaking: 'clients may break: status class, member missing or of another type, failure',
  changed: 'another value, order, or status of the same class',
  added: 'something primary does not have',
}

/** The word of an outcome. */
export const outcomes: Readonly<Record<Outcome, string>> = {
  match: 'match',
  divergent: 'differs',
  incomparable: 'not comparable',
  unmirrored: 'not mirrored',
}

/** Worst first. */
export const severityOrder: readonly Severity[] = ['breaking', 'changed', 'added']
