import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareCodePoints } from '../../query/compare.js';
import { createSortedIds } from './sorted-ids.js';

const anyId = fc.oneof(fc.nat(60).map(String), fc.constantFrom('\uffff', '😀', 'é', ''));
const anyStep = fc.record({ id: anyId, read: fc.nat(9).map((n) => n === 0) });

it('holds what was added and not removed, in order, whenever it is read', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 300 }), (steps) => {
      const ids = createSortedIds();
      const held = new Set<string>();
      for (const { id, read } of steps) {
        if (held.delete(id)) ids.remove(id);
        else {
          held.add(id);
          ids.add(id);
        }
        if (read) expect(ids.values()).toEqual([...held].sort(compareCodePoints));
      }
      expect(ids.values()).toEqual([...held].sort(compareCodePoints));
    }),
  );
});
