import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { VersionConflict } from '../change-set.js';
import { atVersion, key } from '../testing/samples.js';
import { loadSqlite, type SqliteDatabase } from './connection.js';
import { createWriteQueue, type WriteQueue } from './group-commit.js';

let directory: string;
let database: SqliteDatabase;
/** What the queue told the database, without the work of the writes themselves. */
let told: string[];
let refuseCommit: boolean;
let hooks: string[];
let queue: WriteQueue;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'queue-'));
  const real = (await loadSqlite())(join(directory, 'queue.db'), { readOnly: false });
  real.exec('PRAGMA journal_mode = WAL; CREATE TABLE notes (text TEXT NOT NULL UNIQUE)');
  told = [];
  hooks = [];
  refuseCommit = false;
  const tell = (sql: string) => {
    told.push(sql);
    if (sql === 'COMMIT' && refuseCommit) throw new Error('disk I/O error');
  };
  database = {
    prepare(sql) {
      const statement = real.prepare(sql);
      if (!/^(BEGIN|COMMIT|SAVEPOINT|RELEASE)/.test(sql)) return statement;
      const run = () => {
        tell(sql);
        return statement.run();
      };
      return { ...statement, run } as typeof statement;
    },
    close: () => real.close(),
    exec(sql) {
      tell(sql);
      real.exec(sql);
    },
  };
  queue = createWriteQueue(database, {
    beforeCommit: () => hooks.push('beforeCommit'),
    afterUndo: () => hooks.push('afterUndo'),
    afterLoss: () => hooks.push('afterLoss'),
  });
});
afterEach(() => {
  database.close();
  rmSync(directory, { recursive: true, force: true });
});

const note = (text: string) => () => Number(database.prepare('INSERT INTO notes (text) VALUES (?)').run(text).changes);
const notes = () => (database.prepare('SELECT text FROM notes ORDER BY text').all() as { text: string }[]).map(({ text }) => text);
const statuses = (results: readonly PromiseSettledResult<unknown>[]) =>
  results.map((result) => (result.status === 'fulfilled' ? 'kept' : (result.reason.kind ?? result.reason.name)));

it('shares one transaction and one COMMIT among the writes of one turn', async () => {
  const results = await Promise.all([note('a'), note('b'), note('c')].map((work) => queue.write(work)));
  expect(results).toEqual([1, 1, 1]);
  expect(told.filter((sql) => sql === 'COMMIT' || sql.startsWith('BEGIN'))).toEqual(['BEGIN IMMEDIATE', 'COMMIT']);
  await setImmediate();
  await queue.write(note('d'));
  expect(told.filter((sql) => sql === 'COMMIT')).toHaveLength(2);
  expect(hooks).toEqual(['beforeCommit', 'beforeCommit']);
});

it('carries a write out at once and tells so after the COMMIT', async () => {
  let settled = false;
  const written = queue.write(note('a')).then(() => {
    settled = true;
  });
  expect(notes()).toEqual(['a']);
  await Promise.resolve();
  expect(settled).toBe(false);
  queue.flush();
  await written;
});

it('undoes the write that fails, and no other', async () => {
  const conflict = new VersionConflict(atVersion(key('a'), 1));
  const results = await Promise.allSettled([
    queue.write(note('a')),
    queue.write(() => {
      note('half')();
      throw conflict;
    }),
    queue.write(() => {
      note('also half')();
      note('a')();
    }),
    queue.write(note('b')),
  ]);
  expect(statuses(results)).toEqual(['kept', 'VersionConflict', 'unavailable', 'kept']);
  expect(notes()).toEqual(['a', 'b']);
  expect(hooks).toEqual(['afterUndo', 'beforeCommit']);
});

it('tells every writer when the COMMIT fails, keeps none of them, and starts anew', async () => {
  await queue.write(note('before'));
  refuseCommit = true;
  const lost = await Promise.allSettled([queue.write(note('a')), queue.write(note('b'))]);
  expect(statuses(lost)).toEqual(['unavailable', 'unavailable']);
  expect(notes()).toEqual(['before']);
  expect(hooks).toEqual(['beforeCommit', 'beforeCommit', 'afterLoss']);
  refuseCommit = false;
  expect(await queue.write(note('a'))).toBe(1);
  expect(notes()).toEqual(['a', 'before']);
});

it('survives a full disk: the writes of that transaction are refused, later smaller ones kept', async () => {
  await queue.write(note('before'));
  database.exec('PRAGMA max_page_count = 40');
  const results = await Promise.allSettled([
    queue.write(note('small')),
    queue.write(note('x'.repeat(1_000_000))),
    queue.write(note('late')),
  ]);
  expect(statuses(results)[1]).toBe('unavailable');
  const kept = ['small', 'late'].filter((_, index) => results[index * 2]?.status === 'fulfilled');
  expect(notes()).toEqual(['before', ...kept].sort());
  expect(await queue.write(note('after'))).toBe(1);
  expect(notes()).toContain('after');
});

it('tells every writer when the transaction vanishes under them', async () => {
  const results = await Promise.allSettled([
    queue.write(note('a')),
    // What SQLite does by itself on some failures of the disk.
    queue.write(() => database.exec('ROLLBACK')),
    queue.write(note('b')),
  ]);
  expect(statuses(results)).toEqual(['unavailable', 'unavailable', 'kept']);
  expect(notes()).toEqual(['b']);
});
