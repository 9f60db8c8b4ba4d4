import type { SnapshotReader, SnapshotWriter } from '../snapshot/sections.js';
import { foldText } from './fold.js';
import { createHashIndex, finishHash, grown, HASH_SEED } from './hash-index.js';
import { sameBytes, type TextArena } from './text-search.js';

/**
 * Distinct texts under codes 1, 2, 3 … (0 is left for "no text"). Texts live as bytes and not as strings: a million of them cost the garbage collector
 * nothing, and a substring is sought in all of them in one pass. Ill-formed UTF-16 comes back with U+FFFD in the place of lone surrogates.
 */
export interface TextDictionary {
  /** How many texts there are; codes run from 1 to this. */
  size(): number;
  /** The code of this very text, which is added when it is new. */
  intern(text: string): number;
  /** The same of a text that lies in ASCII bytes. */
  internBytes(bytes: Uint8Array, start: number, end: number): number;
  /** The code of this very text; 0 when it is not here. */
  find(text: string): number;
  /** The codes of all texts whose folded form (`foldText`) is this. */
  findFolded(folded: string): readonly number[];
  text(code: number): string;
  folded(code: number): string;
  /** The folded forms; valid until the next `intern`. */
  foldedArena(): TextArena;
  save(out: SnapshotWriter): void;
  /** Into a dictionary that never held a text. */
  load(from: SnapshotReader): void;
}

interface Arena {
  bytes: Buffer;
  /** Text `id` ends at `ends[id]` and begins where its predecessor ends. */
  ends: Uint32Array;
}

/** Bytes of UTF-8 that one UTF-16 unit takes at most. */
const BYTES_PER_UNIT = 3;

export function createTextDictionary(): TextDictionary {
  const folded: Arena = { bytes: Buffer.alloc(256), ends: new Uint32Array(16) };
  /** The texts as written; empty for a text that is its own folded form. */
  const written: Arena = { bytes: Buffer.alloc(0), ends: new Uint32Array(16) };
  const index = createHashIndex();
  let count = 0;

  /** Writes both forms behind the last text without keeping them. @returns the lengths in bytes and the hash of the folded form */
  const draft = (text: string): Draft => {
    const foldedAt = folded.ends[count]!;
    const writtenAt = written.ends[count]!;
    folded.bytes = roomFor(folded.bytes, foldedAt + text.length * BYTES_PER_UNIT);
    const { bytes } = folded;
    let hash = HASH_SEED;
    let mixed = false;
    for (let at = 0; at < text.length; at += 1) {
      let unit = text.charCodeAt(at);
      if (unit > 0x7f) return draftUnicode(text, foldedAt, writtenAt);
      if (unit >= 0x41 && unit <= 0x5a) {
        unit += 0x20;
        mixed = true;
      }
      bytes[foldedAt + at] = unit;
      hash = Math.imul(hash ^ unit, 0x0100_0193);
    }
    if (mixed) {
      written.bytes = roomFor(written.bytes, writtenAt + text.length);
      for (let at = 0; at < text.length; at += 1) written.bytes[writtenAt + at] = text.charCodeAt(at);
    }
    return { hash: finishHash(hash), foldedLength: text.length, writtenLength: mixed ? text.length : 0 };
  };

  /** The same of ASCII bytes. */
  const draftBytes = (source: Uint8Array, start: number, end: number): Draft => {
    const foldedAt = folded.ends[count]!;
    const writtenAt = written.ends[count]!;
    const length = end - start;
    folded.bytes = roomFor(folded.bytes, foldedAt + length);
    const { bytes } = folded;
    let hash = HASH_SEED;
    let mixed = false;
    for (let at = 0; at < length; at += 1) {
      let unit = source[start + at]!;
      if (unit >= 0x41 && unit <= 0x5a) {
        unit += 0x20;
        mixed = true;
      }
      bytes[foldedAt + at] = unit;
      hash = Math.imul(hash ^ unit, 0x0100_0193);
    }
    if (mixed) {
      written.bytes = roomFor(written.bytes, writtenAt + length);
      for (let at = 0; at < length; at += 1) written.bytes[writtenAt + at] = source[start + at]!;
    }
    return { hash: finishHash(hash), foldedLength: length, writtenLength: mixed ? length : 0 };
  };

  const draftUnicode = (text: string, foldedAt: number, writtenAt: number): Draft => {
    const foldedLength = folded.bytes.write(foldText(text), foldedAt);
    written.bytes = roomFor(written.bytes, writtenAt + text.length * BYTES_PER_UNIT);
    const length = written.bytes.write(text, writtenAt);
    const foldedBytes = folded.bytes.subarray(foldedAt, foldedAt + foldedLength);
    const mixed = length !== foldedLength || !sameBytes(written.bytes, writtenAt, foldedBytes);
    return { hash: hashOf(foldedBytes), foldedLength, writtenLength: mixed ? length : 0 };
  };

  const holds = (arena: Arena, code: number, length: number): boolean => {
    const start = arena.ends[code - 1]!;
    if (arena.ends[code]! - start !== length) return false;
    const { bytes } = arena;
    const draftAt = arena.ends[count]!;
    for (let at = 0; at < length; at += 1) if (bytes[start + at] !== bytes[draftAt + at]) return false;
    return true;
  };
  const findDraft = ({ hash, foldedLength, writtenLength }: Draft): number =>
    index.find(hash, (code) => holds(folded, code, foldedLength) && holds(written, code, writtenLength));

  const keepDraft = (drafted: Draft): number => {
    const known = findDraft(drafted);
    if (known !== 0) return known;
    keep(folded, count, drafted.foldedLength);
    keep(written, count, drafted.writtenLength);
    index.add(drafted.hash);
    count += 1;
    return count;
  };

  return {
    size: () => count,
    intern: (text) => keepDraft(draft(text)),
    internBytes: (bytes, start, end) => keepDraft(draftBytes(bytes, start, end)),
    find: (text) => findDraft(draft(text)),
    findFolded(text) {
      const bytes = Buffer.from(text);
      const codes: number[] = [];
      index.find(hashOf(bytes), (code) => {
        const start = folded.ends[code - 1]!;
        if (folded.ends[code]! - start === bytes.length && sameBytes(folded.bytes, start, bytes)) codes.push(code);
        return false;
      });
      return codes;
    },
    text: (code) => (written.ends[code] === written.ends[code - 1] ? read(folded, code) : read(written, code)),
    folded: (code) => read(folded, code),
    foldedArena: () => ({ bytes: folded.bytes, ends: folded.ends, count }),
    save(out) {
      for (const [name, arena] of [
        ['folded', folded],
        ['written', written],
      ] as const) {
        out.uint8(`${name}Bytes`, arena.bytes.subarray(0, arena.ends[count]!));
        out.uint32(`${name}Ends`, arena.ends.subarray(0, count + 1));
      }
    },
    load(from) {
      for (const [name, arena] of [
        ['folded', folded],
        ['written', written],
      ] as const) {
        const bytes = from.uint8(`${name}Bytes`);
        arena.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
        arena.ends = from.uint32(`${name}Ends`);
      }
      count = folded.ends.length - 1;
      for (let code = 1; code <= count; code += 1) index.add(hashOf(folded.bytes.subarray(folded.ends[code - 1]!, folded.ends[code]!)));
    },
  };
}

interface Draft {
  readonly hash: number;
  readonly foldedLength: number;
  /** 0 when the text is its own folded form. */
  readonly writtenLength: number;
}

function keep(arena: Arena, count: number, length: number): void {
  if (count + 1 >= arena.ends.length) arena.ends = grown(arena.ends, arena.ends.length * 2);
  arena.ends[count + 1] = arena.ends[count]! + length;
}

function read(arena: Arena, code: number): string {
  return arena.bytes.toString('utf8', arena.ends[code - 1]!, arena.ends[code]!);
}

function roomFor(bytes: Buffer, length: number): Buffer {
  if (length <= bytes.length) return bytes;
  const longer = Buffer.alloc(Math.max(length, bytes.length + (bytes.length >>> 1)));
  bytes.copy(longer);
  return longer;
}

function hashOf(bytes: Uint8Array): number {
  let hash = HASH_SEED;
  for (let at = 0; at < bytes.length; at += 1) hash = Math.imul(hash ^ bytes[at]!, 0x0100_0193);
  return finishHash(hash);
}
