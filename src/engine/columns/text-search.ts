import { findAll } from './vector-scan.js';

/** Substring and prefix search over many texts laid end to end as bytes: one pass over memory instead of one call a text. */
export interface TextArena {
  readonly bytes: Uint8Array;
  /** Text `id` (1, 2, …) is `bytes[ends[id - 1]]` up to `bytes[ends[id]]`; `ends[0]` is 0. */
  readonly ends: Uint32Array;
  /** How many texts there are. */
  readonly count: number;
}

/** Bytes that are compared at once. */
const WINDOW = 4;

/** One byte an id, 1 where the text holds `needle` (not empty). */
export function markContaining(arena: TextArena, needle: Uint8Array): Uint8Array {
  const { bytes, ends, count } = arena;
  const marks = new Uint8Array(count + 1);
  let id = 1;
  const mark = (at: number) => {
    while (ends[id]! <= at) id += 1;
    // A place may lie across two texts.
    if (at + needle.length <= ends[id]!) marks[id] = 1;
  };
  return findAll(bytes, ends[count]!, needle, mark) ? marks : markByWindow(arena, needle);
}

/**
 * The same without vectors. A window of the last four bytes slides over each text and is held against the end of the needle; only for longer needles are the hits looked at
 * again. On short texts this beats searches that skip ahead: what they skip costs less than what they mispredict.
 */
function markByWindow({ bytes, ends, count }: TextArena, needle: Uint8Array): Uint8Array {
  const marks = new Uint8Array(count + 1);
  const { length } = needle;
  const compared = Math.min(length, WINDOW);
  /** Moves the bytes of a window that are not compared out of it. */
  const shift = 8 * (WINDOW - compared);
  let wanted = 0;
  for (let index = length - compared; index < length; index += 1) wanted = (wanted << 8) | needle[index]!;
  wanted <<= shift;
  for (let id = 1, start = 0; id <= count; id += 1) {
    const end = ends[id]!;
    let window = 0;
    let at = start + length - compared;
    for (const first = Math.min(start + length - 1, end); at < first; at += 1) window = (window << 8) | bytes[at]!;
    for (; at < end; at += 1) {
      window = (window << 8) | bytes[at]!;
      if (window << shift === wanted) {
        if (length <= WINDOW || holds(bytes, start, end, needle)) marks[id] = 1;
        break;
      }
    }
    start = end;
  }
  return marks;
}

function holds(bytes: Uint8Array, start: number, end: number, needle: Uint8Array): boolean {
  const last = end - needle.length;
  for (let at = start; at <= last; at += 1) if (sameBytes(bytes, at, needle)) return true;
  return false;
}

/** One byte an id, 1 where the text begins with `needle` (not empty). */
export function markPrefixed({ bytes, ends, count }: TextArena, needle: Uint8Array): Uint8Array {
  const marks = new Uint8Array(count + 1);
  const { length } = needle;
  const last = needle[length - 1]!;
  for (let id = 1, start = 0; id <= count; id += 1) {
    const end = ends[id]!;
    // The last byte of a prefix tells more texts apart than the first.
    if (end - start >= length && bytes[start + length - 1] === last && sameBytes(bytes, start, needle)) marks[id] = 1;
    start = end;
  }
  return marks;
}

/** Sets one byte an id in `marks` where the text is `needle` (not empty). */
export function markEqual({ bytes, ends, count }: TextArena, needle: Uint8Array, marks: Uint8Array): void {
  const { length } = needle;
  const last = needle[length - 1]!;
  for (let id = 1, start = 0; id <= count; id += 1) {
    const end = ends[id]!;
    if (end - start === length && bytes[end - 1] === last && sameBytes(bytes, start, needle)) marks[id] = 1;
    start = end;
  }
}

export function sameBytes(bytes: Uint8Array, start: number, needle: Uint8Array): boolean {
  for (let index = 0; index < needle.length; index += 1) if (bytes[start + index] !== needle[index]) return false;
  return true;
}
