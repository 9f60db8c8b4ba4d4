/**
 * Whether a pattern occurs in a text: every place that a match could have reached is followed at once, 32 places to a word (a Glushkov automaton run
 * in parallel by bits). Each character costs the same bounded number of words, so time grows with the text alone; there is nothing to go back to.
 */
import { alphabetOf } from './alphabet.js';
import { costOf, type Follow, followOf, type Preparation } from './follow.js';
import { narrowSearch } from './narrow-search.js';
import { placesOf } from './places.js';
import type { Run } from './run.js';
import { variantsOf } from './surroundings.js';
import type { Tree } from './tree.js';
import { wideSearch } from './wide-search.js';

export interface Search {
  /** Tells whether the pattern occurs. */
  readonly matches: (text: string) => boolean;
  /** Words that one character can touch at worst, or as much for what it took to prepare. */
  readonly weight: number;
}

/** Words that one character may touch: with a thousand characters, under a million words, two milliseconds. */
export const MAX_WEIGHT = 800;
/** Asking a set about a character takes as long as so many words. */
const SET_COST = 15;
/** Junctions and places that may be passed to prepare a pattern: a millisecond or two. */
const MAX_PREPARATION = 16_000;

/** @returns undefined for a pattern that would be too much work */
export function searchFor(tree: Tree): Search | undefined {
  const places = placesOf(tree);
  if (places === undefined) return undefined;
  const variants = variantsOf(places.junctions);
  const preparation: Preparation = { left: MAX_PREPARATION, settled: new Map() };
  const follows: Follow[] = [];
  for (const holding of variants.holding) {
    const follow = followOf(places, holding, preparation);
    if (follow === undefined) return undefined;
    follows.push(follow);
  }
  const words = follows[0]!.next.length;
  const alphabet = alphabetOf(places.symbols, words);
  const cost = Math.max(...follows.map(costOf)) + alphabet.sets * SET_COST;
  if (cost > MAX_WEIGHT) return undefined;
  const run: Run = { follows, variants, alphabet, words };
  const prepared = Math.ceil(((MAX_PREPARATION - preparation.left) / MAX_PREPARATION) * MAX_WEIGHT);
  return { matches: words === 1 ? narrowSearch(run) : wideSearch(run), weight: Math.max(cost, prepared) };
}
