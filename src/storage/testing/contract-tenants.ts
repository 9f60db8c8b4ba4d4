import { describe, expect, it } from 'vitest';
import { VersionConflict } from '../change-set.js';
import type { Subject } from './contract.js';
import {
  atVersion,
  changeSet,
  commit,
  key,
  link,
  listIds,
  membership,
  OTHER_TENANT,
  put,
  remove,
  TENANT,
  tenantRecord,
} from './samples.js';

const LINK = membership('g', 'u');

export function tenantContract(subject: Subject): void {
  describe('tenants', () => {
    it('are listed as they were made, each once', async () => {
      const store = subject.store();
      await store.createTenant({ ...tenantRecord(TENANT), name: 'second name' });
      const made = [tenantRecord(TENANT), tenantRecord(OTHER_TENANT)];
      expect([...(await store.tenants())].sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(made);
    });

    it('do not see each other, with the same ids in both', async () => {
      const store = subject.store();
      await commit(store, put(key('a'), { of: 1 }), link(LINK));
      await commit(store, put(key('a'), { of: 1, again: true }));
      await store.commit(changeSet([put(key('a'), { of: 2 }), put(key('b'))], [atVersion(key('a'), 0)], OTHER_TENANT));
      expect(await store.read(TENANT, [key('a'), key('b')])).toMatchObject([{ version: 2 }, undefined]);
      expect(await store.read(OTHER_TENANT, [key('a')])).toMatchObject([{ version: 1, json: '{"id":"a","of":2}' }]);
      expect(await store.links(OTHER_TENANT, { kind: 'members', from: 'g' })).toEqual([]);
      expect(await listIds(store, {}, TENANT)).toEqual(['a']);
      expect((await store.changesSince(OTHER_TENANT, 0, 10)).map((change) => change.sequence)).toEqual([1, 1]);
      await store.commit(changeSet([remove(key('a'))], [], OTHER_TENANT));
      expect(await listIds(store, {}, TENANT)).toEqual(['a']);
    });

    it('that do not exist hold nothing and take nothing', async () => {
      const store = subject.store();
      expect(await store.read('nobody', [key('a')])).toEqual([undefined]);
      expect(await listIds(store, {}, 'nobody')).toEqual([]);
      expect(await store.links('nobody', { kind: 'members', from: 'g' })).toEqual([]);
      expect(await store.changesSince('nobody', 0, 10)).toEqual([]);
      await expect(store.commit(changeSet([put(key('a'))], [], 'nobody'))).rejects.toMatchObject({ kind: 'tenantUnknown' });
      await store.deleteTenant('nobody');
    });

    it('that are removed leave nothing, not even to a tenant made anew with their id', async () => {
      const store = subject.store();
      await commit(store, put(key('a')), link(LINK));
      await store.commit(changeSet([put(key('a'))], [], OTHER_TENANT));
      await store.deleteTenant(TENANT);
      expect(await store.read(TENANT, [key('a')])).toEqual([undefined]);
      expect((await store.tenants()).map((tenant) => tenant.id)).toEqual([OTHER_TENANT]);
      await expect(commit(store, put(key('a')))).rejects.toMatchObject({ kind: 'tenantUnknown' });
      await store.createTenant(tenantRecord(TENANT));
      expect(await listIds(store)).toEqual([]);
      expect(await store.links(TENANT, { kind: 'members', from: 'g' })).toEqual([]);
      expect(await store.changesSince(TENANT, 0, 10)).toEqual([]);
      expect(await store.commit(changeSet([put(key('a'))], [atVersion(key('a'), 0)]))).toBe(1);
      expect(await listIds(store, {}, OTHER_TENANT)).toEqual(['a']);
    });

    it('are made and removed in the order of the writes around them', async () => {
      const store = subject.store();
      const results = await Promise.allSettled([
        store.createTenant(tenantRecord('third')),
        store.commit(changeSet([put(key('a'))], [], 'third')),
        store.deleteTenant('third'),
        store.commit(changeSet([put(key('b'))], [], 'third')),
        commit(store, put(key('c'))),
      ]);
      expect(results.map((result) => result.status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
      expect(await listIds(store, {}, 'third')).toEqual([]);
    });
  });

  describe('closing', () => {
    it('is allowed twice; afterwards everything is refused', async () => {
      const store = subject.store();
      await store.close();
      await store.close();
      const unavailable = { kind: 'unavailable' };
      await expect(commit(store, put(key('a')))).rejects.toMatchObject(unavailable);
      await expect(store.read(TENANT, [key('a')])).rejects.toMatchObject(unavailable);
      await expect(store.pending.read(TENANT, [key('a')])).rejects.toMatchObject(unavailable);
      await expect(listIds(store)).rejects.toMatchObject(unavailable);
      await expect(store.createTenant(tenantRecord('x'))).rejects.toMatchObject(unavailable);
      await expect(store.tenants()).rejects.toMatchObject(unavailable);
    });

    it('keeps what was accepted, and a store opened again goes on from there', async (test) => {
      const store = subject.store();
      await commit(store, put(key('a'), { n: 1 }), link(LINK));
      await store.commit(changeSet([put(key('o'))], [], OTHER_TENANT));
      const accepted = commit(store, put(key('a'), { n: 2 }));
      const reopening = subject.reopen();
      if (reopening === undefined) return test.skip('this store forgets');
      const again = await reopening;
      expect(await accepted).toBe(2);
      expect(await again.read(TENANT, [key('a')])).toMatchObject([{ type: 'group', version: 2, json: '{"id":"a","n":2}' }]);
      expect(await again.links(TENANT, { kind: 'members', to: 'u' })).toEqual([LINK]);
      expect(await again.changesSince(TENANT, 0, 10)).toHaveLength(3);
      expect((await again.tenants()).map((tenant) => tenant.id)).toEqual([TENANT, OTHER_TENANT]);
      await expect(again.commit(changeSet([put(key('a'))], [atVersion(key('a'), 1)]))).rejects.toBeInstanceOf(VersionConflict);
      expect(await again.commit(changeSet([put(key('a'))], [atVersion(key('a'), 2)]))).toBe(3);
    });
  });
}
