/** Passes over long columns with vectors: pieces of a column are copied to where the kernels work, which costs little beside the pass. */
import { wordCount } from '../device-set.js';
import { type ScanKernels, scanKernels } from '../words/wasm-kernels.js';
import type { Codes } from './codes.js';

/** Below this a pass in TypeScript is quick enough. */
const LONG = 4096;
/** Rows of a piece, and bytes of text. */
const PIECE = 65_536;
/** Codes sought one after the other at most; more are looked up a row. */
const FEW_CODES = 6;

/** The memory: a piece and what is read past its end, the marks or the needle, and what comes out: a word for each byte of a piece at most. */
const SLACK = 4096;
const PIECE_AT = 0;
const MARKS_AT = PIECE * 4 + SLACK;
const OUT_AT = MARKS_AT + PIECE + SLACK;
const END = OUT_AT + PIECE * 4;

let kernels: ScanKernels | undefined;
let asked = false;

function kernelsOrNone(): ScanKernels | undefined {
  if (!asked) kernels = scanKernels(END);
  asked = true;
  return kernels;
}

/**
 * The bits of the first `rows` rows whose code is marked (one byte a code, 0 or 1).
 * @param words the bits; all zero, at least as long as the rows need
 * @returns false where it is better done otherwise; nothing is written then
 */
export function setMarked(words: Uint32Array, codes: Codes, rows: number, marks: Uint8Array): boolean {
  if (rows < LONG) return false;
  const scan = kernelsOrNone();
  if (scan === undefined) return false;
  const few = fewMarked(marks);
  if (few === undefined && marks.length > PIECE) return false;
  const width = codes.BYTES_PER_ELEMENT as 1 | 2 | 4;
  const bits = (8 * width) as 8 | 16 | 32;
  const { memory } = scan;
  if (few === undefined) memory.set(marks, MARKS_AT);
  const bytes = new Uint8Array(codes.buffer, codes.byteOffset, codes.byteLength);
  const out = new Uint32Array(memory.buffer, OUT_AT, wordCount(PIECE));
  for (let row = 0; row < rows; row += PIECE) {
    const here = Math.min(PIECE, rows - row);
    const whole = wordCount(here) * 32;
    memory.set(bytes.subarray(row * width, (row + here) * width), PIECE_AT);
    memory.fill(0, PIECE_AT + here * width, PIECE_AT + whole * width);
    if (few === undefined) scan[`marked${bits}`](PIECE_AT, whole, MARKS_AT, OUT_AT);
    else {
      out.fill(0);
      for (const code of few) scan[`equal${bits}`](PIECE_AT, whole, code, OUT_AT);
    }
    words.set(out.subarray(0, wordCount(here)), row >>> 5);
  }
  // Rows past the last were taken for rows without a value.
  if ((rows & 31) !== 0) words[rows >>> 5]! &= 2 ** (rows & 31) - 1;
  return true;
}

function fewMarked(marks: Uint8Array): readonly number[] | undefined {
  const few: number[] = [];
  for (let code = marks.indexOf(1); code >= 0; code = marks.indexOf(1, code + 1)) {
    if (few.length === FEW_CODES) return undefined;
    few.push(code);
  }
  return few;
}

/**
 * Calls `visit` with every place among the first `end` bytes where the needle (not empty) begins, ascending.
 * @returns false where it is better done otherwise; nothing was visited then
 */
export function findAll(bytes: Uint8Array, end: number, needle: Uint8Array, visit: (at: number) => void): boolean {
  const { length } = needle;
  if (end < LONG || length + 16 > SLACK) return false;
  const scan = kernelsOrNone();
  if (scan === undefined) return false;
  const { memory } = scan;
  memory.set(needle, MARKS_AT);
  const out = new Uint32Array(memory.buffer, OUT_AT, PIECE);
  for (let from = 0; from < end; from += PIECE) {
    const here = Math.min(PIECE, end - from);
    // What begins in this piece may end in the next.
    memory.set(bytes.subarray(from, Math.min(end, from + here + length - 1)), PIECE_AT);
    const places = Math.min(here, end - from - length + 1);
    if (places <= 0) return true;
    const found = scan.find(PIECE_AT, PIECE_AT + places, MARKS_AT, length, OUT_AT);
    for (let index = 0; index < found; index += 1) visit(from + out[index]! - PIECE_AT);
  }
  return true;
}
