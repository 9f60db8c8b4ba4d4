/** What a search runs on, and how it reads a text. */
import type { Alphabet } from './alphabet.js';
import { isWordCharacter } from './character-set.js';
import type { Follow } from './follow.js';
import { END, LAST_NEWLINE, NEWLINE, OTHER, surroundings, type Variants, WORD } from './surroundings.js';

export interface Run {
  /** What follows what, variant by variant. */
  readonly follows: readonly Follow[];
  readonly variants: Variants;
  readonly alphabet: Alphabet;
  /** Words that hold a bit for every place. */
  readonly words: number;
}

/** Whether a match can begin elsewhere than at the start of the text. */
export function canBeginLater({ follows, variants: { bySurroundings } }: Run): boolean {
  for (let before = NEWLINE; before < LAST_NEWLINE; before += 1) {
    for (let after = END; after <= LAST_NEWLINE; after += 1) {
      const { first, empty } = follows[bySurroundings[surroundings(before, after)]!]!;
      if (empty || first.some((mask) => mask !== 0)) return true;
    }
  }
  return false;
}

/** A lone surrogate is U+FFFD. */
export function characterAt(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  if (unit < 0xd800 || unit > 0xdfff) return unit;
  const codePoint = text.codePointAt(at)!;
  return codePoint > 0xffff ? codePoint : 0xfffd;
}

/** What a character is to assertions. @param last whether the text ends with it */
export function kindOf(codePoint: number, seesWords: boolean, last: boolean): number {
  if (codePoint === 0x0a) return last ? LAST_NEWLINE : NEWLINE;
  return seesWords && isWordCharacter(codePoint) ? WORD : OTHER;
}
