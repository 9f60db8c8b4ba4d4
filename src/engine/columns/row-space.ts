import { type DeviceSet, emptySet, fromWords, intersect, wordCount } from '../device-set.js';

/** The rows that the columns of one table share: how many there ever were, and which of them live. */
export interface RowSpace {
  /** One more than the largest ordinal ever given out. */
  readonly rows: number;
  readonly live: DeviceSet;
}

/**
 * One pass over the rows: those whose code (list, flag …) is marked. `nullMark`, the mark of code 0, also stands for rows that do not live; they are
 * taken out again.
 */
export function rowsMarked(space: RowSpace, codes: Uint32Array | Uint8Array, marks: Uint8Array): DeviceSet {
  const { rows } = space;
  if (!marks.includes(1)) return emptySet(rows);
  const words = new Uint32Array(wordCount(rows));
  for (let index = 0, row = 0; row < rows; index += 1) {
    const end = Math.min(row + 32, rows);
    let word = 0;
    for (let bit = 0; row < end; row += 1, bit += 1) word |= marks[codes[row]!]! << bit;
    words[index] = word;
  }
  return settle(space, words, marks[0] === 1);
}

/** The rows whose value the test accepts, of any per-row store; asked once a row. */
export function rowsWhere(space: RowSpace, accepts: (ordinal: number) => boolean): DeviceSet {
  const words = new Uint32Array(wordCount(space.rows));
  for (let row = 0; row < space.rows; row += 1) if (accepts(row)) words[row >>> 5]! |= 1 << (row & 31);
  return settle(space, words, true);
}

function settle(space: RowSpace, words: Uint32Array, mayHoldDeadRows: boolean): DeviceSet {
  const set = fromWords(words, space.rows);
  return mayHoldDeadRows ? intersect(set, space.live) : set;
}
