/** Operations on sets where the dense ones are combined by the arena's kernels; small ones as `device-set` does it. Results have words of their own. */
import { type DeviceSet, emptySet, has, isEmpty, size, subtract, unionOf } from '../device-set.js';
import type { WordArena } from './word-arena.js';

/** Words that are looked at before a pass over all. */
const GLANCE = 64;

/** What `some` holds and `others` do not. */
export function subtractIn(arena: WordArena, some: DeviceSet, others: DeviceSet): DeviceSet {
  if (some === others || isEmpty(some)) return emptySet(some.universe);
  if (some.kind === 'sparse') return subtract(some, others);
  if (isEmpty(others)) return arena.own(some);
  const count = arena.countFor(some.universe);
  const rest = arena.kernels.sizeOfRest(arena.bitsOf(some), arena.bitsOf(others), count);
  if (rest === 0) return emptySet(some.universe);
  return arena.borrow((at) => {
    arena.kernels.copy(at, arena.bitsOf(some), count);
    arena.kernels.andNot(at, arena.bitsOf(others), count);
    return arena.setOf(at, some.universe, rest);
  });
}

export function unionIn(arena: WordArena, sets: readonly DeviceSet[]): DeviceSet {
  const [only] = sets;
  if (only !== undefined && sets.length === 1) return arena.own(only);
  if (sets.every(({ kind }) => kind === 'sparse')) return unionOf(sets);
  const universe = Math.max(...sets.map((set) => set.universe));
  const count = arena.countFor(universe);
  return arena.borrow((at) => {
    for (const set of sets) arena.kernels.or(at, arena.bitsOf(set), count);
    return arena.setOf(at, universe);
  });
}

/** Whether two sets have an ordinal in common. */
export function overlapIn(arena: WordArena, left: DeviceSet, right: DeviceSet): boolean {
  const [few, many] = size(left) <= size(right) ? [left, right] : [right, left];
  if (few.kind === 'sparse') return few.ordinals.some((ordinal) => has(many, ordinal));
  if (many.kind === 'dense') {
    // Two large sets that meet mostly do so at once.
    const words = Math.min(few.words.length, many.words.length, GLANCE);
    for (let word = 0; word < words; word += 1) if ((few.words[word]! & many.words[word]!) !== 0) return true;
  }
  return arena.kernels.sizeOfBoth(arena.bitsOf(few), arena.bitsOf(many), arena.countFor(Math.min(few.universe, many.universe))) > 0;
}

/** Whether `outer` holds all that `inner` does. */
export function isWithinIn(arena: WordArena, inner: DeviceSet, outer: DeviceSet): boolean {
  if (inner === outer || isEmpty(inner)) return true;
  if (size(inner) > size(outer)) return false;
  if (inner.kind === 'sparse') return inner.ordinals.every((ordinal) => has(outer, ordinal));
  if (outer.kind === 'dense') {
    const words = Math.min(inner.words.length, outer.words.length, GLANCE);
    for (let word = 0; word < words; word += 1) if ((inner.words[word]! & ~outer.words[word]!) !== 0) return false;
  }
  return arena.kernels.sizeOfRest(arena.bitsOf(inner), arena.bitsOf(outer), arena.countFor(inner.universe)) === 0;
}
