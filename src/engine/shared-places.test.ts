import fc from 'fast-check';
import { expect, it } from 'vitest';
import { setOf } from './device-set.js';
import { createSharedPlaces } from './shared-places.js';

const UNIVERSE = 3000;
const ordinals = (maxLength: number) => fc.uniqueArray(fc.nat({ max: UNIVERSE - 1 }), { maxLength, size: 'max' });

it('finds the places of what a set holds, of whatever size either is', () => {
  const few = ordinals(60).map((some) => some.sort((a, b) => a - b));
  const sets = fc.array(fc.oneof(ordinals(4), ordinals(90), ordinals(1500)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(few, sets, fc.constantFrom(0, UNIVERSE, 200_000), (some, others, universe) => {
      const shared = createSharedPlaces(Uint32Array.from(some));
      for (const other of others) {
        // A wide universe makes sets of numbers, a narrow one bitsets.
        const count = shared.find(setOf(other, universe));
        const expected = some.flatMap((ordinal, place) => (other.includes(ordinal) ? [place] : []));
        expect([...shared.places.subarray(0, count)].sort((a, b) => a - b)).toEqual(expected);
      }
    }),
  );
});
