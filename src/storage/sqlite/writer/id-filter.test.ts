import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createIdFilter } from './id-filter.js';

it('has every name that was added, however many and whatever they are', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 3000 }), (names) => {
      const filter = createIdFilter();
      for (const name of names) filter.add(name);
      for (const name of names) expect(filter.mayHave(name)).toBe(true);
    }),
  );
});

it('seldom takes a name for one of those that were added', () => {
  const filter = createIdFilter();
  const name = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  for (let n = 0; n < 50_000; n += 1) filter.add(name(n));
  let taken = 0;
  for (let n = 50_000; n < 100_000; n += 1) if (filter.mayHave(name(n))) taken += 1;
  expect(taken).toBeLessThan(50);
});
