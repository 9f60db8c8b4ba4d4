/**
 * What follows from the values that some members of a row have together, known by the bytes of those values: each distinct combination is worked out
 * once.
 */
import { createHashIndex, finishHash, HASH_SEED } from '../columns/hash-index.js';
import type { SharedCell } from '../columns/shared-cell.js';
import type { CellValue } from '../columns/table.js';

export interface Derived {
  readonly cells: readonly SharedCell[];
  readonly fact: CellValue | undefined;
}

/** Where the values of members stand, one after the other. */
export interface ValueSpans {
  count: number;
  /** The members, by their places among a group's. */
  readonly members: Uint8Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

export interface Bytes {
  readonly bytes: Buffer;
  /** Of the same. */
  readonly view: DataView;
}

export interface ValueCombinations {
  of(from: Bytes, spans: ValueSpans): Derived;
}

/** Combinations that are remembered, and bytes of their values. */
const MOST = 1 << 16;
const MOST_BYTES = 1 << 24;
/** Longer ones are not looked for. */
const LONGEST = 4096;
/** Of so many with one hash none is looked for any more: somebody chose them. */
const ALIKE = 8;

/** @param derive works out what follows from values, wherever these come together */
export function createValueCombinations(derive: (from: Bytes, spans: ValueSpans) => Derived): ValueCombinations {
  const index = createHashIndex();
  /** By id: what follows, and where its values lie; of each value a word for its member and its length, and its bytes. */
  const derived: Derived[] = [];
  let starts = new Uint32Array(64);
  let kept = new DataView(new ArrayBuffer(1 << 12));
  let end = 0;

  let sought: Bytes = { bytes: Buffer.alloc(0), view: kept };
  let soughtSpans: ValueSpans = { count: 0, members: new Uint8Array(0), starts, ends: starts };
  let seen = 0;
  /** Made once, for there are very many searches. */
  const isSought = (id: number): boolean => {
    seen += 1;
    return seen <= ALIKE && isAt(starts[id]!, starts[id + 1]!);
  };
  const isAt = (start: number, stop: number): boolean => {
    const { view, bytes } = sought;
    const { count, members, starts: from, ends } = soughtSpans;
    let at = start;
    for (let value = 0; value < count; value += 1) {
      let read = from[value]!;
      const last = ends[value]!;
      if (at === stop || kept.getUint32(at, true) !== headOf(members[value]!, last - read)) return false;
      at += 4;
      for (; read + 4 <= last; read += 4, at += 4) if (kept.getUint32(at, true) !== view.getUint32(read, true)) return false;
      for (; read < last; read += 1, at += 1) if (kept.getUint8(at) !== bytes[read]) return false;
    }
    return at === stop;
  };

  const keep = (length: number) => {
    if (end + length > kept.byteLength) {
      const longer = new Uint8Array(Math.max(end + length, kept.byteLength * 2));
      longer.set(new Uint8Array(kept.buffer));
      kept = new DataView(longer.buffer);
    }
    const { count, members, starts: from, ends } = soughtSpans;
    for (let value = 0; value < count; value += 1) {
      kept.setUint32(end, headOf(members[value]!, ends[value]! - from[value]!), true);
      end += 4;
      for (let read = from[value]!; read < ends[value]!; read += 1, end += 1) kept.setUint8(end, sought.bytes[read]!);
    }
  };

  const of = (from: Bytes, spans: ValueSpans): Derived => {
    sought = from;
    soughtSpans = spans;
    let length = 0;
    for (let value = 0; value < spans.count; value += 1) length += 4 + spans.ends[value]! - spans.starts[value]!;
    if (length > LONGEST) return derive(from, spans);
    const hash = hashOf(from, spans);
    seen = 0;
    const known = index.find(hash, isSought);
    if (known !== 0) return derived[known - 1]!;
    const made = derive(from, spans);
    if (seen >= ALIKE || derived.length >= MOST || end + length > MOST_BYTES) return made;
    index.add(hash);
    derived.push(made);
    const id = derived.length;
    if (id + 1 >= starts.length) {
      const longer = new Uint32Array(starts.length * 2);
      longer.set(starts);
      starts = longer;
    }
    starts[id] = end;
    keep(length);
    starts[id + 1] = end;
    return made;
  };

  return { of };
}

/** A length is below 2 to the power of 24. */
const headOf = (member: number, length: number) => ((member << 24) | length) >>> 0;

function hashOf({ bytes, view }: Bytes, { count, members, starts, ends }: ValueSpans): number {
  let hash = HASH_SEED;
  for (let value = 0; value < count; value += 1) {
    const end = ends[value]!;
    let at = starts[value]!;
    hash = Math.imul(hash ^ headOf(members[value]!, end - at), 0x85eb_ca6b);
    for (; at + 4 <= end; at += 4) {
      hash = Math.imul(hash ^ view.getUint32(at, true), 0x9e37_79b1);
      hash ^= hash >>> 15;
    }
    for (; at < end; at += 1) hash = Math.imul(hash ^ bytes[at]!, 0x0100_0193);
  }
  return finishHash(hash);
}
