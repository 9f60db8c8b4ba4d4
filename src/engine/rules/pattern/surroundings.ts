/** What stands on both sides of a place in a text, as far as assertions can tell. */
import type { Junction } from './places.js';
import type { Assertion } from './tree.js';

/** What a character is to an assertion. The end of the text counts as one, and so does the newline that ends it. */
export const START = 0;
export const END = 0;
export const NEWLINE = 1;
export const WORD = 2;
export const OTHER = 3;
export const LAST_NEWLINE = 4;
const KINDS = 5;

/** Index of the surroundings between two characters. @param before kind of the one before, never LAST_NEWLINE */
export function surroundings(before: number, after: number): number {
  return before * KINDS + after;
}

const HOLDS: Readonly<Record<Assertion, (before: number, after: number) => boolean>> = {
  beginText: (before) => before === START,
  beginLine: (before) => before === START || before === NEWLINE,
  endText: (_, after) => after === END,
  endLine: (_, after) => after === END || after === NEWLINE || after === LAST_NEWLINE,
  endOrLastNewline: (_, after) => after === END || after === LAST_NEWLINE,
  wordBoundary: (before, after) => (before === WORD) !== (after === WORD),
  noWordBoundary: (before, after) => (before === WORD) === (after === WORD),
};

export interface Variants {
  /** Which variant counts, by the index of the surroundings. */
  readonly bySurroundings: Uint8Array;
  /** The assertions that hold in each variant. */
  readonly holding: readonly ReadonlySet<Assertion>[];
  readonly seesWords: boolean;
}

/** Surroundings in which the same of the used assertions hold are one variant; a pattern without assertions has one in all. */
export function variantsOf(junctions: readonly Junction[]): Variants {
  const used = [...new Set(junctions.flatMap((junction) => (junction.kind === 'assertion' ? [junction.assertion] : [])))];
  const bySurroundings = new Uint8Array(KINDS * KINDS);
  const known = new Map<string, number>();
  const holding: ReadonlySet<Assertion>[] = [];
  for (let before = START; before < LAST_NEWLINE; before += 1) {
    for (let after = END; after < KINDS; after += 1) {
      const holds = used.filter((assertion) => HOLDS[assertion](before, after));
      const key = holds.join();
      const variant = known.get(key) ?? holding.push(new Set(holds)) - 1;
      known.set(key, variant);
      bySurroundings[surroundings(before, after)] = variant;
    }
  }
  return { bySurroundings, holding, seesWords: used.includes('wordBoundary') || used.includes('noWordBoundary') };
}
