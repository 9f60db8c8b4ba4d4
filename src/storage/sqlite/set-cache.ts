/**
 * Small sets, kept whole as they were at a commit: lists ask for the same few sets again and again, and a row costs the driver more than all that is
 * done with it. Every change raises its tenant's sequence, so that a set of the sequence that a reader sees is what the reader would read.
 */
import type { StoredEntity } from '../store.js';

export interface CachedSet {
  /** The tenant's, at which the rows were so. */
  readonly sequence: number;
  /** All of them, by parent and id; undefined of a set that is too large to be kept. */
  readonly rows: readonly StoredEntity[] | undefined;
  /** Characters of the rows' texts. */
  readonly size: number;
}

export interface SetCache {
  get(name: string): CachedSet | undefined;
  /** Keeps a set, unless a later state of it is kept. */
  keep(name: string, set: CachedSet): void;
}

/** Of a set: rows, and characters of their texts. */
export const MOST_ROWS = 20_000;
export const MOST_SIZE = 16 * 1024 * 1024;
/** Characters of all. */
const MOST = 4 * MOST_SIZE;
/** A note that a set is too large takes room, too. */
const NOTE = 256;

/** @param number of the tenant, which no other tenant ever has; and of the set's name */
export function cachedName(tenant: number, set: number): string {
  return `${tenant}/${set}`;
}

export function createSetCache(): SetCache {
  // The least recently used come first.
  const sets = new Map<string, CachedSet>();
  let size = 0;

  function drop(name: string): void {
    const set = sets.get(name);
    if (set === undefined) return;
    size -= set.size + NOTE;
    sets.delete(name);
  }

  return {
    get(name) {
      const set = sets.get(name);
      if (set === undefined) return undefined;
      sets.delete(name);
      sets.set(name, set);
      return set;
    },
    keep(name, set) {
      const before = sets.get(name);
      if (before !== undefined && before.sequence > set.sequence) return;
      drop(name);
      sets.set(name, set);
      size += set.size + NOTE;
      for (const oldest of sets.keys()) {
        if (size <= MOST || oldest === name) break;
        drop(oldest);
      }
    },
  };
}
