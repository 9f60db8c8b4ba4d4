/**
 * Operations on bitsets that lie in one memory, named by where they begin. `at`, `from` and so on are offsets in words of 32 bits, multiples of 16; so is
 * `count`, the number of words gone over. Nothing is checked: what calls them keeps within the memory.
 *
 * Two implementations agree (a test holds them against each other): `plainKernels` here, and the same as WebAssembly with 128-bit vectors.
 */
export interface Kernels {
  /** The whole memory. It never moves. */
  readonly words: Uint32Array;
  clear(at: number, count: number): void;
  copy(at: number, from: number, count: number): void;
  /** at |= from */
  or(at: number, from: number, count: number): void;
  /** at |= from & within */
  orWithin(at: number, from: number, within: number, count: number): void;
  /** at |= from & ~barred */
  orPast(at: number, from: number, barred: number, count: number): void;
  /** at |= from & within & ~barred */
  orWithinPast(at: number, from: number, within: number, barred: number, count: number): void;
  /** at &= from */
  and(at: number, from: number, count: number): void;
  /** at &= ~from */
  andNot(at: number, from: number, count: number): void;
  /** at = decided & ~refused | at & ~decided */
  decide(at: number, decided: number, refused: number, count: number): void;
  /** How many bits are set. */
  size(at: number, count: number): number;
  /** How many bits are set in both. */
  sizeOfBoth(at: number, other: number, count: number): number;
  /** How many bits are set here and not there. */
  sizeOfRest(at: number, other: number, count: number): number;
  /** Writes the numbers of the set bits, ascending, one a word, from `into` on. @returns how many */
  ordinals(at: number, into: number, count: number): number;
}

/** Words in a step of the vector loops: every offset and count is a multiple. */
export const STEP = 16;

/** The same in TypeScript: for small fleets, where the machine has no vectors, and as what the other is tested against. */
export function plainKernels(words: Uint32Array): Kernels {
  return {
    words,
    clear: (at, count) => void words.fill(0, at, at + count),
    copy: (at, from, count) => void words.copyWithin(at, from, from + count),
    or(at, from, count) {
      for (let word = 0; word < count; word += 1) words[at + word]! |= words[from + word]!;
    },
    orWithin(at, from, within, count) {
      for (let word = 0; word < count; word += 1) words[at + word]! |= words[from + word]! & words[within + word]!;
    },
    orPast(at, from, barred, count) {
      for (let word = 0; word < count; word += 1) words[at + word]! |= words[from + word]! & ~words[barred + word]!;
    },
    orWithinPast(at, from, within, barred, count) {
      for (let word = 0; word < count; word += 1) words[at + word]! |= words[from + word]! & words[within + word]! & ~words[barred + word]!;
    },
    and(at, from, count) {
      for (let word = 0; word < count; word += 1) words[at + word]! &= words[from + word]!;
    },
    andNot(at, from, count) {
      for (let word = 0; word < count; word += 1) words[at + word]! &= ~words[from + word]!;
    },
    decide(at, decided, refused, count) {
      for (let word = 0; word < count; word += 1) {
        const settled = words[decided + word]!;
        words[at + word] = (settled & ~words[refused + word]!) | (words[at + word]! & ~settled);
      }
    },
    size(at, count) {
      let found = 0;
      for (let word = at; word < at + count; word += 1) if (words[word] !== 0) found += bitsIn(words[word]!);
      return found;
    },
    sizeOfBoth(at, other, count) {
      let found = 0;
      for (let word = 0; word < count; word += 1) found += bitsIn(words[at + word]! & words[other + word]!);
      return found;
    },
    sizeOfRest(at, other, count) {
      let found = 0;
      for (let word = 0; word < count; word += 1) found += bitsIn(words[at + word]! & ~words[other + word]!);
      return found;
    },
    ordinals(at, into, count) {
      let next = into;
      for (let word = 0; word < count; word += 1) {
        for (let bits = words[at + word]!; bits !== 0; bits &= bits - 1) words[next++] = (word << 5) + (31 - Math.clz32(bits & -bits));
      }
      return next - into;
    },
  };
}

/** How many bits of a word are set. */
export function bitsIn(word: number): number {
  let bits = word - ((word >>> 1) & 0x5555_5555);
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
