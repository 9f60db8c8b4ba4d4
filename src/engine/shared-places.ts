/** Which of a few ordinals many sets hold, one set after the other. */
import { type DeviceSet, wordCount } from './device-set.js';
import { bitsIn } from './words/kernels.js';

export interface SharedPlaces {
  /** Places in the ordinals, as far as the last call of `find` wrote them. */
  readonly places: Uint32Array;
  /** Writes the places of those that the set holds. @returns how many there are */
  find(set: DeviceSet): number;
}

/** From so many times as many ordinals on, looking for each of the few costs less than going over the many. */
const MANY = 16;

/** @param ordinals ascending */
export function createSharedPlaces(ordinals: Uint32Array): SharedPlaces {
  const places = new Uint32Array(ordinals.length);
  const first = (ordinals[0] ?? 0) >>> 5;
  const count = ordinals.length === 0 ? 0 : wordCount(ordinals[ordinals.length - 1]! + 1) - first;
  /** The ordinals as bits from the word `first` on, and how many there are before each word; laid when first needed. */
  let bits: Uint32Array | undefined;
  let ranks: Uint32Array | undefined;

  const lay = (): Uint32Array => {
    const laid = new Uint32Array(count);
    const before = new Uint32Array(count);
    for (let place = ordinals.length - 1; place >= 0; place -= 1) {
      const ordinal = ordinals[place]!;
      const word = (ordinal >>> 5) - first;
      laid[word]! |= 1 << (ordinal & 31);
      before[word] = place;
    }
    bits = laid;
    ranks = before;
    return laid;
  };

  const byBits = (others: Uint32Array): number => {
    const laid = bits ?? lay();
    const before = ranks!;
    let found = 0;
    for (let index = 0; index < others.length; index += 1) {
      const other = others[index]!;
      const word = (other >>> 5) - first;
      const bit = 1 << (other & 31);
      // Words before the first and behind the last are not there.
      if (word < 0 || word >= count || (laid[word]! & bit) === 0) continue;
      places[found++] = before[word]! + bitsIn(laid[word]! & (bit - 1));
    }
    return found;
  };

  const byWords = (words: Uint32Array, universe: number): number => {
    let found = 0;
    for (let place = 0; place < ordinals.length; place += 1) {
      const ordinal = ordinals[place]!;
      if (ordinal >= universe) break;
      if (((words[ordinal >>> 5]! >>> (ordinal & 31)) & 1) === 1) places[found++] = place;
    }
    return found;
  };

  /** In steps that double from where the last one was found, then by halves. */
  const bySearch = (others: Uint32Array): number => {
    let found = 0;
    let from = 0;
    for (let place = 0; place < ordinals.length; place += 1) {
      const ordinal = ordinals[place]!;
      let step = 1;
      while (from + step < others.length && others[from + step]! <= ordinal) step *= 2;
      let low = from + (step >>> 1);
      let high = Math.min(from + step, others.length);
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (others[middle]! < ordinal) low = middle + 1;
        else high = middle;
      }
      from = low;
      if (from === others.length) break;
      if (others[from] === ordinal) places[found++] = place;
    }
    return found;
  };

  return {
    places,
    find(set) {
      if (ordinals.length === 0) return 0;
      if (set.kind === 'dense') return byWords(set.words, set.universe);
      return set.ordinals.length > ordinals.length * MANY ? bySearch(set.ordinals) : byBits(set.ordinals);
    },
  };
}
