/** Sets of ordinals as the language's own `Set`: the plain meaning that `device-set.ts` must have, for its property tests. */
export type NaiveSet = ReadonlySet<number>;

export function naiveUnion(left: NaiveSet, right: NaiveSet): NaiveSet {
  return new Set([...left, ...right]);
}

export function naiveIntersect(left: NaiveSet, right: NaiveSet): NaiveSet {
  return new Set([...left].filter((ordinal) => right.has(ordinal)));
}

export function naiveSubtract(left: NaiveSet, right: NaiveSet): NaiveSet {
  return new Set([...left].filter((ordinal) => !right.has(ordinal)));
}

export function naiveOrdinals(set: NaiveSet): readonly number[] {
  return [...set].sort((left, right) => left - right);
}
