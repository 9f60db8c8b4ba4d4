/** What is odd about a policy's assignments: mistakes that the service lets pass in silence. */
import { type DeviceSet, isEmpty, size } from '../device-set.js';
import { isWithinIn, overlapIn, unionIn } from '../words/algebra.js';
import { createBits, KINDS } from './bits.js';
import type { Placed, PolicyState } from './catalogue.js';
import type { Finding, FindingCode, ReachKind } from './policy.js';
import { type ResolveSources, type Sides, sidesOf } from './resolve.js';

export interface FindingSources extends ResolveSources {
  readonly groupExists: (id: string) => boolean;
}

/** Findings of one policy: those about the whole first, then by assignment id. */
export function findingsOf(state: PolicyState, sources: FindingSources): readonly Finding[] {
  const { policy } = state;
  if (policy === undefined || state.assignments.size === 0) return [];
  const placed = [...state.assignments.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const findings: Finding[] = [];
  const sides = sidesOf(state);
  if (sides.includes.length === 0) {
    findings.push({
      code: 'onlyExclusions',
      policyId: state.id,
      assignmentId: undefined,
      groupId: undefined,
      filterId: undefined,
      devices: 0,
    });
  }
  const found = (code: FindingCode, about: Placed, devices: number) => {
    const { target, filter } = about;
    const groupId = target.kind === 'group' ? target.groupId : target.kind === 'scopeTag' ? target.objectId : undefined;
    findings.push({ code, policyId: state.id, assignmentId: about.id, groupId, filterId: filter?.id, devices });
  };
  for (const each of placed) {
    if (each.target.kind === 'group' && each.key.startsWith('g:') && !sources.groupExists(each.target.groupId))
      found('deletedGroup', each, 0);
    else aboutReach(each, sources, found);
    if (each.filter !== undefined && sources.filtersOn && sources.predicates.filter(each.filter.id) === undefined)
      found('deletedFilter', each, 0);
  }
  const missedBy = sides.exclusions.length === 0 || sides.includes.length === 0 ? undefined : withoutEffect(sides, sources);
  for (const each of placed) {
    const missed = each.excluded ? (missedBy?.(each) ?? 0) : 0;
    if (missed > 0) found('exclusionWithoutEffect', each, missed);
  }
  const alikeOf = alike(sides.includes);
  for (const each of placed) {
    if (!each.excluded && isCovered(each, alikeOf(each), sources)) found('duplicateReach', each, reachOf(each, sources));
  }
  return findings;
}

/** How many devices the target reaches by either side. */
function reachOf({ key }: Placed, { planes, arena }: ResolveSources): number {
  const [device, user] = [planes.device(key), planes.user(key)];
  if (isEmpty(user)) return size(device);
  return isEmpty(device) ? size(user) : size(unionIn(arena, [device, user]));
}

function aboutReach(placed: Placed, sources: FindingSources, found: (code: FindingCode, about: Placed, devices: number) => void): void {
  const { planes, predicates, arena } = sources;
  const sides = [planes.device(placed.key), planes.user(placed.key)].filter((set) => !isEmpty(set));
  if (sides.length === 0) {
    found('emptyTarget', placed, 0);
    return;
  }
  const { filter, state } = placed;
  const meets = (set: DeviceSet) => sides.some((side) => overlapIn(arena, side, set));
  const matching = filter === undefined || !sources.filtersOn ? undefined : predicates.filter(filter.id);
  if (matching !== undefined && !meets(matching.all())) found('filterNeverMatches', placed, reachOf(placed, sources));
  const platforms = state.policy === undefined || placed.excluded ? undefined : predicates.platforms(state.policy);
  if (platforms !== undefined && !meets(platforms.all())) found('platformMismatch', placed, reachOf(placed, sources));
}

/** Tells of an exclusion how many devices it holds on a side on which no include reaches them, while an include of the other side stays in force. */
function withoutEffect({ includes, exclusions }: Sides, sources: ResolveSources): (exclusion: Placed) => number {
  const { arena, planes } = sources;
  const { kernels } = arena;
  const { count, lay, layExclusion, barredOn } = createBits(sources);
  const reached = { device: arena.scratch(), user: arena.scratch() };
  for (const { key } of includes) for (const kind of KINDS) lay(reached[kind], planes[kind](key));
  /** Devices that includes reach in force by one side alone. */
  const onlyBy = (kind: ReachKind, other: ReachKind) => {
    const only = arena.scratch();
    kernels.copy(only, reached[kind], count);
    const barred = barredOn(exclusions, kind);
    if (barred !== undefined) kernels.andNot(only, barred, count);
    kernels.andNot(only, reached[other], count);
    return kernels.size(only, count) === 0 ? undefined : only;
  };
  const only = { device: onlyBy('device', 'user'), user: onlyBy('user', 'device') };
  return (exclusion) =>
    arena.borrow((missed) =>
      arena.borrow((held) => {
        for (const [kind, other] of [KINDS, [...KINDS].reverse()] as readonly (readonly [ReachKind, ReachKind])[]) {
          const reachedOnly = only[other];
          if (reachedOnly === undefined || isEmpty(planes[kind](exclusion.key))) continue;
          kernels.clear(held, count);
          layExclusion(held, exclusion, kind);
          kernels.orWithin(missed, held, reachedOnly, count);
        }
        return kernels.size(missed, count);
      }),
    );
}

/** Includes of one intent and filter: only among these can one cover another. */
function alike(includes: readonly Placed[]): (placed: Placed) => readonly Placed[] {
  const groups = new Map<string, Placed[]>();
  const nameOf = ({ intent, filter }: Placed) => `${intent} ${filter?.mode ?? ''} ${filter?.id ?? ''}`;
  for (const placed of includes) {
    const name = nameOf(placed);
    const others = groups.get(name);
    if (others === undefined) groups.set(name, [placed]);
    else others.push(placed);
  }
  return (placed) => groups.get(nameOf(placed)) ?? [];
}

/** Whether one of these others reaches all that this one reaches; of two that reach the same, the later id is covered. */
function isCovered(placed: Placed, others: readonly Placed[], { planes, arena }: ResolveSources): boolean {
  const [device, user] = [planes.device(placed.key), planes.user(placed.key)];
  if (isEmpty(device) && isEmpty(user)) return false;
  return others.some((other) => {
    if (other === placed) return false;
    const [wideDevice, wideUser] = [planes.device(other.key), planes.user(other.key)];
    if (size(device) > size(wideDevice) || size(user) > size(wideUser)) return false;
    if (size(device) === size(wideDevice) && size(user) === size(wideUser) && other.id >= placed.id) return false;
    return isWithinIn(arena, device, wideDevice) && isWithinIn(arena, user, wideUser);
  });
}
