/** What is odd about a policy's assignments: mistakes that the service lets pass in silence. */
import { type DeviceSet, isEmpty, size } from '../device-set.js';
import { isWithinIn, overlapIn, unionIn } from '../words/algebra.js';
import { createBits } from './bits.js';
import type { Placed, PolicyState } from './catalogue.js';
import { SIDES } from './outcome-flags.js';
import type { Finding, FindingCode, ReachKind } from './policy.js';
import { type Laid, type ResolveSources, type Sides, sidesOf } from './resolve.js';

export interface FindingSources extends ResolveSources {
  readonly groupExists: (id: string) => boolean;
}

/** Findings of one policy: those about the whole first, then by assignment id. */
export function findingsOf(state: PolicyState, sources: FindingSources): readonly Finding[] {
  const { policy } = state;
  if (policy === undefined || state.assignments.size === 0) return [];
  const sides = sidesOf(state, sources.planes);
  const all = [...sides.includes, ...sides.exclusions].sort((a, b) => (a.placed.id < b.placed.id ? -1 : 1));
  const findings: Finding[] = [];
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
  for (const laid of all) {
    const { placed } = laid;
    if (placed.target.kind === 'group' && placed.key.startsWith('g:') && !sources.groupExists(placed.target.groupId))
      found('deletedGroup', placed, 0);
    else aboutReach(laid, sources, found);
    if (placed.filter !== undefined && sources.filtersOn && sources.predicates.filter(placed.filter.id) === undefined)
      found('deletedFilter', placed, 0);
  }
  const missedBy = sides.exclusions.length === 0 || sides.includes.length === 0 ? undefined : withoutEffect(sides, sources);
  for (const laid of all) {
    const missed = laid.placed.excluded ? (missedBy?.(laid) ?? 0) : 0;
    if (missed > 0) found('exclusionWithoutEffect', laid.placed, missed);
  }
  const alikeOf = alike(sides.includes);
  for (const laid of all) {
    if (!laid.placed.excluded && isCovered(laid, alikeOf(laid), sources)) found('duplicateReach', laid.placed, reachOf(laid, sources));
  }
  return findings;
}

/** How many devices the target reaches by either side. */
function reachOf({ device, user }: Laid, { arena }: ResolveSources): number {
  if (isEmpty(user)) return size(device);
  return isEmpty(device) ? size(user) : size(unionIn(arena, [device, user]));
}

function aboutReach(laid: Laid, sources: FindingSources, found: (code: FindingCode, about: Placed, devices: number) => void): void {
  const { predicates, arena } = sources;
  const { placed } = laid;
  const sides = [laid.device, laid.user].filter((set) => !isEmpty(set));
  if (sides.length === 0) {
    found('emptyTarget', placed, 0);
    return;
  }
  const { filter, state } = placed;
  const meets = (set: DeviceSet) => sides.some((side) => overlapIn(arena, side, set));
  const matching = filter === undefined || !sources.filtersOn ? undefined : predicates.filter(filter.id);
  if (matching !== undefined && !meets(matching.all())) found('filterNeverMatches', placed, reachOf(laid, sources));
  const platforms = state.policy === undefined || placed.excluded ? undefined : predicates.platforms(state.policy);
  if (platforms !== undefined && !meets(platforms.all())) found('platformMismatch', placed, reachOf(laid, sources));
}

/** Tells of an exclusion how many devices it holds on a side on which no include reaches them, while an include of the other side stays in force. */
function withoutEffect({ includes, exclusions }: Sides, sources: ResolveSources): (exclusion: Laid) => number {
  const { arena } = sources;
  const { kernels } = arena;
  const { count, lay, layExclusion, barredOn } = createBits(sources);
  const reached = { device: arena.scratch(), user: arena.scratch() };
  for (const laid of includes) for (const kind of SIDES) lay(reached[kind], laid[kind]);
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
        for (const [kind, other] of [SIDES, [...SIDES].reverse()] as readonly (readonly [ReachKind, ReachKind])[]) {
          const reachedOnly = only[other];
          if (reachedOnly === undefined || isEmpty(exclusion[kind])) continue;
          kernels.clear(held, count);
          layExclusion(held, exclusion, kind);
          kernels.orWithin(missed, held, reachedOnly, count);
        }
        return kernels.size(missed, count);
      }),
    );
}

/** Includes of one intent and filter: only among these can one cover another. */
function alike(includes: readonly Laid[]): (laid: Laid) => readonly Laid[] {
  const groups = new Map<string, Laid[]>();
  const nameOf = ({ placed: { intent, filter } }: Laid) => `${intent} ${filter?.mode ?? ''} ${filter?.id ?? ''}`;
  for (const laid of includes) {
    const name = nameOf(laid);
    const others = groups.get(name);
    if (others === undefined) groups.set(name, [laid]);
    else others.push(laid);
  }
  return (laid) => groups.get(nameOf(laid)) ?? [];
}

/** Whether one of these others reaches all that this one reaches; of two that reach the same, the later id is covered. */
function isCovered({ placed, device, user }: Laid, others: readonly Laid[], { arena }: ResolveSources): boolean {
  const [devices, users] = [size(device), size(user)];
  if (devices === 0 && users === 0) return false;
  for (const { placed: other, device: wideDevice, user: wideUser } of others) {
    if (other === placed || devices > size(wideDevice) || users > size(wideUser)) continue;
    if (devices === size(wideDevice) && users === size(wideUser) && other.id >= placed.id) continue;
    if (isWithinIn(arena, device, wideDevice) && isWithinIn(arena, user, wideUser)) return true;
  }
  return false;
}
