/** The three ways in which a text column keeps its texts; which one, the column decides by what the texts are like. */
import type { DeviceSet } from '../device-set.js';
import type { SnapshotReader, SnapshotWriter } from '../snapshot/sections.js';

/** Texts by code; 0 is no text's. */
export interface Texts {
  /** Codes run from 1 to this. */
  size(): number;
  text(code: number): string;
  /** The text in the form in which case does not count (`foldText`). */
  folded(code: number): string;
}

/** Texts one after the other, folded, and a bit a byte that says where they are written in the other case (`row-texts.ts`). */
export interface RowLayout {
  readonly bytes: Buffer;
  readonly ends: Uint32Array;
  readonly cased: Uint8Array;
  readonly count: number;
  /** Rows whose text is not as laid out. */
  readonly apart: { has(row: number): boolean };
}

export interface TextStore extends Texts {
  /** Code of the row's text, 0 for null. */
  code(row: number): number;
  /** Texts are well-formed: a lone surrogate comes back as U+FFFD. */
  write(row: number, text: string | null): void;
  /** The same of a text, not empty, that lies in ASCII bytes. */
  writeBytes(row: number, bytes: Buffer, start: number, end: number): void;
  /** Whether the text of a row is the one that another store has for a row of its own; undefined where that is not to be told without making strings of them. */
  isSame?(row: number, other: TextStore, otherRow: number): boolean | undefined;
  /** Where texts are laid out by row: how. Valid until the next change. */
  layout?(): RowLayout;
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
