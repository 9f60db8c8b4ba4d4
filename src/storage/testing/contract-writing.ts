import { describe, expect, it } from 'vitest';
import { type ChangeSet, type Expectation, VersionConflict } from '../change-set.js';
import type { Store } from '../store.js';
import type { Subject } from './contract.js';
import {
  ACTOR,
  AT,
  atVersion,
  changeSet,
  commit,
  key,
  link,
  linked,
  listQuery,
  membership,
  put,
  remove,
  TENANT,
  unlink,
} from './samples.js';

const A = key('a');
const LINK = membership('g', 'u');

/** Everything a tenant holds, to compare. */
async function everything(store: Store, tenant = TENANT): Promise<unknown> {
  return {
    groups: await store.list(tenant, listQuery()),
    links: await store.links(tenant, { kind: 'members', from: 'g' }),
    changes: await store.changesSince(tenant, 0, 1000),
  };
}

async function refusal(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

export function writingContract(subject: Subject, durableAtOnce: boolean): void {
  describe('versions', () => {
    const version = async () => (await subject.store().read(TENANT, [A]))[0]?.version;

    it('count up from 1 at each commit that puts the entity', async () => {
      for (const expected of [1, 2, 3]) {
        await commit(subject.store(), put(A, { n: expected }));
        expect(await version()).toBe(expected);
      }
    });

    it('count up once in a commit, however often it puts', async () => {
      await commit(subject.store(), put(A, { n: 1 }), put(A, { n: 2 }));
      expect(await version()).toBe(1);
      await commit(subject.store(), put(A, { n: 3 }), remove(A), put(A, { n: 4 }));
      expect(await version()).toBe(2);
    });

    it('start anew after a delete', async () => {
      await commit(subject.store(), put(A));
      await commit(subject.store(), put(A));
      await commit(subject.store(), remove(A));
      await commit(subject.store(), put(A));
      expect(await version()).toBe(1);
    });

    it('follow a change of type', async () => {
      await commit(subject.store(), put(A, {}, { type: 'group' }));
      await commit(subject.store(), put(A, {}, { type: 'dynamicGroup' }));
      expect(await subject.store().read(TENANT, [A])).toMatchObject([{ type: 'dynamicGroup', version: 2 }]);
    });
  });

  describe('expectations', () => {
    it.each<[string, Expectation, boolean]>([
      ['the version it has', atVersion(A, 2), true],
      ['an older version', atVersion(A, 1), false],
      ['a newer version', atVersion(A, 3), false],
      ['absent, yet there', atVersion(A, 0), false],
      ['absent, and so it is', atVersion(key('b'), 0), true],
      ['absent under another parent', atVersion(key('a', 'p'), 0), true],
      ['there, yet absent', atVersion(key('b'), 1), false],
      ['in a set never seen', atVersion(key('b', '', 'never'), 1), false],
      ['a link that exists', linked(LINK, true), true],
      ['no link, yet it exists', linked(LINK, false), false],
      ['a link that does not exist', linked(membership('g', 'x'), true), false],
      ['no link, and so it is', linked(membership('g', 'x'), false), true],
      ['a link of a kind never seen', linked({ ...LINK, kind: 'never' }, true), false],
    ])('%s', async (_name, expectation, holds) => {
      const store = subject.store();
      await commit(store, put(A), link(LINK));
      await commit(store, put(A));
      const before = await everything(store);
      const written = store.commit(changeSet([put(A, { new: true }), put(key('c')), unlink(LINK)], [expectation]));
      if (holds) {
        expect(await written).toBe(3);
        return;
      }
      const error = await refusal(written);
      expect(error).toBeInstanceOf(VersionConflict);
      expect((error as VersionConflict).expectation).toEqual(expectation);
      expect(await everything(store)).toEqual(before);
      expect(await commit(store, put(key('next')))).toBe(3);
    });

    it('are all of the state before the change set', async () => {
      const set = changeSet([put(A), remove(A), put(A), link(LINK)], [atVersion(A, 0), linked(LINK, false)]);
      expect(await subject.store().commit(set)).toBe(1);
      await expect(subject.store().commit(set)).rejects.toBeInstanceOf(VersionConflict);
    });

    it.each([0, 1, 50, 99])('of a large change set refuse all of it for the one entity that exists, number %i', async (taken) => {
      const store = subject.store();
      await commit(store, put(key(`x${taken}`)), link(membership('g', 'u3')));
      const before = await everything(store);
      const operations = Array.from({ length: 100 }, (_, n) => [put(key(`x${n}`)), link(membership('g', `u${n}`))]).flat();
      const expected = Array.from({ length: 100 }, (_, n) => atVersion(key(`x${n}`), 0));
      const error = await refusal(store.commit(changeSet(operations, expected)));
      expect((error as VersionConflict).expectation).toEqual(expected[taken]);
      expect(await everything(store)).toEqual(before);
      expect(await commit(store, put(key('next'), {}, { type: 'newName' }))).toBe(2);
      expect(await store.read(TENANT, [key('next')])).toMatchObject([{ type: 'newName', version: 1 }]);
    });

    it('let a large change set through as a small one, with a record for each new thing', async () => {
      const store = subject.store();
      await commit(store, put(key('x7'), { old: true }), link(membership('g', 'u7')));
      const puts = Array.from({ length: 250 }, (_, n) => put(key(`x${n}`), { n }, n % 3 === 0 ? { recorded: false } : {}));
      const links = Array.from({ length: 250 }, (_, n) => link(membership('g', `u${n % 240}`)));
      await store.commit(changeSet([...puts, ...links, remove(key('x3')), put(key('x4'), { again: true })], [atVersion(key('x7'), 1)]));
      const changes = await store.changesSince(TENANT, 1, 10);
      expect(changes.map(({ ordinal }) => ordinal)).toEqual(Array.from({ length: 250 + 239 + 2 }, (_, n) => n));
      expect(changes[7]).toMatchObject({ before: '{"id":"x7","old":true}', after: '{"id":"x7","n":7}' });
      expect(changes[9]).toMatchObject({ key: key('x9'), before: undefined, after: undefined });
      expect(changes[10]).toMatchObject({ key: key('x10'), before: undefined, after: '{"id":"x10","n":10}' });
      expect(changes.at(-1)).toMatchObject({ before: '{"id":"x4","n":4}', after: '{"id":"x4","again":true}' });
      await commit(store, remove(key('x10')));
      await commit(store, put(key('x10'), { n: 'second' }));
      const later = (await store.changesSince(TENANT, 1, 10)).filter((change) => change.key?.id === 'x10');
      expect(later.map(({ before, after }) => [before, after])).toEqual([
        [undefined, '{"id":"x10","n":10}'],
        ['{"id":"x10","n":10}', undefined],
        [undefined, '{"id":"x10","n":"second"}'],
      ]);
    });

    it('fail together with the one that fails, first or last', async () => {
      const store = subject.store();
      await commit(store, put(A));
      for (const expect_ of [
        [atVersion(A, 1), atVersion(key('b'), 5)],
        [atVersion(key('b'), 5), atVersion(A, 1)],
      ]) {
        await expect(store.commit(changeSet([put(A)], expect_))).rejects.toBeInstanceOf(VersionConflict);
      }
      expect((await store.read(TENANT, [A]))[0]?.version).toBe(1);
    });
  });

  describe('change records', () => {
    it('say what was before and after, in order, with one sequence number a commit', async () => {
      const store = subject.store();
      expect(await commit(store, put(A, { n: 1 }), link(LINK))).toBe(1);
      const later: ChangeSet = {
        ...changeSet([put(A, { n: 2 }, { type: 'dynamicGroup' }), remove(A), unlink(LINK)]),
        at: '2026-05-05T00:00:00Z',
        actor: { appId: 'other' },
      };
      expect(await store.commit(later)).toBe(2);
      const none = { key: undefined, link: undefined, type: undefined, before: undefined, after: undefined };
      const first = { sequence: 1, at: AT, actor: ACTOR, ...none };
      const second = { sequence: 2, at: later.at, actor: later.actor, ...none };
      expect(await store.changesSince(TENANT, 0, 10)).toEqual([
        { ...first, ordinal: 0, kind: 'put', key: A, type: 'group', after: '{"id":"a","n":1}' },
        { ...first, ordinal: 1, kind: 'link', link: LINK },
        { ...second, ordinal: 0, kind: 'put', key: A, type: 'dynamicGroup', before: '{"id":"a","n":1}', after: '{"id":"a","n":2}' },
        { ...second, ordinal: 1, kind: 'delete', key: A, type: 'dynamicGroup', before: '{"id":"a","n":2}' },
        { ...second, ordinal: 2, kind: 'unlink', link: LINK },
      ]);
    });

    it('keep secret texts out, also where a later change would show them as what was before', async () => {
      const store = subject.store();
      const secret = { recorded: false };
      await commit(store, put(A, { value: 'secret1' }, secret));
      await commit(store, put(A, { value: 'secret2' }, secret));
      await commit(store, put(A, { value: 'public1' }));
      await commit(store, put(A, { value: 'secret3' }, secret));
      await commit(store, remove(A), put(key('b'), { value: 'secret4' }, secret), put(key('b'), { value: 'public2' }));
      await commit(store, put(A, { value: 'public3' }));
      await commit(store, remove(A, secret), remove(key('b')));
      const changes = await store.changesSince(TENANT, 0, 100);
      expect(JSON.stringify(changes)).not.toContain('secret');
      expect(changes.map(({ kind, before, after }) => [kind, before, after].filter(Boolean).join(' '))).toEqual([
        'put',
        'put',
        'put {"id":"a","value":"public1"}',
        'put',
        'delete',
        'put',
        'put {"id":"b","value":"public2"}',
        'put {"id":"a","value":"public3"}',
        'delete',
        'delete {"id":"b","value":"public2"}',
      ]);
    });

    it('come at most `limit` commits at a time, from any place', async () => {
      const store = subject.store();
      for (let n = 1; n <= 5; n += 1) await commit(store, put(key(`x${n}`)), put(key(`y${n}`)));
      const sequences = async (since: number, limit: number) =>
        (await store.changesSince(TENANT, since, limit)).map((change) => change.sequence);
      expect(await sequences(0, 2)).toEqual([1, 1, 2, 2]);
      expect(await sequences(3, 10)).toEqual([4, 4, 5, 5]);
      expect(await sequences(5, 10)).toEqual([]);
      expect(await sequences(99, 10)).toEqual([]);
    });

    it.each<[string, ChangeSet]>([
      ['is empty', changeSet([])],
      ['removes what is not there', changeSet([remove(key('none')), unlink(membership('no', 'ne')), remove(key('x', '', 'never'))])],
      ['links what is linked', changeSet([link(LINK)])],
    ])('have no number for a change set that %s', async (_name, nothing) => {
      const store = subject.store();
      await commit(store, link(LINK));
      expect(await store.commit(nothing)).toBe(1);
      expect(await store.changesSince(TENANT, 1, 10)).toEqual([]);
      expect(await commit(store, put(A))).toBe(2);
    });

    it('an empty change set still has its expectations checked', async () => {
      await expect(subject.store().commit(changeSet([], [atVersion(A, 1)]))).rejects.toBeInstanceOf(VersionConflict);
    });
  });

  describe('commits under way', () => {
    it('are seen by pending reads at once, and by plain reads when durable', async () => {
      const store = subject.store();
      const written = store.commit(changeSet([put(A, { n: 1 }), link(LINK)]));
      expect(await store.pending.read(TENANT, [A])).toMatchObject([{ version: 1 }]);
      expect((await store.pending.list(TENANT, listQuery())).entities).toHaveLength(1);
      expect(await store.pending.links(TENANT, { kind: 'members', to: 'u' })).toEqual([LINK]);
      const durable = durableAtOnce ? 1 : 0;
      expect((await store.read(TENANT, [A])).filter(Boolean)).toHaveLength(durable);
      expect((await store.list(TENANT, listQuery())).entities).toHaveLength(durable);
      expect(await store.links(TENANT, { kind: 'members', to: 'u' })).toHaveLength(durable);
      expect(await written).toBe(1);
      expect(await store.read(TENANT, [A])).toMatchObject([{ version: 1 }]);
    });

    it('follow each other in the order they came, and a refused one leaves the others alone', async () => {
      const store = subject.store();
      const sets = [
        changeSet([put(A, { n: 1 })], [atVersion(A, 0)]),
        changeSet([put(A, { n: 'late' })], [atVersion(A, 0)]),
        changeSet([put(A, { n: 2 })], [atVersion(A, 1)]),
        changeSet([put(key('\0'))]),
        changeSet([put(A, { n: 3 })], [atVersion(A, 2)]),
      ];
      const results = await Promise.allSettled(sets.map((set) => store.commit(set)));
      expect(results.map((result) => (result.status === 'fulfilled' ? result.value : 'refused'))).toEqual([1, 'refused', 2, 'refused', 3]);
      expect(await store.read(TENANT, [A])).toMatchObject([{ version: 3, json: '{"id":"a","n":3}' }]);
      expect((await store.changesSince(TENANT, 0, 10)).map((change) => change.sequence)).toEqual([1, 2, 3]);
    });

    it('lose no increment when each reads pending state and retries on conflict', async () => {
      const store = subject.store();
      await commit(store, put(A, { n: 0 }));
      const increment = async (): Promise<void> => {
        for (;;) {
          const [found] = await store.pending.read(TENANT, [A]);
          await Promise.resolve();
          const n = JSON.parse(found?.json ?? '{}').n + 1;
          const error = await refusal(store.commit(changeSet([put(A, { n })], [atVersion(A, found?.version ?? 0)])));
          if (error === undefined) return;
          expect(error).toBeInstanceOf(VersionConflict);
        }
      };
      await Promise.all(Array.from({ length: 20 }, increment));
      expect(await store.read(TENANT, [A])).toMatchObject([{ version: 21, json: '{"id":"a","n":20}' }]);
      expect(new Set((await store.changesSince(TENANT, 0, 100)).map((change) => change.sequence)).size).toBe(21);
    });

    it('tell a refused writer only when it can read what it lost against', async () => {
      const store = subject.store();
      const first = store.commit(changeSet([put(A, { by: 'first' })], [atVersion(A, 0)]));
      await refusal(store.commit(changeSet([put(A, { by: 'second' })], [atVersion(A, 0)])));
      expect((await store.read(TENANT, [A]))[0]?.json).toContain('first');
      await first;
    });
  });
}
