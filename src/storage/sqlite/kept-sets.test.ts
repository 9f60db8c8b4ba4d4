/** Sets that are kept whole: whoever lists them sees what a store without them would show, whatever was committed meanwhile. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChangeOperation } from '../change-set.js';
import { createMemoryStore } from '../memory/memory-store.js';
import type { ListQuery, Store } from '../store.js';
import { changeSet, commit, key, listQuery, put, remove, TENANT, tenantRecord } from '../testing/samples.js';
import { testTypes } from '../testing/types.js';
import { compareKeys } from './kept-sets.js';
import { createSetCache, MOST_SIZE } from './set-cache.js';
import { openSqliteReader, openSqliteStore } from './sqlite-store.js';

let folder: string;
let path: string;
let sqlite: Store;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kept-'));
  path = join(folder, 'store.db');
  sqlite = await openSqliteStore({ path, types: testTypes });
  await sqlite.createTenant(tenantRecord(TENANT));
});
afterEach(async () => {
  await sqlite.close();
  rmSync(folder, { recursive: true, force: true });
});

const BY_NAME = {
  expression: {
    kind: 'member',
    source: { kind: 'variable', name: '$it' },
    name: 'name',
    cast: undefined,
    type: { kind: 'primitive', name: 'Edm.String' },
    collection: false,
    navigation: false,
  },
  descending: false,
} as const;

// Surrogates stand for characters above every other: the orders of JavaScript and of the database differ.
const PARENTS = ['', 'p', 'q', '\u{1f642}', '\uffee'];
const IDS = ['a', 'b', '\u{1f600}', '\uffef', 'é'];
const SETS = ['groups', 'users'];
const at = fc.record({ set: fc.constantFrom(...SETS), parent: fc.constantFrom(...PARENTS), id: fc.constantFrom(...IDS) });
const operation = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(at, fc.constantFrom('x', 'Y', 'z', null)).map(([one, name]): ChangeOperation => put(one, { name })) },
  { weight: 1, arbitrary: at.map((one): ChangeOperation => remove(one)) },
);
const query: fc.Arbitrary<ListQuery> = fc.record({
  set: fc.constantFrom(...SETS),
  parent: fc.oneof(fc.constant(undefined), fc.constantFrom(...PARENTS), fc.array(fc.constantFrom(...PARENTS), { maxLength: 4 })),
  filter: fc.constant(undefined),
  orderBy: fc.constantFrom([], [BY_NAME], [{ ...BY_NAME, descending: true }]),
  skip: fc.nat({ max: 3 }),
  limit: fc.constantFrom(undefined, 0, 1, 3),
  count: fc.boolean(),
});

describe('lists', () => {
  it('show what was committed last', async () => {
    let run = 0;
    const step = fc.oneof(
      fc.record({ commit: fc.array(operation, { minLength: 1, maxLength: 4 }) }),
      fc.record({ list: fc.array(query, { minLength: 1, maxLength: 3 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        run += 1;
        const tenant = `${TENANT.slice(0, 24)}${String(run).padStart(12, '0')}`;
        const memory = createMemoryStore({ types: testTypes });
        for (const store of [memory, sqlite]) await store.createTenant(tenantRecord(tenant));
        for (const one of steps) {
          if ('commit' in one) {
            for (const store of [memory, sqlite]) await store.commit(changeSet(one.commit, [], tenant));
            continue;
          }
          const asked = one.list.map((query) => Promise.all([sqlite.list(tenant, query), memory.list(tenant, query)]));
          for (const [found, expected] of await Promise.all(asked)) expect(found).toEqual(expected);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('in the order that was asked for before, with what has changed since', async () => {
    const memory = createMemoryStore({ types: testTypes });
    await memory.createTenant(tenantRecord(TENANT));
    const both = [memory, sqlite];
    const ask = async () => {
      for (const descending of [false, true]) {
        const query = listQuery({ parent: undefined, orderBy: [{ ...BY_NAME, descending }] });
        const [expected, found] = await Promise.all(both.map((store) => store.list(TENANT, query)));
        expect(found).toEqual(expected);
      }
    };
    const rows = PARENTS.flatMap((parent) => IDS.map((id) => ({ set: 'groups', parent, id })));
    for (const store of both) await commit(store, ...rows.map((row, at) => put(row, { name: ['x', 'Y', null][at % 3] })));
    await ask();
    for (const [at, row] of rows.entries()) {
      const change = at % 4 === 3 ? remove(row) : put(row, { name: ['Y', 'z', null, 'x'][at % 4] });
      for (const store of both) await commit(store, change);
      // Some states are never asked for.
      if (at % 3 !== 0) await ask();
    }
  });

  it('while commits go on', async () => {
    const names = Array.from({ length: 40 }, (_, n) => `n${String(n).padStart(2, '0')}`);
    const all = listQuery({ orderBy: [BY_NAME] });
    const seen: number[] = [];
    await Promise.all(
      names.map(async (name) => {
        await commit(sqlite, put(key(name), { name }));
        const { entities } = await sqlite.list(TENANT, all);
        const found = entities.map(({ id }) => id);
        expect(found).toContain(name);
        expect(found).toEqual([...found].sort());
        seen.push(found.length);
      }),
    );
    expect(Math.max(...seen)).toBe(names.length);
  });

  it.each([1, 400, 700])('after %i changes at once', async (changes) => {
    await commit(sqlite, put(key('before')));
    await sqlite.list(TENANT, listQuery());
    const ids = Array.from({ length: changes }, (_, n) => `c${String(n).padStart(4, '0')}`);
    await commit(sqlite, remove(key('before')), ...ids.map((id) => put(key(id))));
    expect((await sqlite.list(TENANT, listQuery())).entities.map(({ id }) => id)).toEqual(ids);
  });

  it('when a tenant is removed and made anew', async () => {
    await commit(sqlite, put(key('old')));
    expect((await sqlite.list(TENANT, listQuery())).entities).toHaveLength(1);
    await sqlite.deleteTenant(TENANT);
    expect((await sqlite.list(TENANT, listQuery())).entities).toEqual([]);
    await sqlite.createTenant(tenantRecord(TENANT));
    await commit(sqlite, put(key('new')));
    expect((await sqlite.list(TENANT, listQuery())).entities.map(({ id }) => id)).toEqual(['new']);
  });

  it('in another process beside the writer', async () => {
    await commit(sqlite, put(key('a')));
    const reader = await openSqliteReader({ path, types: testTypes });
    expect((await reader.list(TENANT, listQuery())).entities.map(({ version }) => version)).toEqual([1]);
    await commit(sqlite, put(key('a'), { name: 'x' }));
    expect((await reader.list(TENANT, listQuery())).entities.map(({ version }) => version)).toEqual([2]);
    await reader.close();
  });

  it('of a set that is too large to be kept, and is small again later', async () => {
    const long = 'x'.repeat(MOST_SIZE / 4);
    for (const id of ['a', 'b', 'c', 'd', 'e']) await commit(sqlite, put(key(id), { long }));
    const ids = async () => (await sqlite.list(TENANT, listQuery({ orderBy: [BY_NAME] }))).entities.map(({ id }) => id);
    expect(await ids()).toEqual(['a', 'b', 'c', 'd', 'e']);
    await commit(sqlite, remove(key('b')), remove(key('c')));
    expect(await ids()).toEqual(['a', 'd', 'e']);
    await commit(sqlite, put(key('c')));
    expect(await ids()).toEqual(['a', 'c', 'd', 'e']);
  });
});

describe('the cache', () => {
  const set = (sequence: number, size = 10) => ({ sequence, rows: [], size });

  it('never goes back', () => {
    const cache = createSetCache();
    cache.keep('a', set(5));
    cache.keep('a', set(4));
    expect(cache.get('a')?.sequence).toBe(5);
    cache.keep('a', set(6));
    expect(cache.get('a')?.sequence).toBe(6);
  });

  it('keeps what was asked for last', () => {
    const cache = createSetCache();
    for (const name of ['a', 'b', 'c']) cache.keep(name, set(1, MOST_SIZE));
    cache.get('a');
    cache.keep('d', set(1, MOST_SIZE));
    expect(['a', 'b', 'c', 'd'].filter((name) => cache.get(name) !== undefined)).toEqual(['a', 'c', 'd']);
    cache.keep('a', set(2, 0));
    cache.keep('e', set(1, MOST_SIZE / 2));
    expect(['a', 'c', 'd', 'e'].filter((name) => cache.get(name) !== undefined)).toEqual(['a', 'c', 'd', 'e']);
  });
});

it('keys are ordered as the database orders them', () => {
  expect(compareKeys({ parent: '\uffee', id: 'a' }, { parent: '\u{1f642}', id: 'a' })).toBeLessThan(0);
  expect(compareKeys({ parent: 'p', id: 'b' }, { parent: 'p', id: 'a' })).toBeGreaterThan(0);
});
