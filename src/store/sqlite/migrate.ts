/**
 * Brings a database to the schema of this program: the files of `migrations/sqlite`, in order, one
 * transaction each, never edited once released. A database that is newer, or made by other files of the
 * same name, is refused and left alone.
 */

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { AppError } from '../../core/errors.ts'
import type { Database } from './database.ts'

/** One step of the schema. */
export interface Migration {
  readonly version: number
  readonly name: string
  readonly sql: string
  readonly sha256: string
}

const FOLDER = fileURLToPath(new URL('../../../migrations/sqlite/', import.meta.url))

/** The migrations of a folder, by default this program's, in order. */
export function readMigrations(folder: string = FOLDER): readonly Migration[] {
  return readdirSync(folder)
    .filter((name) => /^\d{4}-.+\.sql$/.test(name))
    .sort()
    .map((name) => {
      const sql = readFileSync(`${folder}/${name}`, 'utf8')
      const sha256 = createHash('sha256').update(sql).digest('hex')
      return { version: Number(name.slice(0, 4)), name, sql, sha256 }
    })
}

/** Throws `conflict` or `invalid` on a database that this program must not touch; changes nothing. */
export function expectOurs(
  db: Database,
  migrations: readonly Migration[] = readMigrations(),
): void {
  if (checkApplied(db, migrations) === undefined) refuseForeign(db)
}

/** Applies what is missing to a database that is ours. */
export function migrate(db: Database, migrations: readonly Migration[] = readMigrations()): void {
  const applied = checkApplied(db, migrations)
  db.transaction(() => {
    db.exec(`CREATE TABLE IF NOT EXISTS schema_migrations (
      version INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      applied_at INTEGER NOT NULL
    ) STRICT`)
  }).immediate()
  for (const migration of migrations.slice(applied ?? 0)) {
    db.transaction(() => {
      db.exec(migration.sql)
      db.prepare(
        'INSERT INTO schema_migrations (version, name, sha256, applied_at) VALUES (?, ?, ?, ?)',
      ).run(migration.version, migration.name, migration.sha256, Date.now())
    }).immediate()
  }
}

/** Throws `conflict` or `invalid` unless the database at `path` has exactly this program's schema. */
export function expectCurrentSchema(
  db: Database,
  path: string,
  migrations: readonly Migration[] = readMigrations(),
): void {
  const applied = checkApplied(db, migrations, path)
  if (applied === migrations.length) return
  if (applied === undefined) {
    refuseForeign(db, path)
    throw new AppError('invalid', `${path}: it is empty; start "shadowdiff run" with it once`)
  }
  // A reader changes nothing, and the file may be somebody's only copy.
  throw new AppError(
    'conflict',
    `${path}: it was made by an older shadowdiff; start "shadowdiff run" with it once, or make a copy with ` +
      `"shadowdiff backup": both bring it up to date`,
  )
}

/** How many migrations the database has; `undefined` when it has none of ours. */
function checkApplied(
  db: Database,
  migrations: readonly Migration[],
  path = db.name,
): number | undefined {
  const known = db
    .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'")
    .get()
  if (known === undefined) return undefined
  const applied = db
    .prepare('SELECT version, name, sha256 FROM schema_migrations ORDER BY version')
    .all() as { version: number; name: string; sha256: string }[]
  for (const [index, { version, name, sha256 }] of applied.entries()) {
    const ours = migrations[index]
    if (ours === undefined) {
      throw new AppError(
        'conflict',
        `${path}: it was made by a newer shadowdiff (${name}); update this one, or name another file with --db`,
      )
    }
    if (ours.version !== version || ours.sha256 !== sha256) {
      throw new AppError(
        'conflict',
        `${path}: its migration ${name} is not the one of this shadowdiff; use the program that made it, or name another file with --db`,
      )
    }
  }
  return applied.length
}

/** A file of somebody else, or one that is still being made. */
function refuseForeign(db: Database, path = db.name): void {
  const tables = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()
  if (tables === 0) return
  throw new AppError(
    'invalid',
    `${path}: it is a database of another program; name another file with --db`,
  )
}
