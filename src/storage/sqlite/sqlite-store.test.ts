import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { framedText } from '../../kernel/framed-text.js';
import { FramedPut, VersionConflict } from '../change-set.js';
import { StorageError } from '../storage-error.js';
import { storeContract } from '../testing/contract.js';
import { atVersion, changeSet, commit, key, listIds, listQuery, put, TENANT, tenantRecord } from '../testing/samples.js';
import { testTypes } from '../testing/types.js';
import { loadSqlite } from './connection.js';
import { openSqliteReader, openSqliteStore } from './sqlite-store.js';

storeContract('the SQLite store', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'store-'));
  const options = { path: join(directory, 'store.db'), types: testTypes };
  let store = await openSqliteStore(options);
  return {
    store,
    async reopen() {
      await store.close();
      store = await openSqliteStore(options);
      return store;
    },
    async dispose() {
      await store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
});

describe('the SQLite store', () => {
  let directory: string;
  let path: string;
  const open = () => openSqliteStore({ path, types: testTypes });

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'store-'));
    path = join(directory, 'data', 'store.db');
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it.skipIf(process.platform === 'win32')('keeps its files for the owner alone', async () => {
    const store = await open();
    await store.createTenant(tenantRecord(TENANT));
    const mode = (file: string) => statSync(file).mode & 0o777;
    expect(mode(join(directory, 'data'))).toBe(0o700);
    const files = readdirSync(join(directory, 'data')).filter((file) => /store\.db(-wal|-shm)?$/.test(file));
    expect(files.sort()).toEqual(['store.db', 'store.db-shm', 'store.db-wal']);
    expect(files.map((file) => mode(join(directory, 'data', file)))).toEqual([0o600, 0o600, 0o600]);
    await store.close();
  });

  it('is opened by one writer at a time, whose process the refusal names', async () => {
    const store = await open();
    const refusal = await open().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StorageError);
    expect(refusal).toMatchObject({ fault: 'inUse', message: expect.stringContaining(`is in use by process ${process.pid}.`) });
    await store.createTenant(tenantRecord(TENANT));
    await commit(store, put(key('still works')));
    await store.close();
    const again = await open();
    expect(await listIds(again)).toEqual(['still works']);
    await again.close();
  });

  it('takes no notice of what a killed process left to say it was there', async () => {
    await (await open()).close();
    writeFileSync(`${path}.pid`, '1\n');
    const store = await open();
    expect(readFileSync(`${path}.pid`, 'utf8')).toBe(`${process.pid}\n`);
    await store.close();
    expect(readdirSync(join(directory, 'data'))).not.toContain('store.db.pid');
  });

  it('is whole in its one file once closed', async () => {
    const store = await open();
    await store.createTenant(tenantRecord(TENANT));
    await commit(store, put(key('a')));
    expect(await listIds(store, { count: true })).toEqual(['a']);
    await store.close();
    path = join(directory, 'copy.db');
    copyFileSync(join(directory, 'data', 'store.db'), path);
    const copy = await open();
    expect(await listIds(copy)).toEqual(['a']);
    await copy.close();
  });

  it('is read by others while it is written, and after', async () => {
    const store = await open();
    await store.createTenant(tenantRecord(TENANT));
    const reader = await openSqliteReader({ path, types: testTypes });
    expect(await listIds(reader)).toEqual([]);
    await commit(store, put(key('a')));
    expect(await listIds(reader)).toEqual(['a']);
    await store.close();
    expect(await listIds(reader)).toEqual(['a']);
    await reader.close();
    const later = await openSqliteReader({ path, types: testTypes });
    expect(await later.read(TENANT, [key('a')])).toMatchObject([{ version: 1 }]);
    expect(await later.tenants()).toEqual([tenantRecord(TENANT)]);
    await later.close();
    await expect(later.tenants()).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it.each<[string, string | undefined, string]>([
    ['is missing', undefined, 'unreadable'],
    ['is no database', 'This is a text file, long enough to be looked at as a page header.'.repeat(20), 'unreadable'],
  ])('refuses a reader where the file %s', async (_name, content, fault) => {
    path = join(directory, 'file');
    if (content !== undefined) writeFileSync(path, content);
    await expect(openSqliteReader({ path, types: testTypes })).rejects.toMatchObject({ fault });
  });

  it('leaves a file alone that is no database, and can be opened elsewhere afterwards', async () => {
    path = join(directory, 'file');
    const content = 'This is a text file, long enough to be looked at as a page header.'.repeat(20);
    writeFileSync(path, content);
    await expect(open()).rejects.toMatchObject({ fault: 'unreadable' });
    expect(readFileSync(path, 'utf8')).toBe(content);
    rmSync(path);
    await (await open()).close();
  });

  it('refuses a directory that cannot be made', async () => {
    writeFileSync(join(directory, 'data'), '');
    await expect(open()).rejects.toMatchObject({ fault: 'unreadable' });
  });

  it('tells every writer when the database cannot keep a transaction, and goes on when it can again', async () => {
    const store = await open();
    await store.createTenant(tenantRecord(TENANT));
    await commit(store, put(key('kept'), { n: 1 }));
    const blocker = (await loadSqlite())(path, { readOnly: false });
    // Another program that breaks the rule of one writer: the store cannot begin its transaction.
    blocker.exec('BEGIN IMMEDIATE');
    const results = await Promise.allSettled([commit(store, put(key('kept'), { n: 2 })), commit(store, put(key('b')))]);
    expect(results.map((result) => result.status === 'rejected' && result.reason.kind)).toEqual(['unavailable', 'unavailable']);
    blocker.exec('ROLLBACK');
    blocker.close();
    expect(await store.pending.read(TENANT, [key('kept'), key('b')])).toMatchObject([{ version: 1 }, undefined]);
    expect(await commit(store, put(key('kept'), { n: 3 }))).toBe(2);
    await store.close();
  });

  it('keeps the frame of framed texts once, and none that was undone', async () => {
    let store = await open();
    await store.createTenant(tenantRecord(TENANT));
    await commit(store, put(key('taken')));
    const frame = { text: `{"id":null,"filler":"${'x'.repeat(2000)}"}`, ends: [6, 10] };
    const framed = (id: string) => new FramedPut(key(id), 'group', framedText(frame, [JSON.stringify(id)]));
    const many = (from: number) => Array.from({ length: 200 }, (_, n) => framed(`x${from + n}`));
    const refused = store.commit(changeSet([...many(0), put(key('taken'))], [atVersion(key('taken'), 0)]));
    await expect(refused).rejects.toBeInstanceOf(VersionConflict);
    await store.commit(changeSet([framed('first'), ...many(0)], []));
    await store.close();
    store = await open();
    await store.commit(changeSet(many(200)));
    await commit(store, put(key('x7'), { whole: true }));
    const text = (id: string) => frame.text.replace('null', `"${id}"`);
    const { entities } = await store.list(TENANT, listQuery());
    expect(entities.filter(({ id }) => id.startsWith('x') && id !== 'x7').every(({ id, json }) => json === text(id))).toBe(true);
    expect(entities).toHaveLength(402);
    expect((await store.read(TENANT, [key('first')]))[0]?.json).toBe(text('first'));
    expect((await store.changesSince(TENANT, 3, 10)).map(({ before, after }) => [before, after])).toEqual([
      [text('x7'), '{"id":"x7","whole":true}'],
    ]);
    await store.close();
    expect(statSync(path).size).toBeLessThan(402 * 1000);
    const reader = (await loadSqlite())(path, { readOnly: true });
    expect(reader.prepare('SELECT count(*) AS frames FROM frames').get()).toEqual({ frames: 1 });
    reader.close();
  });

  it('gives up long lists when it closes', async () => {
    const store = await open();
    await store.createTenant(tenantRecord(TENANT));
    await store.commit(changeSet(Array.from({ length: 30_000 }, (_, n) => put(key(String(n)), { filler: 'x'.repeat(300) }))));
    const list = store.list(TENANT, listQuery({ count: true }));
    const outcome = list.then(
      ({ total }) => total,
      (error: { kind: string }) => error.kind,
    );
    await store.close();
    expect([30_000, 'unavailable']).toContain(await outcome);
  });
});
