import { beforeEach, describe, expect, it } from 'vitest';
import type { Expression } from '../../query/expression.js';
import type { ListQuery } from '../store.js';
import type { Subject } from './contract.js';
import {
  ascending,
  binary,
  changeSet,
  commit,
  descending,
  key,
  listIds,
  listQuery,
  number,
  OTHER_TENANT,
  ofType,
  property,
  put,
  remove,
  TENANT,
  text,
} from './samples.js';
import { DYNAMIC_GROUP, GROUP, USER } from './types.js';

const name = property('displayName');
const rank = property('rank', 'Edm.Int32');

/** A member that only one of the types has: null for the others. */
const dynamicRank = property('rank', 'Edm.Int32', DYNAMIC_GROUP);

/** id, parent, displayName, rank, type; in no order. */
const ROWS: readonly [string, string, string, number, string][] = [
  ['c', '', 'cherry', 1, 'group'],
  ['a', '', 'apple', 3, 'dynamicGroup'],
  ['e', 'p', 'apple', 2, 'group'],
  ['b', '', 'banana', 2, 'group'],
  ['d', 'p', 'date', 3, 'dynamicGroup'],
  ['a', 'p', 'fig', 1, 'group'],
  ['z', 'P', 'zucchini', 9, 'group'],
];
const IN_KEY_ORDER = ['a', 'b', 'c', 'P/z', 'p/a', 'p/d', 'p/e'];

const CASES: readonly [string, Partial<ListQuery>, readonly string[]][] = [
  ['every parent', {}, IN_KEY_ORDER],
  ['the top', { parent: '' }, ['a', 'b', 'c']],
  ['one parent', { parent: 'p' }, ['p/a', 'p/d', 'p/e']],
  ['some parents', { parent: ['p', '', 'q', 'p'] }, ['a', 'b', 'c', 'p/a', 'p/d', 'p/e']],
  ['a page of some parents', { parent: ['p', 'P'], skip: 1, limit: 2 }, ['p/a', 'p/d']],
  ['a filter in some parents', { parent: ['p', ''], filter: binary('eq', name, text('apple')) }, ['a', 'p/e']],
  ['no parents', { parent: [] }, []],
  ['no such parent', { parent: 'q' }, []],
  ['no such set', { set: 'nothing' }, []],
  ['skip', { skip: 5 }, ['p/d', 'p/e']],
  ['skip past the end', { skip: 50 }, []],
  ['limit', { limit: 2 }, ['a', 'b']],
  ['skip and limit across parents', { skip: 2, limit: 3 }, ['c', 'P/z', 'p/a']],
  ['limit 0', { limit: 0 }, []],
  ['a filter', { filter: binary('eq', name, text('apple')) }, ['a', 'p/e']],
  ['a filter in one parent', { parent: 'p', filter: binary('eq', name, text('apple')) }, ['p/e']],
  ['a filter, skip and limit', { filter: binary('ge', rank, number(2)), skip: 1, limit: 2 }, ['b', 'P/z']],
  ['a filter and limit 0', { filter: binary('ge', rank, number(2)), limit: 0 }, []],
  ['a filter by id', { filter: binary('eq', property('id'), text('a')) }, ['a', 'p/a']],
  ['a type', { filter: ofType(DYNAMIC_GROUP) }, ['a', 'p/d']],
  ['a base type', { filter: ofType(GROUP) }, IN_KEY_ORDER],
  ['another type', { filter: ofType(USER) }, []],
  ['a type and a filter', { filter: binary('and', ofType(DYNAMIC_GROUP), binary('eq', rank, number(3))), parent: 'p' }, ['p/d']],
  ['a filter and a type', { filter: binary('and', binary('eq', name, text('apple')), ofType(DYNAMIC_GROUP)) }, ['a']],
  ['a type or a filter', { filter: binary('or', ofType(DYNAMIC_GROUP), binary('eq', rank, number(9))) }, ['a', 'P/z', 'p/d']],
  ['an order', { orderBy: [ascending(name)] }, ['a', 'p/e', 'b', 'c', 'p/d', 'p/a', 'P/z']],
  ['an order downwards, ties by key', { orderBy: [descending(rank)] }, ['P/z', 'a', 'p/d', 'b', 'p/e', 'c', 'p/a']],
  ['two orders', { orderBy: [ascending(rank), descending(name)] }, ['p/a', 'c', 'b', 'p/e', 'p/d', 'a', 'P/z']],
  ['an order, skip and limit', { orderBy: [ascending(name)], skip: 1, limit: 3 }, ['p/e', 'b', 'c']],
  ['an order and limit 0', { orderBy: [ascending(name)], limit: 0 }, []],
  ['a type in an order', { filter: ofType(DYNAMIC_GROUP), orderBy: [descending(name)] }, ['p/d', 'a']],
  ['an order by a cast', { orderBy: [descending(dynamicRank), ascending(rank)] }, ['a', 'p/d', 'c', 'p/a', 'b', 'p/e', 'P/z']],
  ['a filter by a cast', { filter: binary('eq', dynamicRank, number(3)) }, ['a', 'p/d']],
  ['text without regard to case', { filter: binary('eq', name, text('APPLE')), orderBy: [ascending(name)] }, ['a', 'p/e']],
  ['a filter in an order', { filter: binary('lt', rank, number(3)), orderBy: [ascending(name)], limit: 2 }, ['p/e', 'b']],
];

export function listContract(subject: Subject): void {
  describe('lists', () => {
    beforeEach(async () => {
      await commit(
        subject.store(),
        ...ROWS.map(([id, parent, displayName, rank, type]) => put(key(id, parent), { displayName, rank }, { type })),
        put(key('other', '', 'users'), { displayName: 'apple' }),
      );
    });

    it.each(CASES)('%s', async (_name, query, expected) => {
      expect(await listIds(subject.store(), query)).toEqual(expected);
      expect(await listIds(subject.store().pending, query)).toEqual(expected);
    });

    it.each(CASES)('says whether there is more, and counts all: %s', async (_name, query) => {
      const all = await listIds(subject.store(), { ...query, skip: 0, limit: undefined });
      const page = await subject.store().list(TENANT, listQuery({ ...query, count: true }));
      expect(page.total).toBe(all.length);
      expect(page.more).toBe(all.length > (query.skip ?? 0) + (query.limit ?? Number.POSITIVE_INFINITY));
      expect((await subject.store().list(TENANT, listQuery(query))).total).toBeUndefined();
    });

    it.each<[string, Expression | undefined]>([
      ['without a filter', undefined],
      ['with a filter', binary('ge', rank, number(0))],
    ])('pages of any size join to the whole, %s', async (_name, filter) => {
      for (const limit of [1, 2, 3, 7, 8]) {
        const ids: string[] = [];
        for (let skip = 0, more = true; more; skip += limit) {
          const page = await subject.store().list(TENANT, listQuery({ filter, skip, limit }));
          ids.push(...(await listIds(subject.store(), { filter, skip, limit })));
          more = page.more;
        }
        expect(ids).toEqual(IN_KEY_ORDER);
      }
    });

    it('give whole entities', async () => {
      const { entities } = await subject.store().list(TENANT, listQuery({ limit: 1 }));
      const json = '{"id":"a","displayName":"apple","rank":3}';
      expect(entities).toEqual([{ set: 'groups', parent: '', id: 'a', type: 'dynamicGroup', version: 1, json }]);
    });

    it('order ids by code point, not by UTF-16 unit, case or language', async () => {
      const ids = ['', ' ', '-', '1', '10', '2', 'A', 'Z', 'a', 'aa', 'z', 'é', 'ﬀ', '\uffff', '😀', '😁'];
      await commit(subject.store(), ...[...ids].reverse().map((id) => put(key(id, '', 'words'))));
      expect(await listIds(subject.store(), { set: 'words' })).toEqual(ids);
      expect(await listIds(subject.store(), { set: 'words', orderBy: [ascending(property('missing'))] })).toEqual(ids);
    });

    it('follow inserts and deletes between lists', async () => {
      const store = subject.store();
      await commit(store, remove(key('b')), put(key('aa')), remove(key('a', 'p')));
      expect(await listIds(store)).toEqual(['a', 'aa', 'c', 'P/z', 'p/d', 'p/e']);
      await commit(store, put(key('b')), remove(key('aa')), remove(key('z', 'P')), put(key('y', 'P')));
      expect(await listIds(store)).toEqual(['a', 'b', 'c', 'P/y', 'p/d', 'p/e']);
      expect(await listIds(store, { parent: 'P' })).toEqual(['P/y']);
    });

    it.each([
      ['one order', [ascending(name)]],
      ['downwards', [descending(rank)]],
      ['two orders', [ascending(rank), descending(name)]],
    ])('pages of %s join to the whole, also after writes, of the store and of its other tenant', async (_name, orderBy) => {
      const store = subject.store();
      const query = { parent: '', orderBy };
      const paged = async (limit: number, tenant = TENANT) => {
        const ids: string[] = [];
        for (let skip = 0, more = true; more; skip += limit) {
          const page = await store.list(tenant, listQuery({ ...query, skip, limit, count: true }));
          ids.push(...page.entities.map(({ id }) => id));
          more = page.more;
          expect(page.total).toBe((await listIds(store, query, tenant)).length);
        }
        return ids;
      };
      const seen = async () => [await paged(1), await paged(2), await paged(50), await paged(2, OTHER_TENANT)];
      const whole = async () => {
        const [ids, others] = [await listIds(store, query), await listIds(store, query, OTHER_TENANT)];
        return [ids, ids, ids, others];
      };
      expect(await seen()).toEqual(await whole());
      await commit(
        store,
        put(key('a'), { displayName: 'zebra', rank: 0 }),
        put(key('x'), { displayName: 'aardvark', rank: 2 }),
        remove(key('b')),
      );
      expect(await seen()).toEqual(await whole());
      await store.commit(changeSet([put(key('o'), { displayName: 'other', rank: 1 })], [], OTHER_TENANT));
      expect(await seen()).toEqual(await whole());
      await commit(store, put(key('a', 'p'), { displayName: 'elsewhere', rank: 0 }), put(key('x'), { displayName: 'yak', rank: 2 }));
      expect(await seen()).toEqual(await whole());
    });

    it('show one state from first to last, however many', async () => {
      const store = subject.store();
      const many = Array.from({ length: 3000 }, (_, n) => put(key(String(n).padStart(5, '0'), '', 'many'), { rank: n }));
      await commit(store, ...many);
      const filter = binary('ge', rank, number(0));
      const lists = Array.from({ length: 12 }, () =>
        store.list(TENANT, listQuery({ set: 'many', filter, orderBy: [descending(rank)], count: true })),
      );
      const removed = commit(store, ...many.map((_, n) => remove(key(String(n).padStart(5, '0'), '', 'many'))));
      for (const { entities, total } of await Promise.all(lists)) {
        expect([0, 3000]).toContain(total);
        expect(entities.length).toBe(total);
      }
      await removed;
      expect(await listIds(store, { set: 'many', filter })).toEqual([]);
    });
  });
}
