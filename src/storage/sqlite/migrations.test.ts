import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StorageError } from '../storage-error.js';
import { atVersion, changeSet, commit, key, put, TENANT, tenantRecord } from '../testing/samples.js';
import { testTypes } from '../testing/types.js';
import { loadSqlite, type OpenDatabase, type SqliteDatabase } from './connection.js';
import { assertCurrent, MIGRATIONS, type Migration, migrate } from './migrations.js';
import { FIRST_SCHEMA, SET_ROWS } from './schema.js';
import { openSqliteReader, openSqliteStore } from './sqlite-store.js';

let directory: string;
let path: string;
let open: OpenDatabase;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'migrations-'));
  path = join(directory, 'store.db');
  open = await loadSqlite();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function withDatabase<T>(work: (database: SqliteDatabase) => T): T {
  const database = open(path, { readOnly: false });
  try {
    return work(database);
  } finally {
    database.close();
  }
}

const version = (database: SqliteDatabase) => (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
const rows = (database: SqliteDatabase, sql: string) => (database.prepare(sql).all() as object[]).map((row) => Object.values(row));

/** Databases as each earlier schema version left them, by that version. One entry per migration. */
const EARLIER: readonly ((database: SqliteDatabase) => void)[] = [
  () => {},
  (database) => {
    database.exec(`${FIRST_SCHEMA}
      INSERT INTO tenants (key, id, name, created_at, sequence) VALUES (1, 'old', 'Old', '2026-01-01T00:00:00Z', 2);
      INSERT INTO names (key, text) VALUES (1, 'groups'), (2, 'group');
      INSERT INTO entities (key, tenant, entity_set, parent, id, type, version, recorded, json)
        VALUES (${SET_ROWS + 1}, 1, 1, '', 'a', 2, 2, 1, '{"id":"a","n":2}');
      INSERT INTO changes (tenant, sequence, ordinal, kind, at, actor, entity_set, parent, id, type, before, after) VALUES
        (1, 1, 0, 0, '2026-01-01T00:00:00Z', '{}', 1, '', 'a', 2, NULL, '{"id":"a","n":1}'),
        (1, 2, 0, 0, '2026-01-02T00:00:00Z', '{}', 1, '', 'a', 2, '{"id":"a","n":1}', '{"id":"a","n":2}');
      PRAGMA application_id = 0x4d757374; PRAGMA user_version = 1`);
  },
];

describe('the migrations of this release', () => {
  it('have a fixture for each version before the current one', () => {
    expect(EARLIER).toHaveLength(MIGRATIONS.length);
  });

  it.each(EARLIER.map((make, from) => [from, make] as const))('bring version %i to the current one', async (_from, make) => {
    withDatabase(make);
    const store = await openSqliteStore({ path, types: testTypes });
    await store.createTenant(tenantRecord(TENANT));
    expect(await commit(store, put(key('a')))).toBe(1);
    await store.close();
    expect(withDatabase(version)).toBe(MIGRATIONS.length);
  });

  it('keep what version 1 holds, and go on from it', async () => {
    withDatabase(EARLIER[1]!);
    const store = await openSqliteStore({ path, types: testTypes });
    await store.commit({ ...changeSet([put(key('a'), { n: 3 }), put(key('b'))], [atVersion(key('a'), 2)]), tenant: 'old' });
    expect((await store.changesSince('old', 0, 10)).map(({ before, after }) => [before, after])).toEqual([
      [undefined, '{"id":"a","n":1}'],
      ['{"id":"a","n":1}', '{"id":"a","n":2}'],
      ['{"id":"a","n":2}', '{"id":"a","n":3}'],
      [undefined, '{"id":"b"}'],
    ]);
    await store.close();
  });

  it('do nothing to a current database', async () => {
    for (let times = 0; times < 2; times += 1) await (await openSqliteStore({ path, types: testTypes })).close();
    const schema = () => withDatabase((database) => rows(database, 'SELECT name, sql FROM sqlite_schema ORDER BY name'));
    const before = schema();
    await (await openSqliteStore({ path, types: testTypes })).close();
    expect(schema()).toEqual(before);
  });
});

describe('migrate', () => {
  const first: Migration = { name: 'first', up: (database) => database.exec('CREATE TABLE notes (text TEXT)') };
  const second: Migration = {
    name: 'second',
    up: (database) => database.exec("ALTER TABLE notes ADD COLUMN stars INTEGER DEFAULT 3; UPDATE notes SET text = text || '!'"),
  };
  const broken: Migration = {
    name: 'broken',
    up(database) {
      database.exec('DELETE FROM notes');
      database.exec('INSERT INTO nowhere VALUES (1)');
    },
  };

  it('carries out only the steps a database has not had, and keeps its rows', () => {
    withDatabase((database) => {
      migrate(database, [first]);
      database.exec("INSERT INTO notes VALUES ('kept')");
      migrate(database, [first, second]);
      migrate(database, [first, second]);
      expect(rows(database, 'SELECT * FROM notes')).toEqual([['kept!', 3]]);
      expect(version(database)).toBe(2);
    });
  });

  it('leaves a database as it was before the step that fails', () => {
    withDatabase((database) => {
      migrate(database, [first]);
      database.exec("INSERT INTO notes VALUES ('kept')");
      expect(() => migrate(database, [first, second, broken])).toThrow(/step 3, broken/);
      expect(rows(database, 'SELECT * FROM notes')).toEqual([['kept!', 3]]);
      expect(version(database)).toBe(2);
      migrate(database, [first, second, first].slice(0, 2));
      database.exec('BEGIN; COMMIT');
    });
  });

  it('makes connections that only read ask for the server', () => {
    withDatabase((database) => {
      migrate(database, [first]);
      expect(() => assertCurrent(database, [first])).not.toThrow();
      expect(() => assertCurrent(database, [first, second])).toThrow(expect.objectContaining({ fault: 'older' }));
    });
  });
});

describe('a database that is not for this program', () => {
  async function refusals(): Promise<unknown[]> {
    const attempts = [openSqliteStore, openSqliteReader].map((opening) =>
      opening({ path, types: testTypes }).catch((error: unknown) => error),
    );
    return Promise.all(attempts);
  }

  it('is refused when a later release wrote it, and left alone', async () => {
    await (await openSqliteStore({ path, types: testTypes })).close();
    withDatabase((database) => database.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`));
    for (const refusal of await refusals()) {
      expect(refusal).toBeInstanceOf(StorageError);
      expect(refusal).toMatchObject({ fault: 'newer', message: expect.stringContaining(`schema version ${MIGRATIONS.length + 1}`) });
    }
    expect(withDatabase(version)).toBe(MIGRATIONS.length + 1);
  });

  it('is refused when another program wrote it, and left alone', async () => {
    withDatabase((database) => database.exec('CREATE TABLE theirs (x); PRAGMA user_version = 1'));
    for (const refusal of await refusals()) expect(refusal).toMatchObject({ fault: 'foreign' });
    expect(withDatabase((database) => rows(database, 'SELECT name FROM sqlite_schema'))).toEqual([['theirs']]);
    expect(withDatabase((database) => rows(database, 'PRAGMA journal_mode'))).toEqual([['delete']]);
  });
});
