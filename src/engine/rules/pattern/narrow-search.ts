/** The search of patterns with at most 32 places, which most have: the places fit in one word, and words in numbers. */
import type { Run } from './run.js';
import { canBeginLater, characterAt, kindOf } from './run.js';
import { END, LAST_NEWLINE, NEWLINE, START, surroundings } from './surroundings.js';

export function narrowSearch(run: Run): (text: string) => boolean {
  const { follows, alphabet } = run;
  const { bySurroundings, seesWords } = run.variants;
  const steps = follows.map(({ next, again, first, last, jumps, empty }) => ({
    next: next[0]!,
    again: again[0]!,
    first: first[0]!,
    last: last[0]!,
    jumps: narrowJumps(jumps),
    empty,
  }));
  const restarts = canBeginLater(run);
  const latin = new Int32Array(256);
  const known = new Uint8Array(256);
  const takers = (codePoint: number): number => {
    if (codePoint > 255) return alphabet.takers(codePoint)[0]!;
    if (known[codePoint] === 0) {
      latin[codePoint] = alphabet.takers(codePoint)[0]!;
      known[codePoint] = 1;
    }
    return latin[codePoint]!;
  };
  return (text) => {
    let reached = 0;
    let before = START;
    for (let at = 0; ; ) {
      const ended = at >= text.length;
      const codePoint = ended ? 0 : characterAt(text, at);
      const after = ended ? END : kindOf(codePoint, seesWords, at === text.length - 1);
      const step = steps[bySurroundings[surroundings(before, after)]!]!;
      if (step.empty || (reached & step.last) !== 0) return true;
      if (ended) return false;
      const { jumps } = step;
      let following = ((reached & step.next) << 1) | (reached & step.again) | step.first;
      for (let jump = 0; jump < jumps.length; jump += 2) if ((reached & jumps[jump]!) !== 0) following |= jumps[jump + 1]!;
      reached = following & takers(codePoint);
      if (reached === 0 && !restarts) return false;
      at += codePoint > 0xffff ? 2 : 1;
      before = after === LAST_NEWLINE ? NEWLINE : after;
    }
  };
}

/** With one word, a jump is two masks: of where it begins and of where it leads. */
function narrowJumps(jumps: Int32Array): Int32Array {
  const masks: number[] = [];
  for (let at = 0; at < jumps.length; at += 6) masks.push(jumps[at + 2]!, jumps[at + 5]!);
  return Int32Array.from(masks);
}
