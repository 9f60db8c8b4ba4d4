/** One policy on one device: section 3 of the semantics, word for word. */
import type { Placed, Reached } from './catalogue.js';
import type { AssignedFilter, Outcome, ReachKind } from './policy.js';

/** What is asked of the device itself. */
export interface DeviceQuestions {
  /** Whether the filter exists and matches the device. */
  matches(filterId: string): boolean;
  /** False: every assignment counts as one without filter. */
  readonly filtersOn: boolean;
}

export interface Assessment {
  readonly outcome: Outcome;
  /** Per side the exclusion that holds the device there. */
  readonly exclusions: Readonly<Record<ReachKind, Placed | undefined>>;
}

/**
 * @param reached every assignment of the policy that reaches the device, once a side
 * @param eligible whether platform and applicability rules admit the device
 */
export function assess(reached: readonly Reached[], device: DeviceQuestions, eligible: () => boolean): Assessment {
  const exclusions: Record<ReachKind, Placed | undefined> = { user: undefined, device: undefined };
  let includes = 0;
  for (const { placed, kind } of reached) {
    if (!placed.excluded) includes += 1;
    else if (exclusions[kind] === undefined && holdsByFilter(filterOf(placed, device), device)) exclusions[kind] = placed;
  }
  if (includes === 0) return { outcome: 'notTargeted', exclusions };
  if (!reached.some((each) => survives(each, exclusions))) return { outcome: 'excluded', exclusions };
  const remove = passes(reached, exclusions, 'remove', device);
  const apply = !remove && passes(reached, exclusions, 'apply', device);
  if (!remove && !apply) return { outcome: 'filteredOut', exclusions };
  if (!eligible()) return { outcome: 'notApplicable', exclusions };
  return { outcome: remove ? 'removed' : 'applied', exclusions };
}

/** Whether it is an include that no exclusion cancels. */
function survives({ placed, kind }: Reached, exclusions: Assessment['exclusions']): boolean {
  return !placed.excluded && exclusions[kind] === undefined;
}

export function filterOf(placed: Placed, device: DeviceQuestions): AssignedFilter | undefined {
  return device.filtersOn ? placed.filter : undefined;
}

/** Whether a filter lets its own assignment hold. */
function holdsByFilter(filter: AssignedFilter | undefined, device: DeviceQuestions): boolean {
  return filter === undefined || device.matches(filter.id) === (filter.mode === 'include');
}

/** The surviving assignments of one intent against their filters: exclude filters decide alone, then one without filter, then include filters. */
function passes(
  reached: readonly Reached[],
  exclusions: Assessment['exclusions'],
  intent: 'apply' | 'remove',
  device: DeviceQuestions,
): boolean {
  let excludes = false;
  let passed = false;
  for (const each of reached) {
    if (each.placed.intent !== intent || !survives(each, exclusions)) continue;
    const filter = filterOf(each.placed, device);
    if (filter?.mode === 'exclude') {
      if (device.matches(filter.id)) return false;
      excludes = true;
    } else if (!passed) passed = filter === undefined || device.matches(filter.id);
  }
  return excludes || passed;
}
