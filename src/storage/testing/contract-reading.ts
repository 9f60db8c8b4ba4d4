import { describe, expect, it } from 'vitest';
import type { Subject } from './contract.js';
import { changeSet, commit, key, link, membership, put, remove, TENANT, unlink } from './samples.js';

/** Ids that a careless store would fold, cut, quote wrongly or take for a pattern. */
const ODD_IDS: readonly [string, string][] = [
  ['empty', ''],
  ['single quote', "O'Neil"],
  ['double quote', '"x"'],
  ['SQL', "'; DROP TABLE entities; --"],
  ['LIKE pattern', '%_\\'],
  ['slash', 'a/b'],
  ['blanks', '  a  '],
  ['line breaks and controls', 'a\n\r\t\u0001\u007f'],
  ['accents, composed', 'é'],
  ['accents, decomposed', 'e\u0301'],
  ['upper case', 'ABC'],
  ['lower case', 'abc'],
  ['sharp s', 'ß'],
  ['digits', '007'],
  ['digits, shorter', '7'],
  ['exponent', '1e3'],
  ['emoji', '👩🏽‍💻'],
  ['right to left', 'שלום'],
  ['byte order mark', '\ufeffid'],
  ['last of the BMP', '\uffff'],
  ['prototype member', '__proto__'],
  ['very long', 'ö'.repeat(1000)],
];

export function readingContract(subject: Subject): void {
  describe('reading', () => {
    it('gives what was put, key by key, and undefined where nothing is', async () => {
      const store = subject.store();
      await commit(store, put(key('a'), { displayName: 'A' }), put(key('b', 'p/q', 'x/y'), { n: 1 }, { type: 'thing' }));
      expect(
        await store.read(TENANT, [key('b', 'p/q', 'x/y'), key('none'), key('a'), key('b'), key('a', 'p'), key('a', '', 'users')]),
      ).toEqual([
        { set: 'x/y', parent: 'p/q', id: 'b', type: 'thing', version: 1, json: '{"id":"b","n":1}' },
        undefined,
        { set: 'groups', parent: '', id: 'a', type: 'group', version: 1, json: '{"id":"a","displayName":"A"}' },
        undefined,
        undefined,
        undefined,
      ]);
      expect(await store.read(TENANT, [])).toEqual([]);
    });

    it('tells versions without texts, 0 where nothing is', async () => {
      const store = subject.store();
      await commit(store, put(key('a')), put(key('b', 'p/q', 'x/y')));
      await commit(store, put(key('a')));
      const many = Array.from({ length: 20 }, (_, n) => key(`none${n}`));
      const keys = [key('b', 'p/q', 'x/y'), ...many, key('a'), key('b'), key('a', 'p'), key('a'), key('\0')];
      expect(await store.pending.versions(TENANT, keys)).toEqual([1, ...many.map(() => 0), 2, 0, 0, 2, 0]);
      expect(await store.pending.versions(TENANT, [])).toEqual([]);
      expect(await store.pending.versions('unknown', [key('a')])).toEqual([0]);
    });

    it('keeps the text of an entity to the byte', async () => {
      const json = '{"id":"a","b":1.0,"a":"\\u0000\\ud800 😀","c":[ ],"n":123456789012345678901234567890}';
      await commit(subject.store(), { kind: 'put', key: key('a'), type: 'group', json });
      expect((await subject.store().read(TENANT, [key('a')]))[0]?.json).toBe(json);
    });

    it('keeps a text of 4 MiB', async () => {
      const store = subject.store();
      const big = put(key('big'), { text: 'aé😀"\\'.repeat(350_000) });
      await commit(store, big);
      const [found] = await store.read(TENANT, [key('big')]);
      expect(found?.json === (big.kind === 'put' && big.json)).toBe(true);
      expect(found?.json.length).toBeGreaterThan(2 ** 21);
      const [change] = await store.changesSince(TENANT, 0, 1);
      expect(change?.after === found?.json).toBe(true);
    });

    it.each(ODD_IDS)('takes an id as it is: %s', async (_name, id) => {
      const store = subject.store();
      const at = key(id, `${id}/${id}`, 'odd');
      await commit(store, put(at, { mine: true }), link(membership(id, id)));
      expect(await store.read(TENANT, [at])).toMatchObject([{ id, parent: `${id}/${id}`, version: 1 }]);
      expect(await store.links(TENANT, { kind: 'members', from: id })).toEqual([membership(id, id)]);
      expect(await store.links(TENANT, { kind: 'members', to: id })).toEqual([membership(id, id)]);
      expect((await store.changesSince(TENANT, 0, 9)).map((change) => change.key ?? change.link)).toEqual([at, membership(id, id)]);
      await commit(store, remove(at), unlink(membership(id, id)));
      expect(await store.read(TENANT, [at])).toEqual([undefined]);
      expect(await store.links(TENANT, { kind: 'members', from: id })).toEqual([]);
    });

    it('takes all odd ids for different ones', async () => {
      const store = subject.store();
      await commit(store, ...ODD_IDS.map(([name, id]) => put(key(id), { name })));
      const found = await store.read(
        TENANT,
        ODD_IDS.map(([, id]) => key(id)),
      );
      expect(found.map((entity) => JSON.parse(entity?.json ?? '{}').name)).toEqual(ODD_IDS.map(([name]) => name));
    });

    it.each([
      ['NUL', 'a\0b'],
      ['an unpaired surrogate', 'a\ud800'],
    ])('refuses a key with %s and finds nothing by it', async (_name, id) => {
      const store = subject.store();
      await commit(store, put(key('a')), put(key('a\ufffd')));
      await expect(store.commit(changeSet([put(key('fine')), put(key(id))]))).rejects.toMatchObject({ kind: 'requestInvalid' });
      await expect(store.commit(changeSet([link(membership('a', id))]))).rejects.toMatchObject({ kind: 'requestInvalid' });
      expect(await store.read(TENANT, [key('fine'), key(id), key('a', id), key('a', '', id)])).toEqual(Array(4).fill(undefined));
      expect(await store.links(TENANT, { kind: 'members', from: id })).toEqual([]);
    });
  });

  describe('links', () => {
    it('are found from both ends and by both, ordered by to, then from', async () => {
      const store = subject.store();
      const all = [membership('g1', 'u1'), membership('g2', 'u1'), membership('g1', 'u2'), membership('g2', 'u3')];
      await commit(store, ...[...all].reverse().map(link), link({ kind: 'owners', from: 'g1', to: 'u9', toSet: 'users' }));
      const found = (query: object) => store.links(TENANT, { kind: 'members', ...query });
      expect(await found({ from: 'g1' })).toEqual([all[0], all[2]]);
      expect(await found({ to: 'u1' })).toEqual([all[0], all[1]]);
      expect(await found({ from: 'g2', to: 'u3' })).toEqual([all[3]]);
      expect(await found({ from: 'g2', to: 'u2' })).toEqual([]);
      expect(await store.links(TENANT, { kind: 'none', from: 'g1' })).toEqual([]);
    });

    it('exist once, with the set they were made with', async () => {
      const store = subject.store();
      expect(await commit(store, link(membership('g', 'u')))).toBe(1);
      expect(await commit(store, link({ ...membership('g', 'u'), toSet: 'devices' }))).toBe(1);
      expect(await store.links(TENANT, { kind: 'members', from: 'g' })).toEqual([membership('g', 'u')]);
      expect(await commit(store, unlink({ ...membership('g', 'u'), toSet: 'devices' }))).toBe(2);
      expect((await store.changesSince(TENANT, 1, 1))[0]).toMatchObject({ kind: 'unlink', link: membership('g', 'u') });
      expect(await commit(store, unlink(membership('g', 'u')))).toBe(2);
    });
  });
}
