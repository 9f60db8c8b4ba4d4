/** Sets that were worked out once and are kept level: a change marks what it may have touched, and the next reader asks those anew. */
import { type DeviceSet, has, setOf, subtract, union, withOrdinal, withoutOrdinal } from '../device-set.js';

/** A set of more marks than this is worked out again as a whole. */
export const MAX_MARKS = 256;

/** @returns the set with each marked ordinal in it or not, as `holds` says now */
export function corrected(set: DeviceSet, marked: readonly number[], holds: (ordinal: number) => boolean): DeviceSet {
  const [first] = marked;
  if (first !== undefined && marked.length === 1) return holds(first) ? withOrdinal(set, first) : withoutOrdinal(set, first);
  const come: number[] = [];
  const go: number[] = [];
  for (const ordinal of new Set(marked)) {
    const holdsNow = holds(ordinal);
    if (holdsNow !== has(set, ordinal)) (holdsNow ? come : go).push(ordinal);
  }
  const rest = go.length === 0 ? set : subtract(set, setOf(go, set.universe));
  return come.length === 0 ? rest : union(rest, setOf(come, set.universe));
}

export function bytesOf(set: DeviceSet): number {
  return set.kind === 'sparse' ? set.ordinals.byteLength : set.words.byteLength;
}
