/**
 * Ids in code point order, sorted lazily: changes are noted in constant time and merged in at the next read, so that neither a bulk load
 * nor a list of a large set sorts everything each time.
 */
import { compareCodePoints } from '../../query/compare.js';

export interface SortedIds {
  add(id: string): void;
  remove(id: string): void;
  /** In order; valid until the next change. */
  values(): readonly string[];
}

/** So many changes are put in place one by one, more are merged in. */
const FEW = 32;

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
      if (added.size + removed.size <= FEW) {
        for (const id of removed) sorted.splice(placeOf(sorted, id), 1);
        for (const id of added) sorted.splice(placeOf(sorted, id), 0, id);
      } else {
        sorted = merge(sorted, [...added].sort(compareCodePoints), removed);
      }
      added.clear();
      removed.clear();
      return sorted;
    },
  };
}

/** Where an id stands, or would stand. */
function placeOf(sorted: readonly string[], id: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareCodePoints(sorted[middle]!, id) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function merge(old: readonly string[], fresh: readonly string[], removed: ReadonlySet<string>): string[] {
  const merged: string[] = [];
  let next = 0;
  for (const id of old) {
    if (removed.size > 0 && removed.has(id)) continue;
    while (next < fresh.length && compareCodePoints(fresh[next]!, id) < 0) merged.push(fresh[next++]!);
    merged.push(id);
  }
  while (next < fresh.length) merged.push(fresh[next++]!);
  return merged;
}
