import { type DeviceSet, emptySet, fromWords, intersect, wordCount } from '../device-set.js';
import type { Codes } from './codes.js';
import { setMarked } from './vector-scan.js';

/** The rows that the columns of one table share: how many there ever were, and which of them live. */
export interface RowSpace {
  /** One more than the largest ordinal ever given out. */
  readonly rows: number;
  live(): DeviceSet;
  /** Whether many questions in a row are to come: indexes that are of no use otherwise are worth making. */
  readonly manyQuestions: boolean;
}

/**
 * One pass over the rows: those whose code (list, flag …) is marked. `marks[0]` is for null: for rows with code 0 and those past the codes; rows that do
 * not live among them are taken out again.
 */
export function rowsMarked(space: RowSpace, codes: Codes, marks: Uint8Array): DeviceSet {
  const { rows } = space;
  if (!marks.includes(1)) return emptySet(rows);
  const words = new Uint32Array(wordCount(rows));
  const coded = Math.min(rows, codes.length);
  if (setMarked(words, codes, coded, marks)) {
    if (marks[0] === 1) fillFrom(words, coded, rows);
    return settle(space, words, marks[0] === 1);
  }
  for (let index = 0, row = 0; row < coded; index += 1) {
    const end = Math.min(row + 32, coded);
    let word = 0;
    for (let bit = 0; row < end; row += 1, bit += 1) word |= marks[codes[row]!]! << bit;
    words[index] = word;
  }
  if (marks[0] === 1) fillFrom(words, coded, rows);
  return settle(space, words, marks[0] === 1);
}

/** Sets the bits from `start` up to `end`. */
function fillFrom(words: Uint32Array, start: number, end: number): void {
  for (let row = start; row < end; row += 1) {
    if ((row & 31) === 0 && row + 32 <= end) {
      words[row >>> 5] = 0xffff_ffff;
      row += 31;
    } else words[row >>> 5]! |= 1 << (row & 31);
  }
}

/** The rows of these bits; @param mayHoldDeadRows whether rows that do not live may be among them */
export function rowsOfWords(space: RowSpace, words: Uint32Array, mayHoldDeadRows: boolean): DeviceSet {
  return settle(space, words, mayHoldDeadRows);
}

/** The rows whose value the test accepts, of any per-row store; asked once a row. */
export function rowsWhere(space: RowSpace, accepts: (ordinal: number) => boolean): DeviceSet {
  const words = new Uint32Array(wordCount(space.rows));
  for (let row = 0; row < space.rows; row += 1) if (accepts(row)) words[row >>> 5]! |= 1 << (row & 31);
  return settle(space, words, true);
}

function settle(space: RowSpace, words: Uint32Array, mayHoldDeadRows: boolean): DeviceSet {
  const set = fromWords(words, space.rows);
  return mayHoldDeadRows ? intersect(set, space.live()) : set;
}

/** Marks by code where each row has a code of its own, its number and one: of the rows whose text is accepted. */
export function marksOfRows(
  { rows }: RowSpace,
  textOf: (row: number) => string | null,
  accepts: (text: string, code: number) => boolean,
): Uint8Array {
  const marks = new Uint8Array(rows + 1);
  for (let row = 0; row < rows; row += 1) {
    const text = textOf(row);
    if (text !== null && accepts(text, row + 1)) marks[row + 1] = 1;
  }
  return marks;
}
