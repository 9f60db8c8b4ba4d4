/** Texts by their first bytes: for as long as many prefixes in a row are sought among texts that do not change. */
import { sameBytes, type TextArena } from './text-search.js';

export interface Heads {
  /** As `markPrefixed` of `text-search`. @param needle at least HEAD bytes; `arena` the one that the heads are of */
  markPrefixed(arena: TextArena, needle: Uint8Array): Uint8Array;
}

/** Bytes that a prefix must have. */
export const HEAD = 4;

const BUCKETS = 1 << 16;

/** @param arena of which later texts may be added, but none changed */
export function createHeads({ bytes, ends, count }: TextArena): Heads {
  const starts = new Uint32Array(BUCKETS + 1);
  const eachHead = (visit: (bucket: number, id: number) => void) => {
    for (let id = 1, start = 0; id <= count; id += 1) {
      if (ends[id]! - start >= HEAD) visit(bucketAt(bytes, start), id);
      start = ends[id]!;
    }
  };
  eachHead((bucket) => {
    starts[bucket + 1]! += 1;
  });
  for (let bucket = 1; bucket <= BUCKETS; bucket += 1) starts[bucket]! += starts[bucket - 1]!;
  const ids = new Uint32Array(starts[BUCKETS]!);
  const next = starts.slice();
  eachHead((bucket, id) => {
    ids[next[bucket]!++] = id;
  });
  return {
    markPrefixed(arena, needle) {
      const marks = new Uint8Array(arena.count + 1);
      const bucket = bucketAt(needle, 0);
      for (let at = starts[bucket]!; at < starts[bucket + 1]!; at += 1) {
        const id = ids[at]!;
        const start = arena.ends[id - 1]!;
        if (arena.ends[id]! - start >= needle.length && sameBytes(arena.bytes, start, needle)) marks[id] = 1;
      }
      return marks;
    },
  };
}

function bucketAt(bytes: Uint8Array, start: number): number {
  const head = bytes[start]! | (bytes[start + 1]! << 8) | (bytes[start + 2]! << 16) | (bytes[start + 3]! << 24);
  return Math.imul(head, 0x9e37_79b1) >>> 16;
}
