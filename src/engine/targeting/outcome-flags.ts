/**
 * What reaches a device by one policy, as sixteen flags: section 3 of the semantics without the reasons. 0 and 1: an include reaches it by the device
 * side, by the user side; 2 and 3: an exclusion holds it there; then three for each intent and side: an include is passed, an exclude filter is asked, an
 * exclude filter refuses. Flags of several assignments are put together by `|`.
 */
import type { Placed } from './catalogue.js';
import type { AssignedFilter, Outcome } from './policy.js';

export const SIDES = ['device', 'user'] as const;

const PASSED = 1;
const ASKED = 2;
const REFUSED = 4;

/** Where the three flags of an intent and side begin. */
function firstFlag(intent: 'apply' | 'remove', side: number): number {
  return 4 + (intent === 'remove' ? 6 : 0) + 3 * side;
}

/**
 * Of an assignment whose target holds the device.
 * @param side place in `SIDES`
 * @param filter undefined where it has none, or filters are off
 * @param matches whether the filter matches the device
 */
export function flagsOf({ excluded, intent }: Placed, side: number, filter: AssignedFilter | undefined, matches: boolean): number {
  if (excluded) return filter === undefined || matches === (filter.mode === 'include') ? 4 << side : 0;
  const first = firstFlag(intent, side);
  const reached = 1 << side;
  if (filter?.mode === 'exclude') return reached | ((matches ? ASKED | REFUSED : ASKED) << first);
  return filter === undefined || matches ? reached | (PASSED << first) : reached;
}

/** The outcome, platform and applicability rules aside. */
export function outcomeBy(flags: number): Exclude<Outcome, 'notApplicable'> {
  const reached = flags & 3;
  if (reached === 0) return 'notTargeted';
  if ((reached & ~(flags >>> 2)) === 0) return 'excluded';
  if (passes(flags, 'remove')) return 'removed';
  return passes(flags, 'apply') ? 'applied' : 'filteredOut';
}

/** Exclude filters decide alone; then it is enough to pass by one assignment. */
function passes(flags: number, intent: 'apply' | 'remove'): boolean {
  let seen = 0;
  for (let side = 0; side < SIDES.length; side += 1) if (((flags >>> (2 + side)) & 1) === 0) seen |= flags >>> firstFlag(intent, side);
  return (seen & ASKED) === 0 ? (seen & PASSED) !== 0 : (seen & REFUSED) === 0;
}
