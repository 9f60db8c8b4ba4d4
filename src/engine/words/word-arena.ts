/**
 * One memory for the bitsets that resolution works on: those kept between questions (planes, filters), and scratch. What lies here can be combined by
 * the kernels without being copied first.
 *
 * The memory is reserved whole and touched as it is used, so it never moves and a view into it never dies.
 */
import { type DenseSet, type DeviceSet, emptySet, sparseLimit, wordCount } from '../device-set.js';
import { type Kernels, plainKernels, STEP } from './kernels.js';
import { wasmKernels } from './wasm-kernels.js';

/** Bitsets kept at most; more stay where they were made. */
const KEPT = 144;
/** Bitsets that an operation may work on at once. */
const SCRATCH = 16;
/** Sets from elsewhere that have a copy here, the small sets of filters above all; the copy that nobody asked for longest gives way. */
const GUESTS = 112;
/** A fleet below this is served by the plain kernels, and nothing is kept here: it all fits the processor's cache anyway. */
const SMALL = 8192;

export interface WordArena {
  readonly kernels: Kernels;
  /** Ordinals that a bitset here can hold. */
  readonly universe: number;
  /** Words to go over for a universe. */
  countFor(universe: number): number;
  /** Starts an operation: the scratch and the dropped bitsets of the one before are free again. */
  begin(): void;
  /** A cleared bitset until the next `begin`. @returns its offset */
  scratch(): number;
  /** A cleared bitset for the time of the call. */
  borrow<T>(use: (at: number) => T): T;
  /** Where the set lies as a bitset; valid until a few dozen others were asked for. */
  bitsOf(set: DeviceSet): number;
  /** The set, a dense one with its words in here. Its owner drops it in the end. Not for results: see `own`. */
  keep(set: DeviceSet): DeviceSet;
  /** A kept set is not wanted any more; what was read of it stays valid until the next `begin`. */
  drop(set: DeviceSet): void;
  /** A cleared bitset that is the caller's until it drops the set over it; undefined where all are taken. */
  take(): number | undefined;
  /** The bits of a universe where they lie, as a set, however few they are. */
  viewOf(at: number, universe: number): DeviceSet;
  /** The set with words of its own, for who keeps it longer than the operation. */
  own(set: DeviceSet): DeviceSet;
  /** The set of a bitset, its words its own. @param size how many bits are set, where it is known */
  setOf(at: number, universe: number, size?: number): DeviceSet;
}

function plain(words: number): Kernels {
  return plainKernels(new Uint32Array(words));
}

function fastest(words: number): Kernels {
  return wasmKernels(words) ?? plain(words);
}

/**
 * @param kernelsOf the kernels over so many words; by default the fastest there are for the size
 * @param kept bitsets kept at most
 */
export function createWordArena(
  universe: number,
  kernelsOf = universe < SMALL ? plain : fastest,
  kept = universe < SMALL ? 0 : KEPT,
): WordArena {
  const slot = Math.max(STEP, Math.ceil(wordCount(universe) / STEP) * STEP);
  // The slot between scratch and guests takes the numbers of bits on their way into a sparse set: one in 32 of the ordinals at most, a word each.
  const firstGuest = SCRATCH + 1;
  const firstKept = firstGuest + GUESTS;
  const kernels = kernelsOf(slot * (firstKept + kept));
  const { words } = kernels;
  /** Kept slots: never used from here on, given back, and given back during this operation. */
  let fresh = 0;
  const free: number[] = [];
  const dropped: number[] = [];
  let scratches = 0;
  const guests = new Map<DeviceSet, number>();

  const isHere = (set: DeviceSet): set is DenseSet => set.kind === 'dense' && set.words.buffer === words.buffer;

  const put = (at: number, set: DeviceSet) => {
    if (set.kind === 'dense') {
      words.set(set.words, at);
      words.fill(0, at + set.words.length, at + slot);
      return;
    }
    kernels.clear(at, slot);
    const { ordinals } = set;
    for (let index = 0; index < ordinals.length; index += 1) words[at + (ordinals[index]! >>> 5)]! |= 1 << (ordinals[index]! & 31);
  };

  const bitsOf = (set: DeviceSet): number => {
    if (isHere(set)) return set.words.byteOffset >>> 2;
    const known = guests.get(set);
    if (known !== undefined) {
      // Asked for again, so the next to come must not take its place.
      guests.delete(set);
      guests.set(set, known);
      return known;
    }
    let at = (firstGuest + guests.size) * slot;
    if (guests.size === GUESTS) {
      const [oldest] = guests;
      at = oldest![1];
      guests.delete(oldest![0]);
    }
    put(at, set);
    guests.set(set, at);
    return at;
  };

  const own = (set: DeviceSet): DeviceSet => (isHere(set) ? { ...set, words: set.words.slice() } : set);

  /** Where a kept bitset can lie. */
  const place = (): number | undefined => free.pop() ?? (fresh < kept ? (firstKept + fresh++) * slot : undefined);

  const scratch = (): number => {
    if (scratches === SCRATCH) throw new RangeError('an operation asked for more scratch than there is');
    const at = scratches * slot;
    scratches += 1;
    kernels.clear(at, slot);
    return at;
  };

  return {
    kernels,
    universe: slot * 32,
    countFor: (asked) => Math.ceil(wordCount(asked) / STEP) * STEP,
    begin() {
      scratches = 0;
      while (dropped.length > 0) free.push(dropped.pop()!);
    },
    scratch,
    borrow(use) {
      const used = use(scratch());
      scratches -= 1;
      return used;
    },
    bitsOf,
    keep(set) {
      if (set.kind === 'sparse' || set.words.length > slot) return set;
      const at = place();
      if (at === undefined) return own(set);
      put(at, set);
      return { ...set, words: words.subarray(at, at + set.words.length) };
    },
    take() {
      const at = place();
      if (at !== undefined) kernels.clear(at, slot);
      return at;
    },
    viewOf(at, asked) {
      const count = wordCount(asked);
      return {
        kind: 'dense',
        universe: asked,
        words: words.subarray(at, at + count),
        size: kernels.size(at, Math.ceil(count / STEP) * STEP),
      };
    },
    drop(set) {
      if (isHere(set)) dropped.push(set.words.byteOffset >>> 2);
    },
    own,
    setOf(at, asked, size = kernels.size(at, Math.ceil(wordCount(asked) / STEP) * STEP)) {
      if (size === 0) return emptySet(asked);
      const count = wordCount(asked);
      if (size > sparseLimit(asked)) return { kind: 'dense', universe: asked, words: words.slice(at, at + count), size };
      const into = SCRATCH * slot;
      kernels.ordinals(at, into, Math.ceil(count / STEP) * STEP);
      return { kind: 'sparse', universe: asked, ordinals: words.slice(into, into + size) };
    },
  };
}
