import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Kernels, plainKernels, STEP } from './kernels.js';
import { wasmKernels } from './wasm-kernels.js';

const SLOTS = 5;
/** Three rounds of the vector loops a bitset. */
const SLOT = 3 * STEP;

/** Bits of a slot: words that are empty, full and mixed all come. */
const bits = fc.array(fc.oneof(fc.constant(0), fc.constant(0xffff_ffff), fc.integer({ min: 0, max: 0xffff_ffff })), {
  minLength: SLOT,
  maxLength: SLOT,
});
const memory = fc.tuple(bits, bits, bits, bits).map((slots) => Uint32Array.from([...slots, new Array<number>(SLOT).fill(0)].flat()));

const implementations: readonly (readonly [name: string, of: (words: number) => Kernels])[] = [
  ['TypeScript', (words) => plainKernels(new Uint32Array(words))],
  ['WebAssembly', (words) => wasmKernels(words) ?? expect.fail('this machine has no WebAssembly with vectors')],
];

const at = (slot: number) => slot * SLOT;

/** What each kernel makes of the slots, as sets of numbers; the written slot is 0. */
const meanings: Readonly<Record<string, (slots: readonly ReadonlySet<number>[], n: number) => boolean>> = {
  or: ([a, b], n) => a!.has(n) || b!.has(n),
  orWithin: ([a, b, c], n) => a!.has(n) || (b!.has(n) && c!.has(n)),
  orPast: ([a, b, c], n) => a!.has(n) || (b!.has(n) && !c!.has(n)),
  orWithinPast: ([a, b, c, d], n) => a!.has(n) || (b!.has(n) && c!.has(n) && !d!.has(n)),
  and: ([a, b], n) => a!.has(n) && b!.has(n),
  andNot: ([a, b], n) => a!.has(n) && !b!.has(n),
  decide: ([a, b, c], n) => (b!.has(n) ? !c!.has(n) : a!.has(n)),
  copy: ([, b], n) => b!.has(n),
  clear: () => false,
};
const calls: Readonly<Record<string, (kernels: Kernels) => void>> = {
  or: (kernels) => kernels.or(at(0), at(1), SLOT),
  orWithin: (kernels) => kernels.orWithin(at(0), at(1), at(2), SLOT),
  orPast: (kernels) => kernels.orPast(at(0), at(1), at(2), SLOT),
  orWithinPast: (kernels) => kernels.orWithinPast(at(0), at(1), at(2), at(3), SLOT),
  and: (kernels) => kernels.and(at(0), at(1), SLOT),
  andNot: (kernels) => kernels.andNot(at(0), at(1), SLOT),
  decide: (kernels) => kernels.decide(at(0), at(1), at(2), SLOT),
  copy: (kernels) => kernels.copy(at(0), at(1), SLOT),
  clear: (kernels) => kernels.clear(at(0), SLOT),
};

const setAt = (words: Uint32Array, slot: number): ReadonlySet<number> => {
  const found = new Set<number>();
  for (let n = 0; n < SLOT * 32; n += 1) if (((words[at(slot) + (n >>> 5)]! >>> (n & 31)) & 1) === 1) found.add(n);
  return found;
};

describe.each(implementations)('the kernels in %s', (_, kernelsOf) => {
  it.each(Object.keys(meanings))('%s means what it says, and touches nothing else', (name) => {
    fc.assert(
      fc.property(memory, (given) => {
        const kernels = kernelsOf(SLOTS * SLOT);
        kernels.words.set(given);
        const before = [0, 1, 2, 3].map((slot) => setAt(given, slot));
        calls[name]!(kernels);
        const wanted = Array.from({ length: SLOT * 32 }, (_each, n) => n).filter((n) => meanings[name]!(before, n));
        expect([...setAt(kernels.words, 0)]).toEqual(wanted);
        expect(kernels.words.subarray(SLOT, SLOTS * SLOT)).toEqual(given.subarray(SLOT));
      }),
      { numRuns: 25 },
    );
  });

  it('counts and lists bits', () => {
    fc.assert(
      fc.property(memory, (given) => {
        // The list takes up to 32 words for each word of the bitset.
        const kernels = kernelsOf(SLOTS * SLOT + 32 * SLOT);
        kernels.words.set(given);
        const [a, b] = [setAt(given, 0), setAt(given, 1)];
        expect(kernels.size(at(0), SLOT)).toBe(a.size);
        expect(kernels.sizeOfBoth(at(0), at(1), SLOT)).toBe([...a].filter((n) => b.has(n)).length);
        expect(kernels.sizeOfRest(at(0), at(1), SLOT)).toBe([...a].filter((n) => !b.has(n)).length);
        const count = kernels.ordinals(at(0), at(SLOTS), SLOT);
        expect([...kernels.words.subarray(at(SLOTS), at(SLOTS) + count)]).toEqual([...a]);
        expect(kernels.words.subarray(0, at(SLOTS))).toEqual(given);
      }),
      { numRuns: 25 },
    );
  });
});
