import { bitsIn } from './words/kernels.js';

/**
 * Immutable sets of ordinals (row numbers of a table): a sorted array while a set is small, a bitset above one in 32.
 *
 * The form follows from the size alone, so equal sets look alike. A universe is one more than the largest ordinal a set may hold; sets of
 * different universes combine (a table grows), the larger universe wins, and an ordinal beyond the universe widens it.
 */
export type DeviceSet = SparseSet | DenseSet;

export interface SparseSet {
  readonly kind: 'sparse';
  readonly universe: number;
  /** Ascending, each once. Not to be written. */
  readonly ordinals: Uint32Array;
}

export interface DenseSet {
  readonly kind: 'dense';
  readonly universe: number;
  /** Bit `ordinal & 31` of word `ordinal >>> 5`; bits past the universe are zero. Not to be written. */
  readonly words: Uint32Array;
  readonly size: number;
}

const NONE = new Uint32Array(0);

export function emptySet(universe: number): DeviceSet {
  return { kind: 'sparse', universe, ordinals: NONE };
}

/** Every ordinal below `universe`. */
export function fullSet(universe: number): DeviceSet {
  if (universe === 0) return emptySet(0);
  const words = new Uint32Array(wordCount(universe)).fill(0xffff_ffff);
  if ((universe & 31) !== 0) words[words.length - 1] = 2 ** (universe & 31) - 1;
  return { kind: 'dense', universe, words, size: universe };
}

/** The set of these ordinals, in any order, repeats allowed. */
export function setOf(ordinals: Iterable<number>, universe: number): DeviceSet {
  const given = Uint32Array.from(ordinals);
  let wide = universe;
  for (let index = 0; index < given.length; index += 1) wide = Math.max(wide, given[index]! + 1);
  if (manyEnough(given.length, wide)) {
    const words = new Uint32Array(wordCount(wide));
    for (let index = 0; index < given.length; index += 1) setBit(words, given[index]!);
    return fromWords(words, wide);
  }
  given.sort();
  let count = 0;
  for (let index = 0; index < given.length; index += 1) {
    if (index === 0 || given[index] !== given[index - 1]) given[count++] = given[index]!;
  }
  return fromSorted(given.slice(0, count), wide);
}

/** The union of any number of sets, in one pass over each. */
export function unionOf(sets: readonly DeviceSet[]): DeviceSet {
  const [first] = sets;
  if (first === undefined) return emptySet(0);
  if (sets.length === 1) return first;
  let universe = 0;
  let total = 0;
  for (const set of sets) {
    universe = Math.max(universe, set.universe);
    total += size(set);
  }
  // Merging costs a pass over the ordinals each time the number of sets halves, a bitset some passes over the whole universe.
  if (total * Math.log2(sets.length) * 64 < universe) return fromSorted(mergeAll(sets.map(toOrdinals)).slice(), universe);
  const words = cleanWords(wordCount(universe));
  for (const set of sets) {
    if (set.kind === 'sparse') for (let index = 0; index < set.ordinals.length; index += 1) setBit(words, set.ordinals[index]!);
    else for (let index = 0; index < set.words.length; index += 1) words[index]! |= set.words[index]!;
  }
  const made = fromWords(words, universe);
  // A dense set keeps the words; those of a sparse one serve again.
  if (made.kind === 'sparse') for (let index = 0; index < made.ordinals.length; index += 1) words[made.ordinals[index]! >>> 5] = 0;
  else spareWords = NONE;
  return made;
}

/** Words that are all zero, kept from one union to the next: most of what is united is sparse. */
let spareWords = new Uint32Array(0);

function cleanWords(count: number): Uint32Array {
  if (spareWords.length !== count) spareWords = new Uint32Array(count);
  return spareWords;
}

/** From here on a pass over the whole universe costs less than sorting. */
function manyEnough(count: number, universe: number): boolean {
  return count * 1024 > universe;
}

/** The set of these ascending, distinct ordinals, all below `universe`; the array is the set's from then on. */
export function fromSorted(ordinals: Uint32Array, universe: number): DeviceSet {
  if (ordinals.length <= sparseLimit(universe)) return { kind: 'sparse', universe, ordinals };
  const words = new Uint32Array(wordCount(universe));
  for (let index = 0; index < ordinals.length; index += 1) setBit(words, ordinals[index]!);
  return { kind: 'dense', universe, words, size: ordinals.length };
}

/** The set whose bits these words hold, `ceil(universe / 32)` of them; the array is the set's from then on. */
export function fromWords(words: Uint32Array, universe: number): DeviceSet {
  return settled(words, universe, countBits(words));
}

export function size(set: DeviceSet): number {
  return set.kind === 'sparse' ? set.ordinals.length : set.size;
}

export function isEmpty(set: DeviceSet): boolean {
  return size(set) === 0;
}

export function has(set: DeviceSet, ordinal: number): boolean {
  if (ordinal >= set.universe) return false;
  if (set.kind === 'dense') return ((set.words[ordinal >>> 5]! >>> (ordinal & 31)) & 1) === 1;
  return set.ordinals[lowerBound(set.ordinals, ordinal)] === ordinal;
}

/** Calls `visit` with every ordinal, ascending. */
export function forEach(set: DeviceSet, visit: (ordinal: number) => void): void {
  if (set.kind === 'sparse') {
    for (let index = 0; index < set.ordinals.length; index += 1) visit(set.ordinals[index]!);
    return;
  }
  for (let index = 0; index < set.words.length; index += 1) {
    for (let word = set.words[index]!; word !== 0; word &= word - 1) visit((index << 5) + lowestBit(word));
  }
}

/** The ordinals, ascending. The array may be the set's own: not to be written. */
export function toOrdinals(set: DeviceSet): Uint32Array {
  return set.kind === 'sparse' ? set.ordinals : ordinalsOf(set.words, set.size);
}

/** At most `limit` ordinals after the first `skip`, without building the others. */
export function ordinalsFrom(set: DeviceSet, skip: number, limit: number): readonly number[] {
  if (set.kind === 'sparse') return [...set.ordinals.subarray(skip, skip + limit)];
  const found: number[] = [];
  let passed = 0;
  for (let index = 0; index < set.words.length && found.length < limit; index += 1) {
    const count = bitsIn(set.words[index]!);
    if (passed + count <= skip) {
      passed += count;
      continue;
    }
    for (let word = set.words[index]!; word !== 0 && found.length < limit; word &= word - 1) {
      if (passed >= skip) found.push((index << 5) + lowestBit(word));
      passed += 1;
    }
  }
  return found;
}

export function equalSets(left: DeviceSet, right: DeviceSet): boolean {
  if (size(left) !== size(right)) return false;
  if (left.kind === 'dense' && right.kind === 'dense') {
    const shared = Math.min(left.words.length, right.words.length);
    for (let index = 0; index < shared; index += 1) if (left.words[index] !== right.words[index]) return false;
    return true;
  }
  const [a, b] = [toOrdinals(left), toOrdinals(right)];
  return a.every((ordinal, index) => ordinal === b[index]);
}

export function union(left: DeviceSet, right: DeviceSet): DeviceSet {
  const universe = Math.max(left.universe, right.universe);
  if (left.kind === 'sparse' && right.kind === 'sparse') return fromSorted(mergeSorted(left.ordinals, right.ordinals).slice(), universe);
  if (left.kind === 'dense' && right.kind === 'dense') {
    const [long, short] = left.words.length >= right.words.length ? [left.words, right.words] : [right.words, left.words];
    const words = long.slice();
    for (let index = 0; index < short.length; index += 1) words[index]! |= short[index]!;
    return fromWords(words, universe);
  }
  const [dense, sparse] = left.kind === 'dense' ? [left, right as SparseSet] : [right as DenseSet, left];
  const words = widened(dense.words, universe);
  let count = dense.size;
  for (let index = 0; index < sparse.ordinals.length; index += 1) {
    const ordinal = sparse.ordinals[index]!;
    count += 1 - ((words[ordinal >>> 5]! >>> (ordinal & 31)) & 1);
    setBit(words, ordinal);
  }
  return settled(words, universe, count);
}

export function intersect(left: DeviceSet, right: DeviceSet): DeviceSet {
  const universe = Math.max(left.universe, right.universe);
  if (left.kind === 'dense' && right.kind === 'dense') {
    const words = new Uint32Array(wordCount(universe));
    const shared = Math.min(left.words.length, right.words.length);
    for (let index = 0; index < shared; index += 1) words[index] = left.words[index]! & right.words[index]!;
    return fromWords(words, universe);
  }
  if (left.kind === 'sparse' && right.kind === 'sparse') {
    const [few, many] = left.ordinals.length <= right.ordinals.length ? [left, right] : [right, left];
    return fromSorted(kept(few.ordinals, many, true), universe);
  }
  return left.kind === 'sparse'
    ? fromSorted(kept(left.ordinals, right, true), universe)
    : fromSorted(kept((right as SparseSet).ordinals, left, true), universe);
}

/** What `left` holds and `right` does not. */
export function subtract(left: DeviceSet, right: DeviceSet): DeviceSet {
  const universe = Math.max(left.universe, right.universe);
  if (left.kind === 'sparse') return fromSorted(kept(left.ordinals, right, false), universe);
  const words = widened(left.words, universe);
  if (right.kind === 'dense') {
    for (let index = 0; index < right.words.length; index += 1) words[index]! &= ~right.words[index]!;
  } else {
    for (let index = 0; index < right.ordinals.length; index += 1) clearBit(words, right.ordinals[index]!);
  }
  return fromWords(words, universe);
}

/** What `live` holds and `set` does not: "not" of a set has a meaning only within the rows that exist. */
export function complementWithin(live: DeviceSet, set: DeviceSet): DeviceSet {
  return subtract(live, set);
}

export function withOrdinal(set: DeviceSet, ordinal: number): DeviceSet {
  if (has(set, ordinal)) return set;
  const universe = Math.max(set.universe, ordinal + 1);
  if (set.kind === 'sparse') {
    const at = lowerBound(set.ordinals, ordinal);
    const ordinals = new Uint32Array(set.ordinals.length + 1);
    ordinals.set(set.ordinals.subarray(0, at));
    ordinals[at] = ordinal;
    ordinals.set(set.ordinals.subarray(at), at + 1);
    return fromSorted(ordinals, universe);
  }
  const words = widened(set.words, universe);
  setBit(words, ordinal);
  return settled(words, universe, set.size + 1);
}

export function withoutOrdinal(set: DeviceSet, ordinal: number): DeviceSet {
  if (!has(set, ordinal)) return set;
  if (set.kind === 'sparse')
    return fromSorted(
      set.ordinals.filter((each) => each !== ordinal),
      set.universe,
    );
  const words = set.words.slice();
  words[ordinal >>> 5]! &= ~(1 << (ordinal & 31));
  return settled(words, set.universe, set.size - 1);
}

/** Words a bitset of this universe takes. */
export function wordCount(universe: number): number {
  return (universe + 31) >>> 5;
}

/** Ordinals that a sparse set of this universe has at most. */
export function sparseLimit(universe: number): number {
  return universe >>> 5;
}

function settled(words: Uint32Array, universe: number, count: number): DeviceSet {
  if (count > sparseLimit(universe)) return { kind: 'dense', universe, words, size: count };
  return { kind: 'sparse', universe, ordinals: count === 0 ? NONE : ordinalsOf(words, count) };
}

function ordinalsOf(words: Uint32Array, count: number): Uint32Array {
  const ordinals = new Uint32Array(count);
  let next = 0;
  for (let index = 0; index < words.length; index += 1) {
    for (let word = words[index]!; word !== 0; word &= word - 1) ordinals[next++] = (index << 5) + lowestBit(word);
  }
  return ordinals;
}

function widened(words: Uint32Array, universe: number): Uint32Array {
  const copy = new Uint32Array(wordCount(universe));
  copy.set(words);
  return copy;
}

/** May return a view of a longer array. */
function mergeSorted(left: Uint32Array, right: Uint32Array): Uint32Array {
  const merged = new Uint32Array(left.length + right.length);
  let [a, b, count] = [0, 0, 0];
  while (a < left.length && b < right.length) {
    const x = left[a]!;
    const y = right[b]!;
    merged[count++] = Math.min(x, y);
    if (x <= y) a += 1;
    if (y <= x) b += 1;
  }
  while (a < left.length) merged[count++] = left[a++]!;
  while (b < right.length) merged[count++] = right[b++]!;
  return count === merged.length ? merged : merged.subarray(0, count);
}

/** Merges ascending arrays two by two until one is left. */
function mergeAll(arrays: readonly Uint32Array[]): Uint32Array {
  let level = arrays;
  while (level.length > 1) {
    level = Array.from({ length: (level.length + 1) >>> 1 }, (_, index) => {
      const right = level[2 * index + 1];
      return right === undefined ? level[2 * index]! : mergeSorted(level[2 * index]!, right);
    });
  }
  return level[0] ?? NONE;
}

/** The ordinals that `other` holds, or that it does not. Loops without a call inside: this is where resolution spends its time. */
function kept(ordinals: Uint32Array, other: DeviceSet, held: boolean): Uint32Array {
  const found = new Uint32Array(ordinals.length);
  const count =
    other.kind === 'dense' ? keptByBits(ordinals, other.words, held, found) : keptByMerge(ordinals, other.ordinals, held, found);
  return count === found.length ? found : found.slice(0, count);
}

function keptByBits(ordinals: Uint32Array, words: Uint32Array, held: boolean, found: Uint32Array): number {
  const wanted = held ? 1 : 0;
  let count = 0;
  for (let index = 0; index < ordinals.length; index += 1) {
    const ordinal = ordinals[index]!;
    // A word past the end reads as undefined, whose bits are zero.
    found[count] = ordinal;
    count += ((words[ordinal >>> 5]! >>> (ordinal & 31)) & 1) === wanted ? 1 : 0;
  }
  return count;
}

/** Looks others up one by one where they are many more, and walks through both where they are not. */
function keptByMerge(ordinals: Uint32Array, others: Uint32Array, held: boolean, found: Uint32Array): number {
  let count = 0;
  let at = 0;
  const farApart = others.length > ordinals.length * 16;
  for (let index = 0; index < ordinals.length; index += 1) {
    const ordinal = ordinals[index]!;
    if (farApart) at = lowerBound(others, ordinal, at);
    else while (at < others.length && others[at]! < ordinal) at += 1;
    if ((at < others.length && others[at] === ordinal) === held) found[count++] = ordinal;
  }
  return count;
}

function setBit(words: Uint32Array, ordinal: number): void {
  words[ordinal >>> 5]! |= 1 << (ordinal & 31);
}

function clearBit(words: Uint32Array, ordinal: number): void {
  words[ordinal >>> 5]! &= ~(1 << (ordinal & 31));
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}

/** How many bits are set. */
export function countBits(words: Uint32Array): number {
  let count = 0;
  for (let at = 0; at < words.length; at += 1) if (words[at] !== 0) count += bitsIn(words[at]!);
  return count;
}

/** Index of the first element from `start` on that is not less than `ordinal`. */
function lowerBound(ordinals: Uint32Array, ordinal: number, start = 0): number {
  let low = start;
  let high = ordinals.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ordinals[middle]! < ordinal) low = middle + 1;
    else high = middle;
  }
  return low;
}
