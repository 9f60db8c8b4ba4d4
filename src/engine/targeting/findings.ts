/** What is odd about a policy's assignments: mistakes that the service lets pass in silence. */
import { type DeviceSet, emptySet, has, intersect, isEmpty, size, subtract, toOrdinals, union, unionOf } from '../device-set.js';
import type { Placed, PolicyState } from './catalogue.js';
import type { Finding, FindingCode } from './policy.js';
import { exclusionHolds, type ResolveSources, type Stages, stagesOf } from './resolve.js';

export interface FindingSources extends ResolveSources {
  readonly groupExists: (id: string) => boolean;
}

/** Findings of one policy: those about the whole first, then by assignment id. */
export function findingsOf(state: PolicyState, sources: FindingSources): readonly Finding[] {
  const { policy } = state;
  if (policy === undefined || state.assignments.size === 0) return [];
  const placed = [...state.assignments.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const findings: Finding[] = [];
  const stages = stagesOf(state, sources);
  if (stages.includes.length === 0) {
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
  const exclusions = placed.filter(({ excluded }) => excluded);
  const only = exclusions.length === 0 ? undefined : reachedOnOneSide(stages, sources);
  for (const exclusion of exclusions) {
    const missed = only === undefined ? emptySet(0) : withoutEffect(exclusion, only, sources);
    if (!isEmpty(missed)) found('exclusionWithoutEffect', exclusion, size(missed));
  }
  for (const each of placed) {
    if (!each.excluded && isCovered(each, stages.includes, sources)) found('duplicateReach', each, size(reachOf(each, sources)));
  }
  return findings;
}

function reachOf({ key }: Placed, { planes }: ResolveSources): DeviceSet {
  const [device, user] = [planes.device(key), planes.user(key)];
  if (isEmpty(user)) return device;
  return isEmpty(device) ? user : union(device, user);
}

function aboutReach(placed: Placed, sources: FindingSources, found: (code: FindingCode, about: Placed, devices: number) => void): void {
  const reach = reachOf(placed, sources);
  if (isEmpty(reach)) {
    found('emptyTarget', placed, 0);
    return;
  }
  const { filter, state } = placed;
  const matching = filter === undefined || !sources.filtersOn ? undefined : sources.predicates.filter(filter.id);
  if (matching !== undefined && !overlaps(reach, matching.all())) found('filterNeverMatches', placed, size(reach));
  const platforms = state.policy === undefined || placed.excluded ? undefined : sources.predicates.platforms(state.policy);
  if (platforms !== undefined && !overlaps(reach, platforms.all())) found('platformMismatch', placed, size(reach));
}

interface OneSided {
  /** Devices that includes reach in force by the user side, and not at all by the device side. */
  readonly byUser: DeviceSet;
  readonly byDevice: DeviceSet;
}

function reachedOnOneSide({ includes, excludedDevices, excludedUsers }: Stages, { planes }: ResolveSources): OneSided {
  const devices = unionOf(includes.map(({ key }) => planes.device(key)));
  const users = unionOf(includes.map(({ key }) => planes.user(key)));
  return { byUser: subtract(subtract(users, excludedUsers), devices), byDevice: subtract(subtract(devices, excludedDevices), users) };
}

/** Devices that the exclusion holds on a side on which no include reaches them, while an include of the other side stays in force. */
function withoutEffect(exclusion: Placed, { byUser, byDevice }: OneSided, sources: ResolveSources): DeviceSet {
  const { planes } = sources;
  return union(
    intersect(exclusionHolds(exclusion, planes.device(exclusion.key), sources), byUser),
    intersect(exclusionHolds(exclusion, planes.user(exclusion.key), sources), byDevice),
  );
}

/** Whether another include of the same intent and filter reaches all that this one reaches; of two that reach the same, the later id is covered. */
function isCovered(placed: Placed, includes: readonly Placed[], { planes }: ResolveSources): boolean {
  const [device, user] = [planes.device(placed.key), planes.user(placed.key)];
  if (isEmpty(device) && isEmpty(user)) return false;
  return includes.some((other) => {
    if (other === placed || other.intent !== placed.intent) return false;
    if (other.filter?.id !== placed.filter?.id || other.filter?.mode !== placed.filter?.mode) return false;
    const [wideDevice, wideUser] = [planes.device(other.key), planes.user(other.key)];
    if (!isWithin(device, wideDevice) || !isWithin(user, wideUser)) return false;
    return size(device) < size(wideDevice) || size(user) < size(wideUser) || other.id < placed.id;
  });
}

/** Whether two sets have a device in common. */
function overlaps(left: DeviceSet, right: DeviceSet): boolean {
  if (left.kind === 'dense' && right.kind === 'dense') {
    const shared = Math.min(left.words.length, right.words.length);
    for (let word = 0; word < shared; word += 1) if ((left.words[word]! & right.words[word]!) !== 0) return true;
    return false;
  }
  const [few, many] = left.kind === 'sparse' ? [left, right] : [right, left];
  return toOrdinals(few).some((ordinal) => has(many, ordinal));
}

function isWithin(inner: DeviceSet, outer: DeviceSet): boolean {
  if (inner === outer || isEmpty(inner)) return true;
  if (size(inner) > size(outer)) return false;
  if (inner.kind === 'dense' && outer.kind === 'dense') {
    for (let word = 0; word < inner.words.length; word += 1) if ((inner.words[word]! & ~(outer.words[word] ?? 0)) !== 0) return false;
    return true;
  }
  return toOrdinals(inner).every((ordinal) => has(outer, ordinal));
}
