/**
 * Texts that are GUIDs, each its own: 16 bytes a row, or none where the text repeats the id of the row's object. A row's code is its number and one.
 */
import { guidText, guidWords, isGuidAt, readGuid, readGuidBytes, writeGuid } from '../guid-words.js';
import { foldText, wellFormed } from './fold.js';
import { grown, roomier } from './hash-index.js';
import { createRowFlags, flaggedMarked } from './row-flags.js';
import { marksOfRows, type RowSpace } from './row-space.js';
import { markContaining, markPrefixed, type TextArena } from './text-search.js';
import type { RowWatcher } from './text-source.js';
import type { TextStore } from './text-store.js';

/** What knows the GUIDs already, four words a row. */
export interface GuidSource {
  words(): Uint32Array;
  is(row: number, text: string): boolean;
}

const LENGTH = 36;
/** GUIDs that are spelt out at a time for a search. */
const AT_ONCE = 4096;

export interface GuidTexts extends TextStore, RowWatcher {
  /** Texts that are kept as such. */
  exceptions(): number;
}

/** @param source GUIDs that most of the texts repeat, to be watched where they change while rows have texts; undefined: they are GUIDs of their own */
export function createGuidTexts(space: RowSpace, source: GuidSource | undefined): GuidTexts {
  let own = new Uint32Array(source === undefined ? 64 : 0);
  /** A bit a row with a GUID. */
  const present = createRowFlags();
  /** Texts that are no canonical GUIDs, or not the one of the source. */
  const apart = new Map<number, string>();

  const words = () => source?.words() ?? own;
  /** Whether the text is kept as a GUID now. */
  const keep = (row: number, text: string): boolean => {
    if (!readGuid(text)) return false;
    if (source !== undefined) return source.is(row, text);
    keepRead(row);
    return true;
  };
  /** The GUID that was read last is the row's own. */
  const keepRead = (row: number) => {
    if (4 * row + 4 > own.length) own = grown(own, Math.max(4 * (row + 1), roomier(own.length)));
    for (let word = 0; word < 4; word += 1) own[4 * row + word] = guidWords[word]!;
  };

  const textOf = (row: number): string | null => (present.has(row) ? guidText(words(), 4 * row) : (apart.get(row) ?? null));

  /** Marks of all rows by a search of their GUIDs, spelt out some at a time. */
  const searched = (search: (arena: TextArena) => Uint8Array, accepts: (folded: string) => boolean): Uint8Array => {
    const marks = new Uint8Array(space.rows + 1);
    const bytes = Buffer.alloc(LENGTH * AT_ONCE);
    const ends = new Uint32Array(AT_ONCE + 1);
    const guids = words();
    for (let first = 0; first < space.rows; first += AT_ONCE) {
      const count = Math.min(AT_ONCE, space.rows - first);
      let at = 0;
      for (let index = 0; index < count; index += 1) {
        if (present.has(first + index)) {
          writeGuid(guids, 4 * (first + index), bytes, at);
          at += LENGTH;
        }
        ends[index + 1] = at;
      }
      marks.set(search({ bytes, ends, count }).subarray(1), first + 1);
    }
    for (const [row, text] of apart) if (row < space.rows && accepts(foldText(text))) marks[row + 1] = 1;
    return marks;
  };

  const write = (row: number, text: string | null) => {
    if (apart.size > 0) apart.delete(row);
    if (text !== null && keep(row, text)) {
      present.set(row);
      return;
    }
    present.unset(row);
    if (text !== null) apart.set(row, wellFormed(text));
  };

  return {
    size: () => space.rows,
    exceptions: () => apart.size,
    text: (code) => textOf(code - 1) ?? '',
    // Canonical GUIDs are small already.
    folded: (code) => (present.has(code - 1) ? guidText(words(), 4 * (code - 1)) : foldText(apart.get(code - 1) ?? '')),
    code: (row) => (present.has(row) || apart.has(row) ? row + 1 : 0),
    write,
    writeBytes(row, bytes, start, end) {
      if (readGuidBytes(bytes, start, end) && (source === undefined || isGuidAt(source.words(), 4 * row))) {
        if (source === undefined) keepRead(row);
        if (apart.size > 0) apart.delete(row);
        present.set(row);
      } else write(row, bytes.toString('latin1', start, end));
    },
    before(row) {
      if (source === undefined || !present.has(row)) return;
      apart.set(row, guidText(source.words(), 4 * row));
      present.unset(row);
    },
    after(row) {
      const text = source === undefined || apart.size === 0 ? undefined : apart.get(row);
      if (text === undefined || !keep(row, text)) return;
      apart.delete(row);
      present.set(row);
    },
    rowsMarked: (marks) => flaggedMarked(space, present, apart, marks),
    marksWhere: (accepts) => marksOfRows(space, textOf, accepts),
    marksEqual(folded) {
      const marks = new Uint8Array(space.rows + 1);
      const guids = words();
      for (const wanted of folded) {
        if (!readGuid(wanted)) continue;
        const [a, b, c, d] = [guidWords[0]!, guidWords[1]!, guidWords[2]!, guidWords[3]!];
        for (let row = 0, at = 0; row < space.rows; row += 1, at += 4) {
          if (guids[at] === a && guids[at + 1] === b && guids[at + 2] === c && guids[at + 3] === d && present.has(row)) marks[row + 1] = 1;
        }
      }
      for (const [row, text] of apart) if (row < space.rows && folded.includes(foldText(text))) marks[row + 1] = 1;
      return marks;
    },
    marksPrefixed(prefix) {
      const needle = Buffer.from(prefix);
      return searched(
        (arena) => markPrefixed(arena, needle),
        (text) => text.startsWith(prefix),
      );
    },
    marksContaining(part) {
      const needle = Buffer.from(part);
      return searched(
        (arena) => markContaining(arena, needle),
        (text) => text.includes(part),
      );
    },
    trim() {
      const rows = space.rows + (space.rows >>> 6) + 16;
      if (own.length > 4 * rows) own = own.slice(0, 4 * rows);
      present.trim(rows);
    },
    save(out) {
      out.uint32('own', own);
      out.uint32('present', present.words());
      out.json('apart', [...apart]);
    },
    load(from) {
      own = from.uint32('own');
      present.load(from.uint32('present'));
      apart.clear();
      for (const [row, text] of from.json('apart') as readonly (readonly [number, string])[]) apart.set(row, text);
    },
  };
}
