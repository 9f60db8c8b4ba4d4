/** Which places of a pattern take a character, as words of bits. */
import { characterTest } from './character-set.js';
import { foldCodePoint } from './fold.js';
import { type PlaceSymbol, placesOfSets } from './places.js';

/** Words that are kept for characters that have occurred. */
const MAX_KEPT_WORDS = 1 << 16;

export interface Alphabet {
  /** The mask of the places that take a character; not to be changed. */
  takers(codePoint: number): Int32Array;
  /** How many sets each new character is asked for. */
  readonly sets: number;
}

export function alphabetOf(symbols: readonly PlaceSymbol[], words: number): Alphabet {
  const exact = new Map<number, number[]>();
  const folded = new Map<number, number[]>();
  for (const [place, symbol] of symbols.entries()) {
    if (symbol.kind !== 'literal') continue;
    const literals = symbol.folded ? folded : exact;
    const key = symbol.folded ? foldCodePoint(symbol.codePoint) : symbol.codePoint;
    const known = literals.get(key);
    if (known === undefined) literals.set(key, [place]);
    else known.push(place);
  }
  const sets = placesOfSets(symbols).map(({ set, places }) => ({ test: characterTest(set), mask: maskOf(places, words) }));

  const look = (codePoint: number): Int32Array => {
    const mask = new Int32Array(words);
    for (const places of [exact.get(codePoint), folded.get(foldCodePoint(codePoint))]) {
      for (const place of places ?? []) mask[place >> 5]! |= 1 << (place & 31);
    }
    for (const { test, mask: places } of sets) {
      if (!test(codePoint)) continue;
      for (let word = 0; word < words; word += 1) mask[word]! |= places[word]!;
    }
    return mask;
  };

  const latin: (Int32Array | undefined)[] = new Array<Int32Array | undefined>(256).fill(undefined);
  const others = new Map<number, Int32Array>();
  return {
    sets: sets.length,
    takers(codePoint) {
      if (codePoint < 256) {
        let mask = latin[codePoint];
        if (mask === undefined) {
          mask = look(codePoint);
          latin[codePoint] = mask;
        }
        return mask;
      }
      let mask = others.get(codePoint);
      if (mask === undefined) {
        mask = look(codePoint);
        if (others.size * words >= MAX_KEPT_WORDS) others.clear();
        others.set(codePoint, mask);
      }
      return mask;
    },
  };
}

function maskOf(places: readonly number[], words: number): Int32Array {
  const mask = new Int32Array(words);
  for (const place of places) mask[place >> 5]! |= 1 << (place & 31);
  return mask;
}
