/** One policy on all devices at once: section 3 of the semantics as operations on sets. */
import { type DeviceSet, emptySet, intersect, isEmpty, size, subtract, union, unionOf } from '../device-set.js';
import type { WordArena } from '../words/word-arena.js';
import type { Placed } from './catalogue.js';
import type { Planes } from './planes.js';
import type { Outcome, Policy } from './policy.js';
import type { DevicePredicates, Predicate } from './predicates.js';
import { countByWords, lendByWords, resolveByWords } from './resolve-words.js';

export interface ResolveSources {
  readonly planes: Planes;
  readonly predicates: DevicePredicates;
  readonly filtersOn: boolean;
  readonly live: DeviceSet;
  /** Each question that is asked with sources begins an operation on it. */
  readonly arena: WordArena;
  /** See `SetWays`. */
  readonly bitsFrom: number;
  readonly singlyFrom: number;
}

/** A policy with its assignments, as it stands or stood. */
export interface Assigned {
  /** Undefined while only assignments of it are known. */
  readonly policy: Policy | undefined;
  readonly assignments: { values(): Iterable<Placed> };
}

/** What a change is measured by. */
export interface Result {
  readonly applied: DeviceSet;
  readonly removed: DeviceSet;
}

/** An assignment with what its target reaches by either side. */
export interface Laid {
  readonly placed: Placed;
  readonly device: DeviceSet;
  readonly user: DeviceSet;
}

/** The assignments of one policy. */
export interface Sides {
  readonly includes: readonly Laid[];
  readonly exclusions: readonly Laid[];
}

/** The stages of one policy. */
export interface Stages {
  /** The exclusions' device sides and user sides. */
  readonly excludedDevices: DeviceSet;
  readonly excludedUsers: DeviceSet;
  readonly includes: readonly Laid[];
}

export const NOTHING: Result = { applied: emptySet(0), removed: emptySet(0) };

export function resolve(state: Assigned, sources: ResolveSources): Result {
  const { policy } = state;
  if (policy === undefined) return NOTHING;
  const sides = sidesOf(state, sources.planes);
  const eligible = sources.predicates.eligible(policy);
  if (reachesMany(sides, sources)) return resolveByWords(sides, eligible?.all(), sources);
  const { remove, apply } = passing(stagesOf(state, sources, sides), sources);
  const own = (set: DeviceSet) => sources.arena.own(eligible === undefined ? set : within(set, eligible));
  return { applied: own(apply), removed: own(remove) };
}

/** For who looks at the result for a moment: its sets may lie in the arena, and are dropped there in the end. */
export function resolveForNow(state: Assigned, sources: ResolveSources): Result {
  const { policy } = state;
  if (policy === undefined) return NOTHING;
  const sides = sidesOf(state, sources.planes);
  const lent = reachesMany(sides, sources) ? lendByWords(sides, sources.predicates.eligible(policy)?.all(), sources) : undefined;
  return lent ?? resolve(state, sources);
}

function within(set: DeviceSet, eligible: Predicate): DeviceSet {
  return isEmpty(set) ? set : intersect(set, eligible.all());
}

/** How many devices there are at each stage. */
export interface Counted {
  /** Devices that the includes reach; of them not excluded; of them let by the filters; of them those that end as applied, and as removed. */
  readonly reached: number;
  readonly survivors: number;
  readonly passed: number;
  readonly applied: number;
  readonly removed: number;
}

const NO_ONE: Counted = { reached: 0, survivors: 0, passed: 0, applied: 0, removed: 0 };

export function countStages(state: Assigned, sources: ResolveSources): Counted {
  const { policy } = state;
  if (policy === undefined) return NO_ONE;
  const sides = sidesOf(state, sources.planes);
  const eligible = sources.predicates.eligible(policy);
  if (reachesMany(sides, sources)) return countByWords(sides, eligible?.all(), sources);
  const stages = stagesOf(state, sources, sides);
  const all = surviving(stages.includes, stages);
  const survivors = size(all);
  const reached = isExcluding(stages) ? size(reachedBy(stages.includes)) : survivors;
  const { remove, apply } = passing(stages, sources, all);
  const ended = (set: DeviceSet) => size(eligible === undefined ? set : within(set, eligible));
  return { reached, survivors, passed: size(remove) + size(apply), applied: ended(apply), removed: ended(remove) };
}

/** @param live how many devices there are */
export function countsOf({ reached, survivors, passed, applied, removed }: Counted, live: number): Readonly<Record<Outcome, number>> {
  return {
    notTargeted: live - reached,
    excluded: reached - survivors,
    filteredOut: survivors - passed,
    removed,
    notApplicable: passed - applied - removed,
    applied,
  };
}

/** Whether laying everything into bitsets costs less than sets of each step. */
function reachesMany({ includes, exclusions }: Sides, { live, bitsFrom }: ResolveSources): boolean {
  let total = 0;
  for (const sides of [includes, exclusions]) {
    for (const { device, user } of sides) {
      total += size(device) + size(user);
      if (total * bitsFrom > live.universe) return true;
    }
  }
  return false;
}

function reachedBy(includes: readonly Laid[]): DeviceSet {
  const sets: DeviceSet[] = [];
  for (const { device, user } of includes) {
    if (!isEmpty(device)) sets.push(device);
    if (!isEmpty(user)) sets.push(user);
  }
  return unionOf(sets);
}

/** The devices of one outcome. */
export function withOutcome(state: Assigned, outcome: Outcome, sources: ResolveSources): DeviceSet {
  return sources.arena.own(outcomeSet(state, outcome, sources));
}

function outcomeSet(state: Assigned, outcome: Outcome, sources: ResolveSources): DeviceSet {
  const { policy } = state;
  if (policy === undefined) return outcome === 'notTargeted' ? sources.live : emptySet(0);
  const stages = stagesOf(state, sources);
  const reached = () => reachedBy(stages.includes);
  switch (outcome) {
    case 'notTargeted':
      return subtract(sources.live, reached());
    case 'excluded':
      return subtract(reached(), surviving(stages.includes, stages));
    case 'filteredOut': {
      const { remove, apply } = passing(stages, sources);
      return subtract(surviving(stages.includes, stages), union(remove, apply));
    }
    case 'notApplicable': {
      const eligible = sources.predicates.eligible(policy);
      if (eligible === undefined) return emptySet(0);
      const { remove, apply } = passing(stages, sources);
      return subtract(union(remove, apply), eligible.all());
    }
    default:
      return resolve(state, sources)[outcome];
  }
}

export function sidesOf(state: Assigned, planes: Planes): Sides {
  const includes: Laid[] = [];
  const exclusions: Laid[] = [];
  for (const placed of state.assignments.values()) {
    const { device, user } = planes.of(placed.key);
    (placed.excluded ? exclusions : includes).push({ placed, device, user });
  }
  return { includes, exclusions };
}

function stagesOf(state: Assigned, sources: ResolveSources, { includes, exclusions }: Sides = sidesOf(state, sources.planes)): Stages {
  return {
    includes,
    excludedDevices: unionOf(exclusions.map(({ placed, device }) => exclusionHolds(placed, device, sources))),
    excludedUsers: unionOf(exclusions.map(({ placed, user }) => exclusionHolds(placed, user, sources))),
  };
}

/** An exclusion holds only where its filter lets it. */
function exclusionHolds({ filter }: Placed, set: DeviceSet, sources: ResolveSources): DeviceSet {
  if (filter === undefined || !sources.filtersOn || isEmpty(set)) return set;
  const matching = sources.predicates.filter(filter.id)?.all() ?? emptySet(0);
  return filter.mode === 'include' ? intersect(set, matching) : subtract(set, matching);
}

function isExcluding({ excludedDevices, excludedUsers }: Stages): boolean {
  return !isEmpty(excludedDevices) || !isEmpty(excludedUsers);
}

/** Devices that these includes reach by a side on which no exclusion holds them. */
function surviving(includes: readonly Laid[], stages: Stages): DeviceSet {
  if (!isExcluding(stages)) return reachedBy(includes);
  const devices = without(unionOf(includes.map(({ device }) => device)), stages.excludedDevices);
  const users = without(unionOf(includes.map(({ user }) => user)), stages.excludedUsers);
  if (isEmpty(users)) return devices;
  return isEmpty(devices) ? users : union(devices, users);
}

function without(set: DeviceSet, excluded: DeviceSet): DeviceSet {
  return isEmpty(excluded) || isEmpty(set) ? set : subtract(set, excluded);
}

/**
 * Devices on which the policy is removed, and applied, before platform and applicability rules.
 * @param all what survives of all includes, where it is known
 */
function passing(stages: Stages, sources: ResolveSources, all?: DeviceSet): { readonly remove: DeviceSet; readonly apply: DeviceSet } {
  const { includes } = stages;
  const removing = includes.filter(({ placed }) => placed.intent === 'remove');
  const filtered = sources.filtersOn && includes.some(({ placed }) => placed.filter !== undefined);
  if (removing.length === 0 && !filtered) return { remove: emptySet(0), apply: all ?? surviving(includes, stages) };
  const remove = passingOf(removing, stages, sources);
  const applying = removing.length === 0 ? includes : includes.filter(({ placed }) => placed.intent === 'apply');
  return { remove, apply: without(passingOf(applying, stages, sources), remove) };
}

function passingOf(includes: readonly Laid[], stages: Stages, sources: ResolveSources): DeviceSet {
  if (includes.length === 0) return emptySet(0);
  const plain: Laid[] = [];
  const including = new Map<string, Laid[]>();
  const excluding = new Map<string, Laid[]>();
  for (const laid of includes) {
    const filter = sources.filtersOn ? laid.placed.filter : undefined;
    if (filter === undefined) {
      plain.push(laid);
      continue;
    }
    const byFilter = filter.mode === 'include' ? including : excluding;
    const same = byFilter.get(filter.id);
    if (same === undefined) byFilter.set(filter.id, [laid]);
    else same.push(laid);
  }
  const matching = (filterId: string) => sources.predicates.filter(filterId)?.all() ?? emptySet(0);
  const reachedPlain = plain.length === 0 ? emptySet(0) : surviving(plain, stages);
  const passed = [reachedPlain];
  for (const [filterId, same] of including) passed.push(intersect(surviving(same, stages), matching(filterId)));
  const others = unionOf(passed.filter((set) => size(set) > 0));
  if (excluding.size === 0) return others;
  const decided: DeviceSet[] = [];
  const refused: DeviceSet[] = [];
  for (const [filterId, same] of excluding) {
    const reached = surviving(same, stages);
    decided.push(reached);
    refused.push(intersect(reached, matching(filterId)));
  }
  const byExclude = unionOf(decided);
  return union(subtract(byExclude, unionOf(refused)), subtract(others, byExclude));
}
