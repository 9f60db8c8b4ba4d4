/** Sets of characters, as classes and wildcards name them. */

import { caseOrbit } from './fold.js';
import { categoriesMask, categoryOf } from './general-category.js';

/** Characters that stand together in a set. */
export interface CharacterItem {
  /** First and last code points by turns. */
  readonly ranges: readonly number[];
  /** Mask of general categories. */
  readonly categories: number;
  /** Whether a character counts that differs by case alone. */
  readonly folded: boolean;
  /** Everything but these. */
  readonly negated: boolean;
}

export interface CharacterSet {
  readonly items: readonly CharacterItem[];
  readonly negated: boolean;
}

const item = (ranges: readonly number[], categories: number, negated = false): CharacterItem => ({
  ranges,
  categories,
  folded: false,
  negated,
});

const SPACES = [0x9, 0xd, 0x85, 0x85];
const WORD = categoriesMask('L', 'Mn', 'Nd', 'Pc');

/**
 * What .NET's shorthands mean, Unicode and not ASCII alone: names of people are rarely ASCII (.NET documentation, "Character classes in regular
 * expressions").
 */
export const SHORTHANDS: Readonly<Record<string, CharacterItem>> = {
  d: item([], categoriesMask('Nd')),
  D: item([], categoriesMask('Nd'), true),
  w: item([], WORD),
  W: item([], WORD, true),
  s: item(SPACES, categoriesMask('Z')),
  S: item(SPACES, categoriesMask('Z'), true),
};

/** Joiners are no part of a word for `\w`, but part of it for `\b`. */
const JOINERS = [0x200c, 0x200d];

/** Whether a word boundary sees a part of a word. */
export function isWordCharacter(codePoint: number): boolean {
  return (categoryOf(codePoint) & WORD) !== 0 || JOINERS.includes(codePoint);
}

/** Makes the test of a set. Ranges are sorted and joined once, so that a test takes a binary search. */
export function characterTest({ items, negated }: CharacterSet): (codePoint: number) => boolean {
  const tests = items.map(itemTest);
  return (codePoint) => tests.some((test) => test(codePoint)) !== negated;
}

function itemTest({ ranges, categories, folded, negated }: CharacterItem): (codePoint: number) => boolean {
  const joined = joinRanges(ranges);
  const holds = (codePoint: number) => (categories !== 0 && (categoryOf(codePoint) & categories) !== 0) || inRanges(joined, codePoint);
  if (!folded) return (codePoint) => holds(codePoint) !== negated;
  return (codePoint) => (holds(codePoint) || caseOrbit(codePoint).some(holds)) !== negated;
}

function joinRanges(ranges: readonly number[]): Uint32Array {
  const pairs: [number, number][] = [];
  for (let at = 0; at < ranges.length; at += 2) pairs.push([ranges[at]!, ranges[at + 1]!]);
  pairs.sort((one, other) => one[0] - other[0]);
  const joined: number[] = [];
  for (const [first, last] of pairs) {
    const end = joined.length - 1;
    if (end > 0 && first <= joined[end]! + 1) joined[end] = Math.max(joined[end]!, last);
    else joined.push(first, last);
  }
  return Uint32Array.from(joined);
}

function inRanges(ranges: Uint32Array, codePoint: number): boolean {
  let low = 0;
  let high = ranges.length >> 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ranges[2 * middle + 1]! < codePoint) low = middle + 1;
    else high = middle;
  }
  return low < ranges.length >> 1 && ranges[2 * low]! <= codePoint;
}
