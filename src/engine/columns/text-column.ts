import type { DeviceSet } from '../device-set.js';
import { grown } from './hash-index.js';
import { type RowSpace, rowsMarked } from './row-space.js';
import { createTextDictionary, type TextDictionary } from './text-dictionary.js';
import { markContaining, markPrefixed } from './text-search.js';
import { parseVersion, type Version } from './version.js';

/** One text (or none) a row, as a code into a dictionary of the distinct texts. */
export interface TextColumn {
  readonly kind: 'text';
  readonly name: string;
  /** Code of each row, 0 for null; at least as long as the table has rows. Valid until the next change. */
  readonly codes: Uint32Array;
  readonly dictionary: TextDictionary;
  code(ordinal: number): number;
  text(ordinal: number): string | null;
  /** What `parseVersion` makes of the text behind a code; read once a code. Null for code 0. */
  version(code: number): Version | null;
  /** The rows whose code is marked (one byte a code, 0 or 1; `marks[0]` is for null). */
  rowsMarked(marks: Uint8Array): DeviceSet;
  /** Marks per code: which texts the test accepts, asked once a distinct text. */
  marksWhere(accepts: (text: string, code: number) => boolean): Uint8Array;
  /** Marks per code: which versions the test accepts; null stands for a text that is no version. */
  marksOfVersions(accepts: (version: Version | null) => boolean): Uint8Array;
  /** Marks of the texts whose folded form is among these. */
  marksEqual(folded: readonly string[]): Uint8Array;
  /** Marks of the texts whose folded form begins with this. */
  marksPrefixed(folded: string): Uint8Array;
  /** Marks of the texts whose folded form contains this. */
  marksContaining(folded: string): Uint8Array;
}

/** The side of a column that its table alone writes to. */
export interface ColumnWriter {
  reserve(rows: number): void;
  write(ordinal: number, value: unknown): void;
}

/** Dictionaries with fewer entries that no row uses any more are left as they are. */
const MIN_GARBAGE = 1024;

export function createTextColumn(name: string, space: RowSpace): { readonly column: TextColumn; readonly writer: ColumnWriter } {
  let codes = new Uint32Array(16);
  let dictionary = createTextDictionary();
  /** Rows per code. */
  let uses = new Uint32Array(16);
  /** Codes that have a row. */
  let inUse = 0;
  let versions: (Version | null)[] = [];

  const take = (code: number) => {
    if (code >= uses.length) uses = grown(uses, Math.max(code + 1, uses.length * 2));
    if (uses[code] === 0) inUse += 1;
    uses[code]! += 1;
  };
  const release = (code: number) => {
    uses[code]! -= 1;
    if (uses[code] === 0) inUse -= 1;
  };

  /** Drops the texts that no row has: values that change often (a name, a date) would otherwise pile up for ever. */
  const compact = () => {
    const kept = createTextDictionary();
    const keptUses = new Uint32Array(inUse + 1);
    const renamed = new Uint32Array(dictionary.size + 1);
    for (let code = 1; code <= dictionary.size; code += 1) {
      if (uses[code] === 0) continue;
      const next = kept.intern(dictionary.text(code));
      renamed[code] = next;
      keptUses[next]! += uses[code]!;
    }
    for (let row = 0; row < codes.length; row += 1) codes[row] = renamed[codes[row]!]!;
    dictionary = kept;
    uses = keptUses;
    versions = [];
  };

  const markCodes = (wanted: readonly number[]) => {
    const marks = new Uint8Array(dictionary.size + 1);
    for (const code of wanted) marks[code] = 1;
    return marks;
  };

  const versionOf = (code: number): Version | null => {
    if (code === 0) return null;
    let version = versions[code];
    if (version === undefined) {
      version = parseVersion(dictionary.text(code));
      versions[code] = version;
    }
    return version;
  };

  const markAll = () => new Uint8Array(dictionary.size + 1).fill(1, 1);

  const column: TextColumn = {
    kind: 'text',
    name,
    get codes() {
      return codes;
    },
    get dictionary() {
      return dictionary;
    },
    code: (ordinal) => codes[ordinal] ?? 0,
    text(ordinal) {
      const code = codes[ordinal] ?? 0;
      return code === 0 ? null : dictionary.text(code);
    },
    version: versionOf,
    rowsMarked: (marks) => rowsMarked(space, codes, marks),
    marksWhere(accepts) {
      const marks = new Uint8Array(dictionary.size + 1);
      for (let code = 1; code <= dictionary.size; code += 1) {
        // Texts without a row stay out: a test may be costly.
        if (uses[code]! > 0 && accepts(dictionary.text(code), code)) marks[code] = 1;
      }
      return marks;
    },
    marksOfVersions(accepts) {
      const marks = new Uint8Array(dictionary.size + 1);
      for (let code = 1; code <= dictionary.size; code += 1) if (uses[code]! > 0 && accepts(versionOf(code))) marks[code] = 1;
      return marks;
    },
    marksEqual: (folded) => markCodes(folded.flatMap((text) => dictionary.findFolded(text))),
    marksPrefixed: (folded) => (folded === '' ? markAll() : markPrefixed(dictionary.foldedArena(), Buffer.from(folded))),
    marksContaining: (folded) => (folded === '' ? markAll() : markContaining(dictionary.foldedArena(), Buffer.from(folded))),
  };

  const writer: ColumnWriter = {
    reserve(rows) {
      if (rows > codes.length) codes = grown(codes, Math.max(rows, codes.length * 2));
    },
    write(ordinal, value) {
      const before = codes[ordinal]!;
      const after = typeof value === 'string' ? dictionary.intern(value) : 0;
      if (after === before) return;
      if (after !== 0) take(after);
      if (before !== 0) release(before);
      codes[ordinal] = after;
      const unused = dictionary.size - inUse;
      if (unused > MIN_GARBAGE && unused > inUse) compact();
    },
  };
  return { column, writer };
}
