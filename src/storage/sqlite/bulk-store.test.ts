import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GraphError } from '../../kernel/errors.js';
import { VersionConflict } from '../change-set.js';
import type { Link } from '../store.js';
import { atVersion, changeSet, commit, key, put, TENANT, tenantRecord } from '../testing/samples.js';
import { testTypes } from '../testing/types.js';
import { type BulkStore, openSqliteBulkStore } from './sqlite-store.js';
import { seenElsewhere } from './testing/seen-elsewhere.js';

let directory: string;
let path: string;
let store: BulkStore;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'bulk-'));
  path = join(directory, 'store.db');
  store = await openSqliteBulkStore({ path, types: testTypes });
  await store.createTenant(tenantRecord(TENANT));
  await store.settle();
});
afterEach(async () => {
  await store.close().catch(() => undefined);
  rmSync(directory, { recursive: true, force: true });
});

const durable = (...ids: readonly string[]) => seenElsewhere(path, ids);

describe('a store for one who has much to write', () => {
  it('shows what is committed to whoever decides, and keeps it when it settles', async () => {
    await commit(store, put(key('a')));
    expect(await store.pending.versions(TENANT, [key('a')])).toEqual([1]);
    expect(await durable('a')).toEqual([false]);
    await store.settle();
    expect(await durable('a')).toEqual([true]);
  });

  it('settles before anything is read plainly, and when it is closed', async () => {
    await commit(store, put(key('a')));
    expect(await store.read(TENANT, [key('a')])).toMatchObject([{ version: 1 }]);
    expect(await durable('a')).toEqual([true]);
    await commit(store, put(key('b')));
    await store.close();
    expect(await durable('b')).toEqual([true]);
  });

  it('leaves the others alone when one is refused before it has written', async () => {
    await commit(store, put(key('a')));
    const conflict = store.commit(changeSet([put(key('b'))], [atVersion(key('a'), 7)]));
    await expect(conflict).rejects.toBeInstanceOf(VersionConflict);
    await expect(commit(store, put(key('NUL \0')))).rejects.toBeInstanceOf(GraphError);
    await store.settle();
    expect(await durable('a', 'b')).toEqual([true, false]);
  });

  it('says so when one that fails half-way has taken the others with it, and goes on', async () => {
    const many = Array.from({ length: 200 }, (_, n) => key(`n${n}`));
    await commit(store, put(key('n150')));
    await store.settle();
    await commit(store, put(key('lost')));
    // What is expected not to exist is found to exist when it is written, as the last of many.
    const late = store.commit(
      changeSet(
        many.map((one) => put(one)),
        many.map((one) => atVersion(one, 0)),
      ),
    );
    await expect(late).rejects.toBeInstanceOf(VersionConflict);
    await expect(store.settle()).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await durable('n150', 'n0', 'lost')).toEqual([true, false, false]);
    await commit(store, put(key('after')));
    await store.settle();
    expect(await durable('after')).toEqual([true]);
  });
});

describe('many links at once', () => {
  const link = (n: number): Link => ({ kind: 'members', from: `g${n % 7}`, to: `u${n}`, toSet: 'users' });
  const laid = (numbers: readonly number[]) => numbers.map((n) => ({ kind: 'link', link: link(n) }) as const);
  const all = Array.from({ length: 350 }, (_, n) => n);

  it.each([
    ['none exists', []],
    ['the first exists', [0]],
    ['one in the middle exists', [123]],
    ['the last exists', [349]],
    ['many exist', all.filter((n) => n % 3 === 0)],
    ['all exist', all],
  ])('where %s, those that are new are recorded, in order', async (_, before) => {
    if (before.length > 0) await commit(store, ...laid(before));
    await store.settle();
    const sequence = await store.commit(changeSet([]));
    await commit(store, ...laid(all), ...laid([5, 6]));
    const recorded = (await store.changesSince(TENANT, sequence, 10)).map((change) => change.link?.to);
    expect(recorded).toEqual(all.filter((n) => !before.includes(n)).map((n) => `u${n}`));
    expect((await store.links(TENANT, { kind: 'members', from: 'g0' })).length).toBe(50);
  });
});
