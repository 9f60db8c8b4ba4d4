/**
 * Texts that hardly two rows share (names of devices and people): one after the other in order of the rows, without a dictionary. A row's code is its
 * number and one. The folded forms lie end to end as bytes, so that one pass searches all; a bit a byte says where the text as written differs in case.
 */

import { wordCount } from '../device-set.js';
import { foldText, wellFormed } from './fold.js';
import { grown, roomier } from './hash-index.js';
import { marksOfRows, type RowSpace, rowsOfWords } from './row-space.js';
import { createHeads, HEAD, type Heads } from './text-heads.js';
import { markContaining, markEqual, markPrefixed } from './text-search.js';
import type { RowLayout, TextStore } from './text-store.js';

/** Bytes of UTF-8 that one UTF-16 unit takes at most. */
const BYTES_PER_UNIT = 3;
const MIN_CHANGED = 4096;

export function createRowTexts(space: RowSpace): TextStore {
  let bytes = Buffer.alloc(256);
  /** The text of row `row` is `bytes[ends[row]]` up to `bytes[ends[row + 1]]`; none where it is empty. */
  let ends = new Uint32Array(16);
  /** A bit a byte of `bytes`, set at the first byte of a character that is written in the other case than folded. */
  let cased = new Uint8Array(32);
  /** Rows that are laid out. */
  let count = 0;
  /** Texts as written of rows that are not as laid out: changed since, empty, or with a character whose case cannot be told by a bit. */
  const apart = new Map<number, string | null>();
  /** Of these, those that a new layout would not bring in. */
  let odd = 0;
  /** While many questions are asked in a row. */
  let heads: Heads | undefined;
  let laidWithHeads = 0;

  const reserve = (needed: number) => {
    if (needed > bytes.length) {
      const longer = Buffer.alloc(Math.max(needed, roomier(bytes.length)));
      bytes.copy(longer);
      bytes = longer;
    }
    if (cased.length * 8 < bytes.length) {
      const longer = new Uint8Array((bytes.length + 7) >>> 3);
      longer.set(cased);
      cased = longer;
    }
  };

  /** Lays the text of the next row out. @returns whether it can be: nothing is laid out where it cannot */
  const lay = (text: string): boolean => {
    const start = ends[count]!;
    reserve(start + text.length * BYTES_PER_UNIT);
    let at = start;
    for (let index = 0; index < text.length; index += 1, at += 1) {
      let unit = text.charCodeAt(index);
      if (unit > 0x7f) return layUnicode(text, start);
      if (unit >= 0x41 && unit <= 0x5a) {
        unit += 0x20;
        cased[at >>> 3]! |= 1 << (at & 7);
      }
      bytes[at] = unit;
    }
    end(at);
    return text !== '';
  };

  /** The same of a text, not empty, in ASCII bytes. */
  const layBytes = (source: Uint8Array, from: number, to: number) => {
    let at = ends[count]!;
    reserve(at + to - from);
    for (let index = from; index < to; index += 1, at += 1) {
      let unit = source[index]!;
      if (unit >= 0x41 && unit <= 0x5a) {
        unit += 0x20;
        cased[at >>> 3]! |= 1 << (at & 7);
      }
      bytes[at] = unit;
    }
    end(at);
  };

  const layUnicode = (text: string, start: number): boolean => {
    clearBits(start, start + text.length);
    let at = start;
    for (const character of text) {
      const folded = foldText(character);
      const length = bytes.write(folded, at);
      if (folded !== character) {
        if (Buffer.byteLength(character) !== length || otherCase(folded) !== character) {
          clearBits(start, at + length);
          end(start);
          return false;
        }
        cased[at >>> 3]! |= 1 << (at & 7);
      }
      at += length;
    }
    end(at);
    return true;
  };

  const clearBits = (from: number, to: number) => {
    for (let at = from; at < to; at += 1) cased[at >>> 3]! &= ~(1 << (at & 7));
  };

  const end = (at: number) => {
    count += 1;
    if (count >= ends.length) ends = grown(ends, roomier(ends.length));
    ends[count] = at;
  };

  const laidText = (row: number): string | null => {
    if (row >= count) return null;
    const [start, stop] = [ends[row]!, ends[row + 1]!];
    if (start === stop) return null;
    const written = Buffer.allocUnsafe(stop - start);
    for (let at = start; at < stop; at += 1) {
      const byte = bytes[at]!;
      const isCased = ((cased[at >>> 3]! >>> (at & 7)) & 1) === 1;
      if (isCased && byte > 0x7f) return unicodeText(start, stop);
      written[at - start] = isCased ? byte - 0x20 : byte;
    }
    return written.toString();
  };

  const unicodeText = (start: number, stop: number): string => {
    let text = '';
    let at = start;
    for (const character of bytes.toString('utf8', start, stop)) {
      text += ((cased[at >>> 3]! >>> (at & 7)) & 1) === 1 ? otherCase(character) : character;
      at += Buffer.byteLength(character);
    }
    return text;
  };

  const textOf = (row: number): string | null => (apart.size > 0 && apart.has(row) ? apart.get(row)! : laidText(row));

  const foldedOf = (row: number): string => {
    const other = apart.get(row);
    if (other !== undefined) return other === null ? '' : foldText(other);
    return row < count ? bytes.toString('utf8', ends[row]!, ends[row + 1]!) : '';
  };

  /** Sets the text of the row after the last one laid out. */
  const append = (text: string | null) => {
    const row = count;
    if (text === null) end(ends[count]!);
    else if (!lay(text)) {
      apart.set(row, text);
      odd += 1;
    }
  };

  const layAnew = () => {
    heads = undefined;
    const rows = count;
    const before = { bytes, ends, cased };
    const laid = new Map(apart);
    bytes = Buffer.alloc(Math.max(256, before.ends[rows]! + (before.ends[rows]! >>> 4)));
    ends = new Uint32Array(rows + (rows >>> 6) + 16);
    cased = new Uint8Array((bytes.length + 7) >>> 3);
    count = 0;
    apart.clear();
    odd = 0;
    for (let row = 0; row < rows; row += 1) {
      const changed = laid.get(row);
      if (changed !== undefined) append(changed);
      else copyRow(before, row);
    }
  };

  const copyRow = (from: { readonly bytes: Buffer; readonly ends: Uint32Array; readonly cased: Uint8Array }, row: number) => {
    const [start, stop, to] = [from.ends[row]!, from.ends[row + 1]!, ends[count]!];
    reserve(to + stop - start);
    for (let at = start, next = to; at < stop; at += 1, next += 1) {
      bytes[next] = from.bytes[at]!;
      if (((from.cased[at >>> 3]! >>> (at & 7)) & 1) === 1) cased[next >>> 3]! |= 1 << (next & 7);
    }
    end(to + stop - start);
  };

  /** Sets the bits of the rows that are marked, if they are few. @returns whether they are */
  const setFew = (words: Uint32Array, marks: Uint8Array): boolean => {
    let found = 0;
    for (let code = marks.indexOf(1, 1); code > 0; code = marks.indexOf(1, code + 1)) {
      found += 1;
      if (found * FEW > marks.length + 1024) return false;
      if (code <= count && ends[code - 1] !== ends[code]) words[(code - 1) >>> 5]! |= 1 << ((code - 1) & 31);
    }
    return true;
  };

  const arena = () => ({ bytes, ends, count });

  const prefixed = (needle: Uint8Array): Uint8Array => {
    if (!space.manyQuestions || needle.length < HEAD) return markPrefixed(arena(), needle);
    if (heads === undefined || laidWithHeads !== count) {
      heads = createHeads(arena());
      laidWithHeads = count;
    }
    return heads.markPrefixed(arena(), needle);
  };

  /** Marks of all rows, out of those of the laid out ones and a test for those apart. */
  const completed = (laid: Uint8Array, accepts: (folded: string) => boolean): Uint8Array => {
    const marks = laid.length === space.rows + 1 ? laid : new Uint8Array(space.rows + 1);
    if (marks !== laid) marks.set(laid.length > marks.length ? laid.subarray(0, marks.length) : laid);
    for (const [row, text] of apart) if (row < space.rows) marks[row + 1] = text !== null && accepts(foldText(text)) ? 1 : 0;
    return marks;
  };

  const layout = (): RowLayout => ({ bytes, ends, cased, count, apart });

  const write = (row: number, given: string | null) => {
    const text = given === null ? null : wellFormed(given);
    if (row >= count) {
      if (text === null) return;
      while (count < row) append(null);
      append(text);
      return;
    }
    if (text === textOf(row)) return;
    if (text === laidText(row) && text !== '') apart.delete(row);
    else apart.set(row, text);
    if (apart.size - odd > Math.max(MIN_CHANGED, count >>> 5)) layAnew();
  };

  return {
    size: () => space.rows,
    text: (code) => textOf(code - 1) ?? '',
    folded: (code) => foldedOf(code - 1),
    code(row) {
      if (apart.size > 0 && apart.has(row)) return apart.get(row) === null ? 0 : row + 1;
      return row < count && ends[row] !== ends[row + 1] ? row + 1 : 0;
    },
    layout,
    isSame(row, other, otherRow) {
      const theirs = other.layout?.();
      return theirs === undefined ? undefined : sameLaid(layout(), row, theirs, otherRow);
    },
    write,
    writeBytes(row, source, start, end) {
      if (row < count) {
        write(row, source.toString('latin1', start, end));
        return;
      }
      while (count < row) append(null);
      layBytes(source, start, end);
    },
    rowsMarked(marks) {
      const { rows } = space;
      const words = new Uint32Array(wordCount(rows));
      const whenNull = marks[0]!;
      const laid = Math.min(rows, count);
      if (whenNull === 0 && apart.size === 0 && setFew(words, marks)) return rowsOfWords(space, words, false);
      words.fill(0);
      let start = ends[0]!;
      for (let index = 0, row = 0; row < rows; index += 1) {
        const last = Math.min(row + 32, rows);
        let word = 0;
        for (let bit = 0; row < last; row += 1, bit += 1) {
          let mark = whenNull;
          if (row < laid) {
            const stop = ends[row + 1]!;
            if (stop !== start) mark = marks[row + 1]!;
            start = stop;
          }
          word |= mark << bit;
        }
        words[index] = word;
      }
      for (const [row, text] of apart) {
        if (row >= rows) continue;
        if ((text === null ? whenNull : marks[row + 1]) === 1) words[row >>> 5]! |= 1 << (row & 31);
        else words[row >>> 5]! &= ~(1 << (row & 31));
      }
      return rowsOfWords(space, words, whenNull === 1);
    },
    marksWhere: (accepts) => marksOfRows(space, textOf, accepts),
    marksEqual(folded) {
      const marks = new Uint8Array(count + 1);
      for (const wanted of folded) if (wanted !== '') markEqual(arena(), Buffer.from(wanted), marks);
      return completed(marks, (text) => folded.includes(text));
    },
    marksPrefixed: (prefix) => completed(prefixed(Buffer.from(prefix)), (text) => text.startsWith(prefix)),
    marksContaining: (part) => completed(markContaining(arena(), Buffer.from(part)), (text) => text.includes(part)),
    trim() {
      heads = undefined;
      if (apart.size > odd) layAnew();
      const used = ends[count]!;
      if (bytes.length > used + (used >>> 5) + 256) {
        const exact = Buffer.alloc(used + (used >>> 6) + 64);
        bytes.copy(exact, 0, 0, used);
        bytes = exact;
        cased = cased.slice(0, (exact.length + 7) >>> 3);
      }
      if (ends.length > count + (count >>> 5) + 64) ends = ends.slice(0, count + (count >>> 6) + 16);
    },
    save(out) {
      const used = ends[count]!;
      out.uint8('bytes', bytes.subarray(0, used));
      out.uint8('cased', cased.subarray(0, (used + 7) >>> 3));
      out.uint32('ends', ends.subarray(0, count + 1));
      out.json('apart', [...apart]);
      out.json('odd', odd);
    },
    load(from) {
      const read = from.uint8('bytes');
      bytes = Buffer.from(read.buffer, read.byteOffset, read.length);
      cased = from.uint8('cased');
      ends = from.uint32('ends');
      count = ends.length - 1;
      apart.clear();
      for (const [row, text] of from.json('apart') as readonly (readonly [number, string | null])[]) apart.set(row, text);
      odd = from.json('odd') as number;
    },
  };
}

/** From here on, one row in so many, marks are not sought one by one. */
const FEW = 32;

/** The character as written of a folded one that is cased: folding makes ASCII small, and any other a capital. */
function otherCase(folded: string): string {
  return folded < '\x80' ? folded.toUpperCase() : folded.toLowerCase();
}

/** Whether two rows are laid out alike; undefined where one is not laid out. */
function sameLaid(a: RowLayout, row: number, b: RowLayout, other: number): boolean | undefined {
  if (row >= a.count || other >= b.count || a.apart.has(row) || b.apart.has(other)) return undefined;
  const [start, from] = [a.ends[row]!, b.ends[other]!];
  const length = a.ends[row + 1]! - start;
  if (b.ends[other + 1]! - from !== length) return false;
  for (let index = 0; index < length; index += 1) {
    const [at, there] = [start + index, from + index];
    if (a.bytes[at] !== b.bytes[there]) return false;
    if ((((a.cased[at >>> 3]! >>> (at & 7)) ^ (b.cased[there >>> 3]! >>> (there & 7))) & 1) === 1) return false;
  }
  return true;
}
