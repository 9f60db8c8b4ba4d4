/** Counts, findings and differences over the plain resolution of `naive-targeting.ts`, as `engine/targeting/policy.ts` describes them. */
import {
  type Finding,
  type FindingCode,
  type Outcome,
  outcomes,
  type PolicyAssignment,
  type ReachKind,
} from '../../src/engine/targeting/policy.js';
import { ALL_DEVICES_GROUP, ALL_USERS_GROUP } from '../../src/kernel/ids.js';
import {
  assignmentsOf,
  exclusionHolds,
  filterMatches,
  isExclusion,
  isOfPlatform,
  type NaiveTenant,
  primaryUserOf,
  resolveNaively,
  targetHolds,
} from './naive-targeting.js';

const KINDS: readonly ReachKind[] = ['device', 'user'];

/** Ids of the devices of each outcome of one policy. */
export function devicesByOutcome(tenant: NaiveTenant, policyId: string): Readonly<Record<Outcome, readonly string[]>> {
  const found = Object.fromEntries(outcomes.map((outcome) => [outcome, [] as string[]])) as Record<Outcome, string[]>;
  for (const id of tenant.managedDevices.keys()) found[resolveNaively(tenant, policyId, id).outcome].push(id);
  return found;
}

/** Findings in no order. */
export function findingsNaively(tenant: NaiveTenant, policyId: string): readonly Finding[] {
  const policy = tenant.policies.get(policyId);
  const assignments = assignmentsOf(tenant, policyId);
  const includes = assignments.filter((assignment) => !isExclusion(assignment));
  if (policy === undefined || assignments.length === 0) return [];
  const devices = [...tenant.managedDevices.keys()];
  const wire = (id: string) => tenant.managedDevices.get(id) ?? {};
  const holds = ({ target }: PolicyAssignment, kind: ReachKind, id: string) => targetHolds(tenant, target, id, kind);
  const reached = (assignment: PolicyAssignment) => devices.filter((id) => KINDS.some((kind) => holds(assignment, kind, id)));

  const findings: Finding[] = [];
  const about = (code: FindingCode, { id, target, filter }: PolicyAssignment, count: number) => {
    const groupId = target.kind === 'group' ? target.groupId : target.kind === 'scopeTag' ? target.objectId : undefined;
    findings.push({ code, policyId, assignmentId: id, groupId, filterId: filter?.id, devices: count });
  };

  if (includes.length === 0) {
    findings.push({ code: 'onlyExclusions', policyId, assignmentId: undefined, groupId: undefined, filterId: undefined, devices: 0 });
  }
  for (const assignment of assignments) {
    const { filter } = assignment;
    const reach = reached(assignment);
    const filterId = tenant.filtersEnabled ? filter?.id : undefined;
    if (isOnDeletedGroup(tenant, assignment)) about('deletedGroup', assignment, 0);
    else if (reach.length === 0) about('emptyTarget', assignment, 0);
    if (filterId !== undefined && !tenant.filters.has(filterId)) about('deletedFilter', assignment, 0);
    else if (filterId !== undefined && reach.length > 0 && !reach.some((id) => filterMatches(tenant, filterId, wire(id)))) {
      about('filterNeverMatches', assignment, reach.length);
    }
    if (!isExclusion(assignment) && reach.length > 0 && !reach.some((id) => isOfPlatform(policy, wire(id)))) {
      about('platformMismatch', assignment, reach.length);
    }
  }

  // An exclusion on one side of a device that the includes reach by the other side alone, where that include stays in force.
  const included = (kind: ReachKind, id: string) => includes.some((include) => holds(include, kind, id));
  const excluded = (kind: ReachKind, id: string) =>
    assignments.some((exclusion) => isExclusion(exclusion) && exclusionHolds(tenant, exclusion, id, kind));
  for (const exclusion of assignments.filter(isExclusion)) {
    const inVain = (id: string, kind: ReachKind, other: ReachKind) =>
      exclusionHolds(tenant, exclusion, id, kind) && !included(kind, id) && included(other, id) && !excluded(other, id);
    const missed = devices.filter((id) => inVain(id, 'device', 'user') || inVain(id, 'user', 'device'));
    if (missed.length > 0) about('exclusionWithoutEffect', exclusion, missed.length);
  }

  // Covered on both sides by another of the same intent and filter; of two that reach the same, the later id is the duplicate.
  const covers = (wide: PolicyAssignment, narrow: PolicyAssignment) =>
    devices.every((id) => KINDS.every((kind) => !holds(narrow, kind, id) || holds(wide, kind, id)));
  for (const include of includes) {
    if (reached(include).length === 0) continue;
    const duplicate = includes.some(
      (other) =>
        other.id !== include.id &&
        other.intent === include.intent &&
        other.filter?.id === include.filter?.id &&
        other.filter?.mode === include.filter?.mode &&
        covers(other, include) &&
        (!covers(include, other) || other.id < include.id),
    );
    if (duplicate) about('duplicateReach', include, reached(include).length);
  }
  return findings;
}

function isOnDeletedGroup(tenant: NaiveTenant, { target }: PolicyAssignment): boolean {
  if (target.kind !== 'group' || target.groupId === ALL_DEVICES_GROUP || target.groupId === ALL_USERS_GROUP) return false;
  return !tenant.groups.has(target.groupId);
}

export interface NaivePair {
  readonly policyId: string;
  readonly deviceId: string;
}

/** A difference of two tenants; pairs in order of policy id. */
export interface NaiveImpact {
  readonly gained: readonly NaivePair[];
  readonly lost: readonly NaivePair[];
  readonly removed: readonly NaivePair[];
  readonly affectedDevices: readonly string[];
  /** The user that an affected device has afterwards; the one it had, when it is gone or has none now. */
  readonly affectedUsers: readonly string[];
  /** Findings that are there afterwards and were not before, however many devices they are about. */
  readonly findings: readonly Finding[];
}

export function impactNaively(before: NaiveTenant, after: NaiveTenant): NaiveImpact {
  const [gained, lost, removed] = [[] as NaivePair[], [] as NaivePair[], [] as NaivePair[]];
  const affected = new Set<string>();
  const users = new Set<string>();
  const policyIds = [...new Set([...before.policies.keys(), ...after.policies.keys()])].sort();
  const deviceIds = [...new Set([...before.managedDevices.keys(), ...after.managedDevices.keys()])];
  for (const policyId of policyIds) {
    for (const deviceId of deviceIds) {
      const [was, is] = [before, after].map((tenant) => resolveNaively(tenant, policyId, deviceId).outcome);
      if (was === is) continue;
      const pair = { policyId, deviceId };
      if (is === 'applied') gained.push(pair);
      if (was === 'applied') lost.push(pair);
      if (is === 'removed') removed.push(pair);
      if (is !== 'applied' && was !== 'applied' && is !== 'removed') continue;
      affected.add(deviceId);
      const user = userBehind(after, deviceId) ?? userBehind(before, deviceId);
      if (user !== undefined) users.add(user);
    }
  }
  const known = new Set(policyIds.flatMap((id) => findingsNaively(before, id)).map(findingName));
  const findings = policyIds.flatMap((id) => findingsNaively(after, id)).filter((finding) => !known.has(findingName(finding)));
  return {
    gained,
    lost,
    removed,
    affectedDevices: [...affected].sort(),
    affectedUsers: [...users].sort(),
    findings: sortedFindings(findings),
  };
}

function userBehind(tenant: NaiveTenant, deviceId: string): string | undefined {
  const device = tenant.managedDevices.get(deviceId);
  return device === undefined ? undefined : primaryUserOf(tenant, device);
}

function findingName({ code, policyId, assignmentId, groupId, filterId }: Finding): string {
  return JSON.stringify([policyId, code, assignmentId, groupId, filterId]);
}

export function sortedFindings(findings: readonly Finding[]): readonly Finding[] {
  const keyed = findings.map((finding) => ({ finding, key: findingName(finding) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ finding }) => finding);
}
