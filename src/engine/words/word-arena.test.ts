import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DeviceSet, equalSets, setOf, toOrdinals } from '../device-set.js';
import { isWithinIn, overlapIn, subtractIn, unionIn } from './algebra.js';
import { plainKernels } from './kernels.js';
import { wasmKernels } from './wasm-kernels.js';
import { createWordArena, type WordArena } from './word-arena.js';

const UNIVERSE = 2000;
const fast = (words: number) => wasmKernels(words) ?? plainKernels(new Uint32Array(words));
const arenas: readonly (readonly [name: string, make: () => WordArena])[] = [
  ['as it comes', () => createWordArena(UNIVERSE)],
  ['with vectors', () => createWordArena(UNIVERSE, fast, 3)],
];

/** Few ordinals make a sparse set, many a dense one. */
const numbers = fc.oneof(
  fc.uniqueArray(fc.nat(UNIVERSE - 1), { maxLength: 30 }),
  fc.uniqueArray(fc.nat(UNIVERSE - 1), { minLength: 200, maxLength: 600 }),
);

describe.each(arenas)('an arena %s', (_, make) => {
  it('combines sets as sets of numbers do', () => {
    const arena = make();
    fc.assert(
      fc.property(numbers, numbers, fc.boolean(), fc.boolean(), (some, others, keepSome, keepOthers) => {
        arena.begin();
        const [a, b] = [new Set(some), new Set(others)];
        const kept = (of: readonly number[], keep: boolean): DeviceSet => (keep ? arena.keep(setOf(of, UNIVERSE)) : setOf(of, UNIVERSE));
        const [left, right] = [kept(some, keepSome), kept(others, keepOthers)];
        const list = (set: DeviceSet) => [...toOrdinals(set)];
        const sorted = (values: Iterable<number>) => [...values].sort((x, y) => x - y);
        expect(list(subtractIn(arena, left, right))).toEqual(sorted(some.filter((n) => !b.has(n))));
        expect(list(unionIn(arena, [left, right]))).toEqual(sorted(new Set([...some, ...others])));
        expect(overlapIn(arena, left, right)).toBe(some.some((n) => b.has(n)));
        expect(isWithinIn(arena, left, right)).toBe(some.every((n) => b.has(n)));
        expect(isWithinIn(arena, right, left)).toBe(others.every((n) => a.has(n)));
        arena.drop(left);
        arena.drop(right);
      }),
    );
  });

  it('gives sets of its own out that outlive what it does next', () => {
    const arena = make();
    const wanted = setOf(
      Array.from({ length: 900 }, (_each, index) => index * 2),
      UNIVERSE,
    );
    arena.begin();
    const kept = arena.keep(wanted);
    const owned = arena.own(kept);
    arena.drop(kept);
    arena.begin();
    for (let round = 0; round < 10; round += 1)
      arena.keep(
        setOf(
          Array.from({ length: 900 }, (_each, index) => index),
          UNIVERSE,
        ),
      );
    expect(equalSets(owned, wanted)).toBe(true);
  });
});

describe('an arena', () => {
  it('keeps what was dropped readable until the next operation, then gives its place away', () => {
    const arena = createWordArena(UNIVERSE, fast, 1);
    const [evens, odds] = [0, 1].map((first) =>
      setOf(
        Array.from({ length: 900 }, (_each, index) => 2 * index + first),
        UNIVERSE,
      ),
    ) as [DeviceSet, DeviceSet];
    arena.begin();
    const kept = arena.keep(evens);
    arena.drop(kept);
    // Its place is not free yet: the other stays where it was made.
    const other = arena.keep(odds);
    expect(equalSets(kept, evens) && equalSets(other, odds)).toBe(true);
    arena.begin();
    const next = arena.keep(odds);
    expect(arena.bitsOf(next)).toBe(arena.bitsOf(kept));
    expect(equalSets(next, odds)).toBe(true);
  });

  it('has room again for guests when many have come', () => {
    const arena = createWordArena(UNIVERSE, fast, 0);
    const sets = Array.from({ length: 200 }, (_each, index) => setOf([index, index + 7], UNIVERSE));
    for (const set of [...sets, ...sets]) {
      const at = arena.bitsOf(set);
      expect(arena.kernels.size(at, arena.countFor(UNIVERSE))).toBe(2);
    }
  });

  it('leaves a guest that is asked for again and again where it is', () => {
    const arena = createWordArena(UNIVERSE, fast, 0);
    const often = setOf([3, 5, 8], UNIVERSE);
    for (let round = 0; round < 1000; round += 1) {
      const at = arena.bitsOf(often);
      arena.bitsOf(setOf([round], UNIVERSE));
      expect(toOrdinals(arena.setOf(at, UNIVERSE))).toEqual(toOrdinals(often));
    }
  });

  it('refuses more scratch than there is', () => {
    const arena = createWordArena(UNIVERSE);
    expect(() => {
      for (;;) arena.scratch();
    }).toThrow(RangeError);
  });
});
