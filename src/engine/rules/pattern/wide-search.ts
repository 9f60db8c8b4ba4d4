/** The search of patterns with any number of places. */
import type { Follow } from './follow.js';
import { canBeginLater, characterAt, kindOf, type Run } from './run.js';
import { END, LAST_NEWLINE, NEWLINE, START, surroundings } from './surroundings.js';

export function wideSearch(run: Run): (text: string) => boolean {
  const { follows, alphabet, words } = run;
  const { bySurroundings, seesWords } = run.variants;
  const reached = new Int32Array(words);
  const following = new Int32Array(words);
  const restarts = canBeginLater(run);
  return (text) => {
    reached.fill(0);
    let alive = false;
    let before = START;
    for (let at = 0; ; ) {
      const ended = at >= text.length;
      const codePoint = ended ? 0 : characterAt(text, at);
      const after = ended ? END : kindOf(codePoint, seesWords, at === text.length - 1);
      const follow = follows[bySurroundings[surroundings(before, after)]!]!;
      if (follow.empty || (alive && meet(reached, follow.last))) return true;
      if (ended) return false;
      alive = step(reached, following, follow, alphabet.takers(codePoint));
      if (!alive && !restarts) return false;
      at += codePoint > 0xffff ? 2 : 1;
      before = after === LAST_NEWLINE ? NEWLINE : after;
    }
  };
}

function meet(one: Int32Array, other: Int32Array): boolean {
  for (let word = 0; word < one.length; word += 1) if ((one[word]! & other[word]!) !== 0) return true;
  return false;
}

/** From the places reached to those that one character more reaches. @returns whether there is any */
function step(reached: Int32Array, following: Int32Array, follow: Follow, takers: Int32Array): boolean {
  const { next, again, first, jumps } = follow;
  const words = reached.length;
  let carry = 0;
  for (let word = 0; word < words; word += 1) {
    const places = reached[word]!;
    const onward = places & next[word]!;
    following[word] = (onward << 1) | carry | (places & again[word]!) | first[word]!;
    carry = onward >>> 31;
  }
  for (let at = 0; at < jumps.length; ) {
    const sources = at + 1 + 2 * jumps[at]!;
    let jumping = false;
    for (at += 1; at < sources; at += 2) jumping ||= (reached[jumps[at]!]! & jumps[at + 1]!) !== 0;
    const targets = at + 1 + 2 * jumps[at]!;
    if (jumping) for (at += 1; at < targets; at += 2) following[jumps[at]!]! |= jumps[at + 1]!;
    at = targets;
  }
  let alive = 0;
  for (let word = 0; word < words; word += 1) {
    const places = following[word]! & takers[word]!;
    reached[word] = places;
    alive |= places;
  }
  return alive !== 0;
}
