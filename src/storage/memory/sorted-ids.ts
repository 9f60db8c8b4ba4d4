/**
 * Ids in code point order, sorted lazily: changes are noted in constant time and merged in at the next read, so that neither a bulk load
 * nor a list of a large set sorts everything each time.
 */
import { compareText } from '../key-order.js';

export interface SortedIds {
  add(id: string): void;
  remove(id: string): void;
  /** In order; valid until the next change. */
  values(): readonly string[];
}

export function createSortedIds(): SortedIds {
  let sorted: string[] = [];
  const added = new Set<string>();
  const removed = new Set<string>();
  return {
    add(id) {
      if (!removed.delete(id)) added.add(id);
    },
    remove(id) {
      if (!added.delete(id)) removed.add(id);
    },
    values() {
      if (added.size > 0 || removed.size > 0) {
        sorted = merge(sorted, [...added].sort(compareText), removed);
        added.clear();
        removed.clear();
      }
      return sorted;
    },
  };
}

function merge(old: readonly string[], fresh: readonly string[], removed: ReadonlySet<string>): string[] {
  const merged: string[] = [];
  let next = 0;
  for (const id of old) {
    if (removed.size > 0 && removed.has(id)) continue;
    while (next < fresh.length && compareText(fresh[next]!, id) < 0) merged.push(fresh[next++]!);
    merged.push(id);
  }
  while (next < fresh.length) merged.push(fresh[next++]!);
  return merged;
}
