/** A bit a row. */
import { type DeviceSet, wordCount } from '../device-set.js';
import { grown, roomier } from './hash-index.js';
import { type RowSpace, rowsOfWords } from './row-space.js';

export interface RowFlags {
  /** Valid until the next change. */
  words(): Uint32Array<ArrayBuffer>;
  has(row: number): boolean;
  set(row: number): void;
  unset(row: number): void;
  /** Takes these bits for its own. */
  load(words: Uint32Array<ArrayBuffer>): void;
  /** Gives back memory held for growth, where there are so many rows. */
  trim(rows: number): void;
}

export function createRowFlags(): RowFlags {
  let words = new Uint32Array(2);
  const has = (row: number) => row >>> 5 < words.length && ((words[row >>> 5]! >>> (row & 31)) & 1) === 1;
  return {
    words: () => words,
    has,
    set(row) {
      const word = row >>> 5;
      if (word >= words.length) words = grown(words, Math.max(word + 1, roomier(words.length)));
      words[word]! |= 1 << (row & 31);
    },
    unset(row) {
      if (has(row)) words[row >>> 5]! &= ~(1 << (row & 31));
    },
    load(given) {
      words = given;
    },
    trim(rows) {
      if (words.length > wordCount(rows)) words = words.slice(0, wordCount(rows));
    },
  };
}

/**
 * The rows whose code, their number and one, is marked, where the rows with a text are those flagged and those apart.
 * @param marks as for `TextStore.rowsMarked`
 */
export function flaggedMarked(space: RowSpace, flags: RowFlags, apart: ReadonlyMap<number, string>, marks: Uint8Array): DeviceSet {
  const { rows } = space;
  const words = flags.words();
  const found = new Uint32Array(wordCount(rows));
  const whenNull = marks[0]!;
  for (let index = 0, row = 0; row < rows; index += 1) {
    const last = Math.min(row + 32, rows);
    const here = index < words.length ? words[index]! : 0;
    let word = 0;
    for (let bit = 0; row < last; row += 1, bit += 1) word |= (((here >>> bit) & 1) === 1 ? marks[row + 1]! : whenNull) << bit;
    found[index] = word;
  }
  for (const row of apart.keys()) {
    if (row >= rows) continue;
    if (marks[row + 1] === 1) found[row >>> 5]! |= 1 << (row & 31);
    else found[row >>> 5]! &= ~(1 << (row & 31));
  }
  return rowsOfWords(space, found, whenNull === 1);
}
