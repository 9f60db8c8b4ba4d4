import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  complementWithin,
  type DeviceSet,
  emptySet,
  equalSets,
  forEach,
  fromWords,
  fullSet,
  has,
  intersect,
  isEmpty,
  ordinalsFrom,
  setOf,
  size,
  subtract,
  toOrdinals,
  union,
  unionOf,
  withOrdinal,
  withoutOrdinal,
} from './device-set.js';
import { type NaiveSet, naiveIntersect, naiveOrdinals, naiveSubtract, naiveUnion } from './naive-set.js';

/** Sets on both sides of the change of form, and at its edge: universes up to 400 switch at 12 ordinals and below. */
const sample = fc.integer({ min: 1, max: 400 }).chain((universe) =>
  fc.record({
    universe: fc.constant(universe),
    ordinals: fc.oneof(
      fc.array(fc.nat({ max: universe - 1 }), { maxLength: 14 }),
      fc.array(fc.nat({ max: universe - 1 }), { maxLength: 400 }),
      fc.constant(Array.from({ length: universe }, (_, ordinal) => ordinal)),
    ),
  }),
);

const built = ({ universe, ordinals }: { universe: number; ordinals: readonly number[] }) => setOf(ordinals, universe);

function expectSame(set: DeviceSet, naive: NaiveSet): void {
  expect([...toOrdinals(set)]).toEqual(naiveOrdinals(naive));
  expect(size(set)).toBe(naive.size);
  expect(isEmpty(set)).toBe(naive.size === 0);
  expect(set.kind).toBe(naive.size <= Math.floor(set.universe / 32) ? 'sparse' : 'dense');
}

describe('a set equals its naive counterpart', () => {
  it.each([
    ['union', union, naiveUnion],
    ['intersect', intersect, naiveIntersect],
    ['subtract', subtract, naiveSubtract],
    ['complementWithin', complementWithin, naiveSubtract],
  ] as const)('%s', (_name, operation, naive) => {
    fc.assert(
      fc.property(sample, sample, (left, right) => {
        const result = operation(built(left), built(right));
        expect(result.universe).toBe(Math.max(left.universe, right.universe));
        expectSame(result, naive(new Set(left.ordinals), new Set(right.ordinals)));
      }),
    );
  });

  it('the union of many', () => {
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 6 }), (given) => {
        expectSame(unionOf(given.map(built)), new Set(given.flatMap(({ ordinals }) => ordinals)));
      }),
    );
  });

  it('sorting and marking build the same set', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 20_000 }), { maxLength: 40 }),
        fc.array(fc.nat({ max: 20_000 }), { maxLength: 40 }),
        (few, more) => {
          const [left, right] = [setOf(few, 20_001), setOf(more, 20_001)];
          expectSame(left, new Set(few));
          expectSame(unionOf([left, right]), new Set([...few, ...more]));
        },
      ),
    );
  });

  it('membership, iteration, one more, one less', () => {
    fc.assert(
      fc.property(sample, fc.nat({ max: 450 }), (given, ordinal) => {
        const set = built(given);
        const naive = new Set(given.ordinals);
        expect(has(set, ordinal)).toBe(naive.has(ordinal));
        const seen: number[] = [];
        forEach(set, (each) => seen.push(each));
        expect(seen).toEqual(naiveOrdinals(naive));
        expectSame(withOrdinal(set, ordinal), new Set([...naive, ordinal]));
        expectSame(withoutOrdinal(set, ordinal), naiveSubtract(naive, new Set([ordinal])));
        expectSame(set, naive);
      }),
    );
  });

  it('words and ordinals build the same set', () => {
    fc.assert(
      fc.property(sample, (given) => {
        const set = built(given);
        const words = new Uint32Array((given.universe + 31) >>> 5);
        for (const ordinal of given.ordinals) words[ordinal >>> 5]! |= 1 << (ordinal & 31);
        expect(fromWords(words, given.universe)).toEqual(set);
        expect(equalSets(fromWords(words, given.universe), set)).toBe(true);
      }),
    );
  });

  it('sets are equal when they hold the same, whatever their universes', () => {
    fc.assert(
      fc.property(sample, sample, fc.nat({ max: 10_000 }), (left, right, wider) => {
        expect(equalSets(built(left), built({ ...left, universe: left.universe + wider }))).toBe(true);
        const same = naiveOrdinals(new Set(left.ordinals)).join() === naiveOrdinals(new Set(right.ordinals)).join();
        expect(equalSets(built(left), built(right))).toBe(same);
      }),
    );
  });
});

describe('edges', () => {
  it.each([0, 1, 31, 32, 33, 64, 1000])('the full set of %d', (universe) => {
    expectSame(fullSet(universe), new Set(Array.from({ length: universe }, (_, ordinal) => ordinal)));
    expect(isEmpty(subtract(fullSet(universe), fullSet(universe)))).toBe(true);
    expect(isEmpty(emptySet(universe))).toBe(true);
  });

  it('an ordinal beyond the universe widens it', () => {
    expect(setOf([40], 10).universe).toBe(41);
    expect(withOrdinal(fullSet(3), 70).universe).toBe(71);
  });
});

describe('a stretch of a set', () => {
  it('is that of its ordinals', () => {
    fc.assert(
      fc.property(sample, fc.nat(420), fc.nat(420), (given, skip, limit) => {
        const set = built(given);
        expect(ordinalsFrom(set, skip, limit)).toEqual([...toOrdinals(set)].slice(skip, skip + limit));
      }),
    );
  });
});
