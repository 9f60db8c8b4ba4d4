/** Texts that many rows share: each distinct text once, in a dictionary, and its code a row. */
import type { ByteCells } from './byte-cells.js';
import { type ByteMemory, createByteMemory } from './byte-memory.js';
import { type Codes, codesFor, loadCodes, NO_CODES, saveCodes, trimmedCodes } from './codes.js';
import { grown } from './hash-index.js';
import { createPostings, type Postings, rowsPosted } from './postings.js';
import { type RowSpace, rowsMarked } from './row-space.js';
import type { SharedCell } from './shared-cell.js';
import { createTextDictionary } from './text-dictionary.js';
import { markContaining, markPrefixed } from './text-search.js';
import type { TextStore } from './text-store.js';

/** Dictionaries with fewer entries that no row uses any more are left as they are. */
const MIN_GARBAGE = 1024;

/** Texts that are remembered with their codes. */
const REMEMBERED = 2048;

/** What a write did to the codes: nothing, there is one more, or they are others. */
export type DictionaryChange = 'same' | 'grown' | 'renamed';

export interface CodedTexts extends TextStore {
  put(row: number, text: string | null): DictionaryChange;
  /** The same of the text of a cell that many rows get. */
  putShared(row: number, cell: SharedCell, text: string): DictionaryChange;
  /** The same of texts that lie in ASCII bytes. */
  putCells(cells: ByteCells): DictionaryChange;
  /** Distinct texts that some row has. */
  distinct(): number;
  /** Rows with a text. */
  filled(): number;
  /** One more than the last row that may have a text. */
  rows(): number;
}

export function createCodedTexts(space: RowSpace): CodedTexts {
  let codes: Codes = NO_CODES;
  let dictionary = createTextDictionary();
  /** Rows per code. */
  let uses = new Uint32Array(16);
  /** Codes that have a row. */
  let inUse = 0;
  let filled = 0;
  /** While many questions are asked in a row. */
  let postings: Postings | undefined;
  /** While many rows come, texts and their codes: most rows have what others have, and this is a third of the way to the dictionary. */
  let remembered = new Map<string, number>();
  /** The same of texts that came as bytes. */
  let memory: ByteMemory | undefined;

  const take = (code: number) => {
    if (code >= uses.length) uses = grown(uses, Math.max(code + 1, uses.length * 2));
    if (uses[code] === 0) inUse += 1;
    uses[code]! += 1;
    filled += 1;
  };
  const release = (code: number) => {
    uses[code]! -= 1;
    if (uses[code] === 0) inUse -= 1;
    filled -= 1;
  };

  /** Drops the texts that no row has: values that change often (a name, a date) would otherwise pile up for ever. */
  const compact = () => {
    const kept = createTextDictionary();
    const keptUses = new Uint32Array(inUse + 1);
    const renamed = new Uint32Array(dictionary.size() + 1);
    for (let code = 1; code <= dictionary.size(); code += 1) {
      if (uses[code] === 0) continue;
      const next = kept.intern(dictionary.text(code));
      renamed[code] = next;
      keptUses[next]! += uses[code]!;
    }
    for (let row = 0; row < codes.length; row += 1) codes[row] = renamed[codes[row]!]!;
    dictionary = kept;
    uses = keptUses;
    remembered = new Map();
    memory = undefined;
  };

  const marked = (wanted: Iterable<number>) => {
    const marks = new Uint8Array(dictionary.size() + 1);
    for (const code of wanted) marks[code] = 1;
    return marks;
  };

  const codeOf = (text: string): number => {
    const known = remembered.get(text);
    if (known !== undefined) return known;
    const code = dictionary.intern(text);
    // In memory of its own: the text given may be part of a long one.
    if (remembered.size < REMEMBERED) remembered.set(dictionary.text(code), code);
    return code;
  };

  const codeAt = (row: number) => (row < codes.length ? codes[row]! : 0);

  const put = (row: number, text: string | null): DictionaryChange => {
    const before = codeAt(row);
    if (text === null && before === 0) return 'same';
    const size = dictionary.size();
    return recode(row, before, text === null ? 0 : codeOf(text), size);
  };

  const putShared = (row: number, cell: SharedCell, text: string): DictionaryChange => {
    const size = dictionary.size();
    if (cell.dictionary !== dictionary) {
      cell.code = codeOf(text);
      cell.dictionary = dictionary;
    }
    return recode(row, codeAt(row), cell.code, size);
  };

  const putCells = (cells: ByteCells): DictionaryChange => {
    const { bytes, view, ordinals, starts, ends, first, count } = cells;
    memory ??= createByteMemory();
    const size = dictionary.size();
    const found = memory.codesOf(cells);
    let change: DictionaryChange = 'same';
    for (let index = 0; index < count; index += 1) {
      const row = ordinals[index]!;
      const end = ends[first + index]!;
      if (end === 0 || row < 0) continue;
      let code = found[index]!;
      // Codes that were found are another dictionary's once texts were renamed.
      if (code === 0 || change === 'renamed') {
        const start = starts[first + index]!;
        code = dictionary.internBytes(bytes, start, end);
        memory?.remember(bytes, view, start, end, code);
      }
      if (recode(row, codeAt(row), code, size) === 'renamed') change = 'renamed';
    }
    return change === 'same' && dictionary.size() > size ? 'grown' : change;
  };

  /** @param size of the dictionary before `after` was sought in it */
  const recode = (row: number, before: number, after: number, size: number): DictionaryChange => {
    if (after === before) return 'same';
    postings = undefined;
    if (after !== 0) take(after);
    codes = codesFor(codes, row, after, space.rows);
    codes[row] = after;
    if (before !== 0) {
      release(before);
      const unused = dictionary.size() - inUse;
      if (unused > MIN_GARBAGE && unused > inUse) {
        compact();
        return 'renamed';
      }
    }
    return dictionary.size() === size ? 'same' : 'grown';
  };

  return {
    size: () => dictionary.size(),
    distinct: () => inUse,
    filled: () => filled,
    rows: () => codes.length,
    text: (code) => dictionary.text(code),
    folded: (code) => dictionary.folded(code),
    code: (row) => codes[row] ?? 0,
    write(row, text) {
      put(row, text);
    },
    writeBytes(row, bytes, start, end) {
      put(row, bytes.toString('latin1', start, end));
    },
    put,
    putShared,
    putCells,
    rowsMarked(marks) {
      if (!space.manyQuestions) return rowsMarked(space, codes, marks);
      postings ??= createPostings(codes, Math.min(codes.length, space.rows), dictionary.size());
      return rowsPosted(space, postings, marks) ?? rowsMarked(space, codes, marks);
    },
    marksWhere(accepts) {
      const marks = new Uint8Array(dictionary.size() + 1);
      for (let code = 1; code <= dictionary.size(); code += 1) {
        // Texts without a row stay out: a test may be costly.
        if (uses[code]! > 0 && accepts(dictionary.text(code), code)) marks[code] = 1;
      }
      return marks;
    },
    marksEqual: (folded) => marked(folded.flatMap((text) => dictionary.findFolded(text))),
    marksPrefixed: (folded) => markPrefixed(dictionary.foldedArena(), Buffer.from(folded)),
    marksContaining: (folded) => markContaining(dictionary.foldedArena(), Buffer.from(folded)),
    trim() {
      remembered = new Map();
      memory = undefined;
      postings = undefined;
      codes = trimmedCodes(codes, space.rows);
    },
    save(out) {
      dictionary.save(out);
      saveCodes(out, codes);
      out.uint32('uses', uses.subarray(0, dictionary.size() + 1));
    },
    load(from) {
      dictionary.load(from);
      codes = loadCodes(from);
      uses = from.uint32('uses');
      inUse = 0;
      filled = 0;
      for (let code = 1; code < uses.length; code += 1) {
        if (uses[code]! > 0) inUse += 1;
        filled += uses[code]!;
      }
    },
  };
}
