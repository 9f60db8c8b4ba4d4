import { describe, expect, it } from 'vitest';
import { idOfRow, textOfRow } from '../../kernel/framed-rows.js';
import { framedText, wholeText } from '../../kernel/framed-text.js';
import { FramedPut } from '../change-set.js';
import type { EntityKey, Link, ScannedEntity } from '../store.js';
import type { Subject } from './contract.js';
import { changeSet, commit, key, link, membership, OTHER_TENANT, put, remove, TENANT, unlink } from './samples.js';

export function scanningContract(subject: Subject): void {
  const entities = async (set: string, tenant = TENANT) => {
    const found: ScannedEntity[] = [];
    await subject.store().scan(tenant, set, (entity) => void found.push(entity));
    return found.map(({ parent, id, type, json }) => `${parent}/${id} ${type} ${json}`).sort();
  };
  const links = async (kind: string, tenant = TENANT) => {
    const found: Link[] = [];
    await subject.store().scanLinks(tenant, kind, (each) => void found.push(each));
    return found.map(({ from, to, toSet }) => `${from} ${to} ${toSet}`).sort();
  };

  describe('scanning', () => {
    it('visits every entity of a set, of all parents, and no other', async () => {
      const store = subject.store();
      await commit(store, put(key('a'), { n: 1 }), put(key('b', 'p'), {}, { type: 'thing' }), put(key('a', '', 'users')), put(key('gone')));
      await commit(store, remove(key('gone')), put(key('a'), { n: 2 }));
      await store.commit(changeSet([put(key('other'))], [], OTHER_TENANT));
      expect(await entities('groups')).toEqual(['/a group {"id":"a","n":2}', 'p/b thing {"id":"b"}']);
      expect(await entities('groups', OTHER_TENANT)).toEqual(['/other group {"id":"other"}']);
      expect(await entities('nothing')).toEqual([]);
      expect(await entities('groups', 'no such tenant')).toEqual([]);
    });

    it('hands over those that it keeps as frames, with their ids, parents, types and texts', async () => {
      const store = subject.store();
      const frame = { text: '{"id":"","n":null}', ends: [6, 8, 13, 17] };
      const framed = (at: EntityKey, n?: string, type = 'group') =>
        new FramedPut(at, type, framedText(frame, [JSON.stringify(at.id), n === undefined ? n : JSON.stringify(n)]));
      const ids = ['a', 'zoë', 'with "quotes"', 'back\\slash', 'x;#1', '\u0001', '中文'];
      await commit(store, ...ids.map((id, index) => framed(key(id), index % 2 === 0 ? id : undefined)), put(key('whole'), { n: 'é' }));
      await commit(store, framed(key('child', 'a "parent"'), '', 'thing'), framed(key('child', 'b'), '\n'), put(key('child', 'c')));
      const found: string[] = [];
      const note = (parent: string, id: string, type: string, json: string) => void found.push(`${parent}/${id} ${type} ${json}`);
      await store.scan(
        TENANT,
        'groups',
        ({ parent, id, type, json }) => note(parent, id, type, json),
        ({ set, parents, types, rows }) => {
          expect(set).toBe('groups');
          for (let row = 0; row < types.length; row += 1)
            note(parents[row]!, idOfRow(rows, row), types[row]!, wholeText(textOfRow(rows, row)));
        },
      );
      expect(found.sort()).toEqual(await entities('groups'));
      expect(found).toHaveLength(ids.length + 4);
    });

    it('visits every link of a kind, and no other', async () => {
      const store = subject.store();
      await commit(store, link(membership('g', 'u')), link(membership('g', 'v')), link({ ...membership('g', 'u'), kind: 'owners' }));
      await commit(store, unlink(membership('g', 'v')), link({ ...membership('h', 'd'), toSet: 'devices' }));
      await store.commit(changeSet([link(membership('x', 'y'))], [], OTHER_TENANT));
      expect(await links('members')).toEqual(['g u users', 'h d devices']);
      expect(await links('owners')).toEqual(['g u users']);
      expect(await links('nothing')).toEqual([]);
      expect(await links('members', 'no such tenant')).toEqual([]);
    });

    it('visits each of many once, while others write', async () => {
      const store = subject.store();
      const ids = Array.from({ length: 700 }, (_, n) => `e${n}`);
      await commit(store, ...ids.map((id) => put(key(id))));
      let wrote: Promise<unknown> = Promise.resolve();
      const seen: string[] = [];
      await store.scan(TENANT, 'groups', ({ id }) => {
        if (seen.length === 0) wrote = commit(store, put(key('late')), remove(key('e699')));
        seen.push(id);
      });
      await wrote;
      expect(new Set(seen).size).toBe(seen.length);
      expect(ids.filter((id) => id !== 'e699' && !seen.includes(id))).toEqual([]);
    });

    it('ends with what the visitor throws', async () => {
      const store = subject.store();
      await commit(store, put(key('a')));
      const thrower = () => {
        throw new RangeError('enough');
      };
      await expect(store.scan(TENANT, 'groups', thrower)).rejects.toThrow('enough');
      expect(await entities('groups')).toHaveLength(1);
    });
  });
}
