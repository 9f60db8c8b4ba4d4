/** The rows of each code side by side: for as long as many questions in a row are asked of a column that does not change. */
import { type DeviceSet, emptySet, fromSorted } from '../device-set.js';
import type { Codes } from './codes.js';
import type { RowSpace } from './row-space.js';

export interface Postings {
  /** The rows of code `code` are `rows[starts[code]]` up to `rows[starts[code + 1]]`, ascending. */
  readonly starts: Uint32Array;
  readonly rows: Uint32Array;
}

/** @param count rows that are coded; `highest` the largest code */
export function createPostings(codes: Codes, count: number, highest: number): Postings {
  const starts = new Uint32Array(highest + 2);
  // Code 0 is for null, of which nobody asks here.
  for (let row = 0; row < count; row += 1) if (codes[row] !== 0) starts[codes[row]! + 1]! += 1;
  for (let code = 1; code < starts.length; code += 1) starts[code]! += starts[code - 1]!;
  const rows = new Uint32Array(starts.at(-1)!);
  const next = starts.slice();
  for (let row = 0; row < count; row += 1) if (codes[row] !== 0) rows[next[codes[row]!]!++] = row;
  return { starts, rows };
}

/** From here on, one row in so many, a pass over all rows costs less. */
const MANY = 8;

/** The rows of the marked codes; undefined where another way costs less. @param marks as for `rowsMarked` */
export function rowsPosted(space: RowSpace, { starts, rows }: Postings, marks: Uint8Array): DeviceSet | undefined {
  if (marks[0] === 1) return undefined;
  const wanted: number[] = [];
  let total = 0;
  for (let code = marks.indexOf(1, 1); code > 0; code = marks.indexOf(1, code + 1)) {
    wanted.push(code);
    total += starts[code + 1]! - starts[code]!;
    if (total * MANY > space.rows) return undefined;
  }
  const [only] = wanted;
  if (only === undefined) return emptySet(space.rows);
  if (wanted.length === 1) return fromSorted(rows.slice(starts[only]!, starts[only + 1]!), space.rows);
  const found = new Uint32Array(total);
  let at = 0;
  for (const code of wanted) {
    found.set(rows.subarray(starts[code]!, starts[code + 1]!), at);
    at += starts[code + 1]! - starts[code]!;
  }
  return fromSorted(found.sort(), space.rows);
}
