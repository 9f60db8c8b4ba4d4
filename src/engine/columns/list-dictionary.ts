import type { SnapshotReader, SnapshotWriter } from '../snapshot/sections.js';
import { createHashIndex, finishHash, grown, HASH_SEED } from './hash-index.js';

/**
 * Distinct lists of element codes under ids 1, 2, 3 … (0 is the empty list). Rows that hold the same list, as users with the same licences do, share
 * one entry.
 */
export interface ListDictionary {
  size(): number;
  intern(elements: readonly number[]): number;
  elements(id: number): Uint32Array;
  /** List `id` is `pool[ends[id - 1]]` up to `pool[ends[id]]`. */
  pool(): Uint32Array;
  ends(): Uint32Array;
  save(out: SnapshotWriter): void;
  /** Into a dictionary that never held a list. */
  load(from: SnapshotReader): void;
}

export function createListDictionary(): ListDictionary {
  let pool = new Uint32Array(64);
  let ends = new Uint32Array(16);
  let count = 0;
  const index = createHashIndex();

  return {
    size: () => count,
    pool: () => pool,
    ends: () => ends,
    intern(elements) {
      if (elements.length === 0) return 0;
      const hash = hashOf(elements);
      const known = index.find(hash, (id) => {
        const start = ends[id - 1]!;
        return ends[id]! - start === elements.length && elements.every((element, at) => pool[start + at] === element);
      });
      if (known !== 0) return known;
      const start = ends[count]!;
      if (start + elements.length > pool.length) pool = grown(pool, Math.max(start + elements.length, pool.length * 2));
      pool.set(elements, start);
      count += 1;
      if (count >= ends.length) ends = grown(ends, ends.length * 2);
      ends[count] = start + elements.length;
      index.add(hash);
      return count;
    },
    elements: (id) => (id === 0 ? NO_ELEMENTS : pool.subarray(ends[id - 1]!, ends[id]!)),
    save(out) {
      out.uint32('pool', pool.subarray(0, ends[count]!));
      out.uint32('ends', ends.subarray(0, count + 1));
    },
    load(from) {
      pool = from.uint32('pool');
      ends = from.uint32('ends');
      count = ends.length - 1;
      for (let id = 1; id <= count; id += 1) index.add(hashOf(pool.subarray(ends[id - 1]!, ends[id]!)));
    },
  };
}

function hashOf(elements: Iterable<number>): number {
  let hash = HASH_SEED;
  for (const element of elements) hash = Math.imul(hash ^ element, 0x0100_0193);
  return finishHash(hash);
}

const NO_ELEMENTS = new Uint32Array(0);
