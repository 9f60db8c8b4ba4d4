/**
 * What a change of a policy's assignments does, without working out the whole policy twice: a device that none of the changed assignments reaches, before
 * or after, keeps its outcome, for what decides it is the same. Only the others are looked at, each by a few flags.
 */
import { type DeviceSet, emptySet, fromSorted, has, isEmpty, size, toOrdinals, unionOf } from '../device-set.js';
import { createSharedPlaces } from '../shared-places.js';
import type { Placed } from './catalogue.js';
import type { Policy } from './policy.js';
import type { ResolveSources } from './resolve.js';

/** Devices on which the policy becomes applied, ceases to be, and becomes removed. */
export interface SetChanges {
  readonly gained: DeviceSet;
  readonly lost: DeviceSet;
  readonly removed: DeviceSet;
}

/**
 * @param before the policy's assignments, all else being as it is now
 * @returns undefined where the changed assignments reach too many devices for this way
 */
export function changesWithin(
  policy: Policy,
  before: readonly Placed[],
  after: readonly Placed[],
  sources: ResolveSources,
): SetChanges | undefined {
  const [earlier, later] = [new Set(before), new Set(after)];
  const gone = before.filter((placed) => !later.has(placed));
  const come = after.filter((placed) => !earlier.has(placed));
  const { universe } = sources.live;
  const sides: DeviceSet[] = [];
  let total = 0;
  for (const { key } of [...gone, ...come]) {
    const { device, user } = sources.planes.of(key);
    for (const side of [device, user]) {
      total += size(side);
      if (total * sources.singlyFrom > universe) return undefined;
      if (!isEmpty(side)) sides.push(side);
    }
  }
  const devices = toOrdinals(unionOf(sides));
  const shared = layerOf(devices, sources);
  for (const placed of before) if (later.has(placed)) shared.lay(placed);
  const [was, is] = [shared, shared.copy()];
  for (const placed of gone) was.lay(placed);
  for (const placed of come) is.lay(placed);
  return compare(devices, was.flags, is.flags, sources.predicates.eligible(policy)?.all(), universe);
}

const APPLIED = 1;
const REMOVED = 2;

function compare(devices: Uint32Array, was: Uint16Array, is: Uint16Array, eligible: DeviceSet | undefined, universe: number): SetChanges {
  const gained: number[] = [];
  const lost: number[] = [];
  const removed: number[] = [];
  for (let place = 0; place < devices.length; place += 1) {
    if (was[place] === is[place]) continue;
    const [before, after] = [outcomeOf(was[place]!), outcomeOf(is[place]!)];
    const device = devices[place]!;
    if (before === after || (eligible !== undefined && !has(eligible, device))) continue;
    if (after === APPLIED) gained.push(device);
    if (before === APPLIED) lost.push(device);
    if (after === REMOVED) removed.push(device);
  }
  const setOf = (ordinals: readonly number[]) => fromSorted(Uint32Array.from(ordinals), universe);
  return { gained: setOf(gained), lost: setOf(lost), removed: setOf(removed) };
}

/**
 * What reaches each of some devices, a flag each: 0 and 1 say that an exclusion holds the device on the device side, and on the user side; then come three
 * for each intent and side: an include is passed, an exclude filter is asked, an exclude filter refuses.
 */
interface Layer {
  readonly flags: Uint16Array;
  lay(placed: Placed): void;
  copy(): Layer;
}

const SIDES = ['device', 'user'] as const;
const PASSED = 1;
const ASKED = 2;
const REFUSED = 4;

/** Where the three flags of an intent and side begin. */
function firstFlag(intent: 'apply' | 'remove', side: number): number {
  return 2 + (intent === 'remove' ? 6 : 0) + 3 * side;
}

function layerOf(devices: Uint32Array, sources: ResolveSources): Layer {
  const { planes, predicates, filtersOn } = sources;
  const shared = createSharedPlaces(devices);
  const { places } = shared;
  const matchingOf = (filterId: string) => predicates.filter(filterId)?.all() ?? emptySet(0);

  /** @param matched set where the filter matches; @param others set where it does not */
  const flag = (flags: Uint16Array, count: number, filterId: string, matched: number, others: number) => {
    const matching = matchingOf(filterId);
    for (let index = 0; index < count; index += 1) {
      const place = places[index]!;
      flags[place]! |= has(matching, devices[place]!) ? matched : others;
    }
  };

  const layOn = (flags: Uint16Array, { excluded, intent, filter: assigned }: Placed, reached: DeviceSet, side: number) => {
    const count = shared.find(reached);
    if (count === 0) return;
    const filter = filtersOn ? assigned : undefined;
    const first = firstFlag(intent, side);
    const holds = excluded ? 1 << side : PASSED << first;
    if (filter === undefined) for (let index = 0; index < count; index += 1) flags[places[index]!]! |= holds;
    else if (filter.mode === 'include') flag(flags, count, filter.id, holds, 0);
    else if (excluded) flag(flags, count, filter.id, 0, holds);
    else flag(flags, count, filter.id, (ASKED | REFUSED) << first, ASKED << first);
  };

  const layer = (flags: Uint16Array): Layer => ({
    flags,
    lay(placed) {
      const plane = planes.of(placed.key);
      SIDES.forEach((side, at) => {
        if (!isEmpty(plane[side])) layOn(flags, placed, plane[side], at);
      });
    },
    copy: () => layer(flags.slice()),
  });
  return layer(new Uint16Array(devices.length));
}

/** Section 3 of the semantics by flags, platform and applicability rules aside; 0: neither. */
function outcomeOf(flags: number): number {
  if (passes(flags, 'remove')) return REMOVED;
  return passes(flags, 'apply') ? APPLIED : 0;
}

function passes(flags: number, intent: 'apply' | 'remove'): boolean {
  let seen = 0;
  for (let side = 0; side < SIDES.length; side += 1) if (((flags >>> side) & 1) === 0) seen |= flags >>> firstFlag(intent, side);
  return (seen & ASKED) === 0 ? (seen & PASSED) !== 0 : (seen & REFUSED) === 0;
}
