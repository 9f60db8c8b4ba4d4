/**
 * What a change of a policy's assignments does, without working out the whole policy twice: a device that none of the changed assignments reaches, before
 * or after, keeps its outcome, for what decides it is the same. Only the others are looked at, each by a few flags.
 */
import { type DeviceSet, emptySet, fromSorted, has, isEmpty, size, toOrdinals, unionOf } from '../device-set.js';
import { createSharedPlaces } from '../shared-places.js';
import type { Placed } from './catalogue.js';
import { flagsOf, outcomeBy, SIDES } from './outcome-flags.js';
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

/** Platform and applicability rules are asked last: few devices have another outcome. */
function compare(devices: Uint32Array, was: Uint16Array, is: Uint16Array, eligible: DeviceSet | undefined, universe: number): SetChanges {
  const gained: number[] = [];
  const lost: number[] = [];
  const removed: number[] = [];
  for (let place = 0; place < devices.length; place += 1) {
    if (was[place] === is[place]) continue;
    const [before, after] = [outcomeBy(was[place]!), outcomeBy(is[place]!)];
    const device = devices[place]!;
    if (before === after || (eligible !== undefined && !has(eligible, device))) continue;
    if (after === 'applied') gained.push(device);
    if (before === 'applied') lost.push(device);
    if (after === 'removed') removed.push(device);
  }
  const setOf = (ordinals: readonly number[]) => fromSorted(Uint32Array.from(ordinals), universe);
  return { gained: setOf(gained), lost: setOf(lost), removed: setOf(removed) };
}

/** What reaches each of some devices, in flags. */
interface Layer {
  readonly flags: Uint16Array;
  lay(placed: Placed): void;
  copy(): Layer;
}

function layerOf(devices: Uint32Array, { planes, predicates, filtersOn }: ResolveSources): Layer {
  const shared = createSharedPlaces(devices);
  const { places } = shared;

  const layOn = (flags: Uint16Array, placed: Placed, reached: DeviceSet, side: number) => {
    const count = shared.find(reached);
    if (count === 0) return;
    const filter = filtersOn ? placed.filter : undefined;
    const [matched, others] = [flagsOf(placed, side, filter, true), flagsOf(placed, side, filter, false)];
    if (filter === undefined) {
      for (let index = 0; index < count; index += 1) flags[places[index]!]! |= matched;
      return;
    }
    const matching = predicates.filter(filter.id)?.all() ?? emptySet(0);
    for (let index = 0; index < count; index += 1) {
      const place = places[index]!;
      flags[place]! |= has(matching, devices[place]!) ? matched : others;
    }
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
