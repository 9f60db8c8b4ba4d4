import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChangeOperation, type ChangeSet, type Expectation, VersionConflict } from '../../storage/change-set.js';
import { createMemoryStore } from '../../storage/memory/memory-store.js';
import type { EntityKey, Link, ListQuery, Reader, Store } from '../../storage/store.js';
import {
  ascending,
  binary,
  changeSet,
  commit,
  descending,
  key,
  listIds,
  listQuery,
  membership,
  number,
  OTHER_TENANT,
  property,
  put,
  remove,
  TENANT,
  tenantRecord,
} from '../../storage/testing/samples.js';
import { testTypes } from '../../storage/testing/types.js';
import { createOverlay } from './overlay.js';

async function openStore(): Promise<Store> {
  const store = createMemoryStore({ types: testTypes });
  for (const tenant of [TENANT, OTHER_TENANT]) await store.createTenant(tenantRecord(tenant));
  return store;
}

const anyKey: fc.Arbitrary<EntityKey> = fc.record({
  set: fc.constantFrom('groups', 'groups/kept'),
  parent: fc.constantFrom('', 'p'),
  id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', '😀', '\uffff'),
});
const anyLink: fc.Arbitrary<Link> = fc.record({
  kind: fc.constantFrom('members', 'owners'),
  from: fc.constantFrom('g', 'h'),
  to: fc.constantFrom('u', 'v', 'w'),
  toSet: fc.constant('users'),
});
const anyPut = (recorded: fc.Arbitrary<boolean>): fc.Arbitrary<ChangeOperation> =>
  fc.record({
    kind: fc.constant('put' as const),
    key: anyKey,
    type: fc.constantFrom('group', 'dynamicGroup'),
    json: fc.record({ n: fc.nat(3), name: fc.constantFrom('x', 'X', 'y') }).map((value) => JSON.stringify(value)),
    recorded,
  });
const anyOperation = (recorded: fc.Arbitrary<boolean>): fc.Arbitrary<ChangeOperation> =>
  fc.oneof(
    { weight: 3, arbitrary: anyPut(recorded) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), key: anyKey, recorded }) },
    fc.record({ kind: fc.constant('link' as const), link: anyLink }),
    fc.record({ kind: fc.constant('unlink' as const), link: anyLink }),
  );
const anyExpectation: fc.Arbitrary<Expectation> = fc.oneof(
  fc.record({ kind: fc.constant('version' as const), key: anyKey, version: fc.nat(2) }),
  fc.record({ kind: fc.constant('link' as const), link: anyLink, exists: fc.boolean() }),
);
const anyChanges = fc
  .record({
    expect: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(anyExpectation, { maxLength: 2 }) }),
    operations: fc.array(anyOperation(fc.boolean()), { maxLength: 8, size: 'max' }),
  })
  .map(({ expect, operations }): ChangeSet => changeSet(operations, expect));

const n = property('n', 'Edm.Int32');
const anyQuery: fc.Arbitrary<ListQuery> = fc.record({
  set: fc.constantFrom('groups', 'groups/kept'),
  parent: fc.constantFrom(undefined, '', 'p'),
  filter: fc.constantFrom(undefined, binary('gt', n, number(1)), binary('le', n, number(2))),
  orderBy: fc.constantFrom([], [ascending(n)], [descending(property('name'))], [ascending(property('name')), descending(n)]),
  skip: fc.nat(9),
  limit: fc.option(fc.nat(6), { nil: undefined }),
  count: fc.boolean(),
});

async function everything(reader: Reader): Promise<unknown> {
  const ends = await Promise.all(
    ['members', 'owners'].flatMap((kind) => [
      ...['g', 'h'].map((from) => reader.links(TENANT, { kind, from })),
      ...['u', 'v', 'w'].map((to) => reader.links(TENANT, { kind, to })),
      reader.links(TENANT, { kind, from: 'g', to: 'v' }),
    ]),
  );
  const lists = await Promise.all(['groups', 'groups/kept'].map((set) => reader.list(TENANT, listQuery({ set }))));
  return {
    ends,
    lists,
    read: await reader.read(
      TENANT,
      lists
        .flatMap(({ entities }) => entities)
        .concat([])
        .reverse(),
    ),
  };
}

async function outcomeOf<T>(work: Promise<T>): Promise<T | 'refused'> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof VersionConflict) return 'refused';
    throw error;
  }
}

describe('an overlay', () => {
  it('shows what the store would show after the commits, and gives the records the store would write', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(anyPut(fc.constant(true)), anyOperation(fc.constant(true))), { minLength: 4, maxLength: 40, size: 'max' }),
        fc.array(anyChanges, { minLength: 1, maxLength: 4 }),
        fc.array(anyQuery, { minLength: 4, maxLength: 12, size: 'max' }),
        async (standing, steps, queries) => {
          const [real, base] = [await openStore(), await openStore()];
          for (const store of [real, base]) await commit(store, ...standing);
          const untouched = await everything(base);
          const overlay = createOverlay(base, TENANT, testTypes);
          for (const step of steps) {
            const sequence = await real.commit(changeSet([]));
            const committed = await outcomeOf(real.commit(step));
            const expected = committed === 'refused' ? committed : await real.changesSince(TENANT, sequence, 10);
            const records = await outcomeOf(overlay.apply(step));
            const bare =
              records === 'refused'
                ? records
                : records.map((record, at) => ({ ...record, sequence: (expected[at] as { sequence: number }).sequence }));
            expect(bare).toEqual(expected);
            expect(await everything(overlay)).toEqual(await everything(real));
            for (const query of queries) expect(await overlay.list(TENANT, query)).toEqual(await real.list(TENANT, query));
          }
          expect(await everything(base)).toEqual(untouched);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('asks for little of a large set when a page is wanted', async () => {
    const base = await openStore();
    await commit(base, ...Array.from({ length: 500 }, (_, at) => put(key(`g${String(at).padStart(3, '0')}`), { n: at })));
    const asked: ListQuery[] = [];
    const spy: Reader = {
      ...base,
      list(tenant, query) {
        asked.push(query);
        return base.list(tenant, query);
      },
    };
    const overlay = createOverlay(spy, TENANT, testTypes);
    await overlay.apply(changeSet([put(key('a'), { n: -1 }), remove(key('g100')), put(key('g200'), { n: 9000 })]));
    expect(await listIds(overlay, { skip: 99, limit: 3 })).toEqual(['g098', 'g099', 'g101']);
    expect(await listIds(overlay, { skip: 497, limit: 10 })).toEqual(['g497', 'g498', 'g499']);
    expect(await listIds(overlay, { orderBy: [descending(n)], limit: 2 })).toEqual(['g200', 'g499']);
    expect(await overlay.list(TENANT, listQuery({ limit: 0, count: true }))).toEqual({ entities: [], more: true, total: 500 });
    for (const { limit } of asked) expect(limit).toBeLessThan(25);
    expect(asked[1]?.skip).toBe(495);
  });

  it('leaves other tenants, sets and parents to what lies below', async () => {
    const base = await openStore();
    await base.commit(changeSet([put(key('theirs'))], [], OTHER_TENANT));
    const overlay = createOverlay(base, TENANT, testTypes);
    await overlay.apply(changeSet([put(key('mine')), { kind: 'link', link: membership('mine', 'u') }]));
    expect(await listIds(overlay, {}, OTHER_TENANT)).toEqual(['theirs']);
    expect(await overlay.read(OTHER_TENANT, [key('mine')])).toEqual([undefined]);
    expect(await overlay.links(OTHER_TENANT, { kind: 'members', from: 'mine' })).toEqual([]);
    expect(overlay.touches(new Set(['groups']), new Set())).toBe(true);
    expect(overlay.touches(new Set(['users']), new Set(['owners']))).toBe(false);
  });

  it('knows which changes below it rests on', async () => {
    const base = await openStore();
    const overlay = createOverlay(base, TENANT, testTypes);
    const link = membership('g', 'u');
    await overlay.apply(changeSet([put(key('g'))], [{ kind: 'link', link, exists: false }]));
    await commit(base, put(key('g')), put(key('h')), { kind: 'link', link }, { kind: 'link', link: membership('g', 'v') });
    const changes = await base.changesSince(TENANT, 0, 10);
    expect(changes.map((change) => overlay.restsOn(change))).toEqual([true, false, true, false]);
  });
});
