/** The first ids in order of what passes, against all of them sorted, while rows come, change and go. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createTable } from './columns/table.js';
import { devicesWhere } from './devices-where.js';
import { createObjectRows } from './object-rows.js';

const hex = fc.constantFrom(...'0123456789abcdef');
/** GUIDs that share their beginnings, and ids that are none. */
const id = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom('00000000', 'ffffffff', '1234abcd'), hex, hex)
      .map(([a, b, c]) => `${a}-${b}000-4000-8000-00000000000${c}`),
  },
  { weight: 1, arbitrary: fc.constantFrom('a', 'device', '00000000-0000-0000-0000-000000000000', '~') },
);
const step = fc.oneof(
  fc.record({ put: id, name: fc.constantFrom('alpha', 'Beta', 'gamma', null) }),
  fc.record({ remove: id }),
  fc.record({ ask: fc.constantFrom('a', 'be', 'alpha'), skip: fc.nat({ max: 4 }), limit: fc.nat({ max: 4 }) }),
);

it('answers with the first ids in order', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const rows = createObjectRows(createTable([{ name: 'name', kind: 'text' }]));
      const naive = new Map<string, string | null>();
      for (const one of steps) {
        if ('put' in one) {
          rows.put(one.put, { name: one.name });
          naive.set(one.put, one.name);
        } else if ('remove' in one) {
          rows.remove(one.remove);
          naive.delete(one.remove);
        } else {
          const passing = [...naive]
            .filter(([, name]) => name?.toLowerCase().startsWith(one.ask))
            .map(([key]) => key)
            .sort();
          const found = devicesWhere(rows, { kind: 'startsWith', column: 'name', needle: one.ask }, one.skip, one.limit);
          expect(found).toEqual({ total: passing.length, ids: one.limit === 0 ? [] : passing.slice(one.skip, one.skip + one.limit) });
        }
      }
    }),
  );
});

it('of many', () => {
  const rows = createObjectRows(createTable([{ name: 'name', kind: 'text' }]));
  const ids = Array.from(
    { length: 5000 },
    (_, n) => `${((n * 2654435761) >>> 0).toString(16).padStart(8, '0')}-0000-4000-8000-000000000001`,
  );
  for (const one of ids) rows.put(one, { name: 'x' });
  const sorted = [...ids].sort();
  for (const [skip, limit] of [
    [0, 10],
    [100, 50],
    [4990, 100],
  ] as const) {
    expect(devicesWhere(rows, { kind: 'equals', column: 'name', needle: 'x' }, skip, limit).ids).toEqual(sorted.slice(skip, skip + limit));
  }
});
