import type { DraftEnum } from './draft.js';

/** First members that stand for "nothing set" and so have the value 0 in a flags enum. */
const zeroNames = new Set(['none', 'notConfigured', 'userDefined', 'undefined', 'unknown', 'followDefaultValue']);

/**
 * Gives the members of an enum their values, in place: 0, 1, 2, … and for flags powers of two, after a 0 for a first member that
 * stands for nothing. `given` holds the values that break the count; it goes on from each of them.
 */
export function numberMembers(read: DraftEnum, given: Readonly<Record<string, number>>): void {
  let next = read.flags && !zeroNames.has([...read.members.keys()][0] ?? '') ? 1 : 0;
  for (const member of read.members.keys()) {
    const value = given[member] ?? next;
    read.members.set(member, value);
    next = read.flags ? Math.max(1, 2 ** Math.ceil(Math.log2(value + 1))) : value + 1;
  }
}
