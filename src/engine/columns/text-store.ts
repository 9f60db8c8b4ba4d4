/** The three ways in which a text column keeps its texts; which one, the column decides by what the texts are like. */
import type { DeviceSet } from '../device-set.js';
import type { SnapshotReader, SnapshotWriter } from '../snapshot/sections.js';

/** Texts by code; 0 is no text's. */
export interface Texts {
  /** Codes run from 1 to this. */
  readonly size: number;
  text(code: number): string;
  /** The text in the form in which case does not count (`foldText`). */
  folded(code: number): string;
}

export interface TextStore extends Texts {
  /** Code of the row's text, 0 for null. */
  code(row: number): number;
  /** Texts are well-formed: a lone surrogate comes back as U+FFFD. */
  write(row: number, text: string | null): void;
  /** The same of a text, not empty, that lies in ASCII bytes. */
  writeBytes(row: number, bytes: Buffer, start: number, end: number): void;
  /** The rows whose code is marked (one byte a code, 0 or 1; `marks[0]` is for null). */
  rowsMarked(marks: Uint8Array): DeviceSet;
  /** Marks per code: texts of live rows that the test accepts, asked once a code. */
  marksWhere(accepts: (text: string, code: number) => boolean): Uint8Array;
  /** Marks of the texts whose folded form is among these. */
  marksEqual(folded: readonly string[]): Uint8Array;
  /** Marks of the texts whose folded form begins with this, which is not empty. */
  marksPrefixed(folded: string): Uint8Array;
  /** Marks of the texts whose folded form contains this, which is not empty. */
  marksContaining(folded: string): Uint8Array;
  /** Gives back memory held for growth. */
  trim(): void;
  save(out: SnapshotWriter): void;
  /** Into a store that never held a text. */
  load(from: SnapshotReader): void;
}
