/**
 * Numbered migrations. `PRAGMA user_version` says how many a database has had, `PRAGMA application_id` that it is ours.
 *
 * To add one: append an entry to MIGRATIONS that brings the tables from the state before it to the new one, and never edit an entry that
 * a release has carried out on somebody's data. Add to migrations.test.ts a database as the release before left it.
 */
import { StorageError } from '../storage-error.js';
import type { SqliteDatabase } from './connection.js';
import { FIRST_SCHEMA, SHORT_TEXTS_SCHEMA } from './schema.js';

export interface Migration {
  /** What it does, for the error when it fails. */
  readonly name: string;
  up(database: SqliteDatabase): void;
}

export const MIGRATIONS: readonly Migration[] = [
  { name: 'tenants, entities, links and changes', up: (database) => database.exec(FIRST_SCHEMA) },
  { name: 'first texts and frames held once', up: (database) => database.exec(SHORT_TEXTS_SCHEMA) },
];

/** 'Must' in ASCII. */
const APPLICATION_ID = 0x4d757374;

/**
 * Bring a database up to date, each step in a transaction of its own: a step that fails leaves the database as it was before that step.
 * @throws StorageError newer, foreign, unreadable
 */
export function migrate(database: SqliteDatabase, migrations: readonly Migration[] = MIGRATIONS): void {
  const version = checkedVersion(database, migrations.length);
  for (const [done, migration] of migrations.entries()) {
    if (done < version) continue;
    database.exec('BEGIN IMMEDIATE');
    try {
      migration.up(database);
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${done + 1}; COMMIT`);
    } catch (cause) {
      rollBack(database);
      throw new StorageError('unreadable', `The database could not be brought up to date (step ${done + 1}, ${migration.name}): ${cause}`, {
        cause,
      });
    }
  }
}

/**
 * For connections that cannot write: the database must already be at the program's version.
 * @throws StorageError newer, older, foreign
 */
export function assertCurrent(database: SqliteDatabase, migrations: readonly Migration[] = MIGRATIONS): void {
  const version = checkedVersion(database, migrations.length);
  if (version < migrations.length) {
    throw new StorageError(
      'older',
      `The database has schema version ${version}, this program needs ${migrations.length}. Start the server once to bring it up to date.`,
    );
  }
}

function checkedVersion(database: SqliteDatabase, known: number): number {
  const version = pragma(database, 'user_version');
  const application = pragma(database, 'application_id');
  const fresh = version === 0 && application === 0 && countTables(database) === 0;
  if (!fresh && application !== APPLICATION_ID) throw new StorageError('foreign', 'The database file belongs to another program.');
  if (version > known) {
    throw new StorageError(
      'newer',
      `The database has schema version ${version}, this program knows versions up to ${known}. Use the release that wrote it, or a later one.`,
    );
  }
  return version;
}

function pragma(database: SqliteDatabase, name: 'user_version' | 'application_id'): number {
  return Number((database.prepare(`PRAGMA ${name}`).get() as Record<string, unknown>)[name]);
}

function countTables(database: SqliteDatabase): number {
  return Number((database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get() as { tables: unknown }).tables);
}

function rollBack(database: SqliteDatabase): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // Some errors make SQLite roll back by itself; then there is nothing left to do.
  }
}
