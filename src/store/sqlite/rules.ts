/**
 * Rules that were made in the console: kept in the form in which a configuration has them. Of one that was
 * deleted the id and the version stay, so that a later rule of this id never has a version that somebody saw.
 */

import { AppError } from '../../core/errors.ts'
import { parseRule } from '../../core/parse-rule.ts'
import type { StoredRule } from '../../core/ports.ts'
import { ruleDocument } from '../../core/rule-document.ts'
import type { Rule } from '../../core/rule.ts'
import { execute, rowsOf, type Database } from './database.ts'

interface SqlRule {
  readonly id: string
  readonly version: number
  readonly rule: string
}

/** In the order in which they were made. */
export function consoleRules(db: Database): readonly StoredRule[] {
  return rowsOf<SqlRule>(
    db,
    "SELECT id, version, rule FROM rules WHERE rule <> '' ORDER BY key",
    [],
  ).map(({ rule, version }) => ({ rule: validated(JSON.parse(rule)), version }))
}

/** Keeps a rule; a known id is a `conflict`. */
export function createRule(db: Database, rule: Rule): StoredRule {
  const checked = validated(ruleDocument(rule))
  const former = find(db, checked.id)
  if (former !== undefined && former.rule !== DELETED) {
    throw new AppError('conflict', `rule "${checked.id}": there is one already; use another id`)
  }
  const version = (former?.version ?? 0) + 1
  // Its place is the last one, wherever the former rule of this id was.
  execute(
    db,
    `INSERT OR REPLACE INTO rules (key, id, version, rule)
     VALUES ((SELECT coalesce(max(key), 0) + 1 FROM rules), ?, ?, ?)`,
    [checked.id, version, JSON.stringify(ruleDocument(checked))],
  )
  return { rule: checked, version }
}

/** Replaces the rule of the same id if it is still this version. */
export function updateRule(db: Database, rule: Rule, version: number): StoredRule {
  const checked = validated(ruleDocument(rule))
  expectVersion(db, checked.id, version)
  execute(db, 'UPDATE rules SET version = version + 1, rule = ? WHERE id = ?', [
    JSON.stringify(ruleDocument(checked)),
    checked.id,
  ])
  return { rule: checked, version: version + 1 }
}

/** Removes a rule if it is still this version. */
export function deleteRule(db: Database, id: string, version: number): void {
  expectVersion(db, id, version)
  execute(db, 'UPDATE rules SET rule = ? WHERE id = ?', [DELETED, id])
}

/** What stands where a rule was. */
const DELETED = ''

function find(db: Database, id: string): SqlRule | undefined {
  const [row] = rowsOf<SqlRule>(db, 'SELECT id, version, rule FROM rules WHERE id = ?', [id])
  return row
}

function expectVersion(db: Database, id: string, version: number): void {
  const row = find(db, id)
  if (row === undefined || row.rule === DELETED) {
    throw new AppError('not_found', `rule "${id}": there is no such rule of the console`)
  }
  if (row.version !== version) {
    throw new AppError(
      'conflict',
      `rule "${id}": it was changed meanwhile (version ${row.version}, not ${version}); read it again`,
    )
  }
}

function validated(document: unknown): Rule {
  const { rule, problems } = parseRule(document)
  if (rule !== undefined) return rule
  const words = problems.map(({ key, message }) => (key === '' ? message : `${key}: ${message}`))
  throw new AppError('invalid', `rule: ${words.join('; ')}`)
}
