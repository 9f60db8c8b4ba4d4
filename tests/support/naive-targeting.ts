/**
 * Who gets what, worked out one device and one policy at a time with plain sets and maps, in the order and the words of the semantics page
 * (sections 1 to 3). Slow and plain on purpose: it is what the engine is held against.
 */
import { filterValues, platformOfDevice } from '../../src/engine/columns/managed-device.js';
import { interpretDynamicRule, validateDynamicRule } from '../../src/engine/rules/dynamic/index.js';
import { interpretFilterRule, validateFilterRule } from '../../src/engine/rules/filter/index.js';
import type {
  ApplicabilityRule,
  AssignedFilter,
  Filter,
  Outcome,
  Policy,
  PolicyAssignment,
  PolicyTarget,
  ReachKind,
} from '../../src/engine/targeting/policy.js';
import { ALL_DEVICES_GROUP, ALL_USERS_GROUP } from '../../src/kernel/ids.js';
import { isObject, type JsonObject } from '../../src/kernel/json.js';

export interface NaiveGroup {
  readonly users: ReadonlySet<string>;
  /** Directory devices. */
  readonly devices: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  /** A dynamic membership rule; while it is on, it alone fills the group. */
  readonly rule: { readonly text: string; readonly on: boolean } | undefined;
}

/** A tenant as plain records by id. Users, directory devices and managed devices are wire JSON. */
export interface NaiveTenant {
  readonly users: ReadonlyMap<string, JsonObject>;
  readonly directoryDevices: ReadonlyMap<string, JsonObject>;
  readonly managedDevices: ReadonlyMap<string, JsonObject>;
  readonly groups: ReadonlyMap<string, NaiveGroup>;
  readonly filters: ReadonlyMap<string, Filter>;
  readonly filtersEnabled: boolean;
  readonly policies: ReadonlyMap<string, Policy>;
  /** By policy id, then assignment id; a policy that does not exist has none. */
  readonly assignments: ReadonlyMap<string, ReadonlyMap<string, PolicyAssignment>>;
  /** Managed devices by collection id. */
  readonly collections: ReadonlyMap<string, ReadonlySet<string>>;
}

export const emptyTenant: NaiveTenant = {
  users: new Map(),
  directoryDevices: new Map(),
  managedDevices: new Map(),
  groups: new Map(),
  filters: new Map(),
  filtersEnabled: true,
  policies: new Map(),
  assignments: new Map(),
  collections: new Map(),
};

const KINDS: readonly ReachKind[] = ['device', 'user'];

// Section 1: terms.

/** The directory device behind a managed device; GUIDs are the same in either case. */
export function directoryDeviceOf(tenant: NaiveTenant, device: JsonObject): string | undefined {
  const wanted = typeof device.azureADDeviceId === 'string' ? device.azureADDeviceId.toLowerCase() : '';
  for (const [id, { deviceId }] of tenant.directoryDevices) if (String(deviceId).toLowerCase() === wanted) return id;
  return undefined;
}

/** The primary user behind a managed device; undefined while no such user is known. */
export function primaryUserOf(tenant: NaiveTenant, device: JsonObject): string | undefined {
  return typeof device.userId === 'string' && tenant.users.has(device.userId) ? device.userId : undefined;
}

function objectBehind(tenant: NaiveTenant, device: JsonObject, kind: ReachKind): string | undefined {
  return kind === 'user' ? primaryUserOf(tenant, device) : directoryDeviceOf(tenant, device);
}

export function isLicensed(user: JsonObject): boolean {
  const plans = Array.isArray(user.assignedPlans) ? user.assignedPlans.filter(isObject) : [];
  return plans.some(
    (plan) =>
      plan.capabilityStatus === 'Enabled' && (plan.servicePlanId === 'c1ec4a95-1f05-45b3-a911-aa3fa01094f5' || plan.service === 'SCO'),
  );
}

/** Members of one kind that the group holds directly. */
export function directMembers(tenant: NaiveTenant, groupId: string, kind: ReachKind | 'group'): ReadonlySet<string> {
  const group = tenant.groups.get(groupId);
  if (group === undefined) return new Set();
  if (group.rule?.on === true) return kind === 'group' ? new Set() : acceptedByRule(tenant, group.rule.text, kind);
  return { user: group.users, device: group.devices, group: group.groups }[kind];
}

function acceptedByRule(tenant: NaiveTenant, text: string, kind: ReachKind): ReadonlySet<string> {
  const rule = validateDynamicRule(text);
  if (!rule.valid || rule.subject !== kind) return new Set();
  const accepted = new Set<string>();
  for (const [id, object] of kind === 'user' ? tenant.users : tenant.directoryDevices) {
    const isDirectMember = (groupId: string) => directMembers(tenant, groupId, kind).has(id);
    if (interpretDynamicRule(rule.ast, object, { now: () => 0, isDirectMember })) accepted.add(id);
  }
  return accepted;
}

/** The group and every group nested in it, each with the shortest distance from the group. */
function nestedGroups(tenant: NaiveTenant, groupId: string): ReadonlyMap<string, number> {
  const distances = new Map([[groupId, 0]]);
  for (const [id, distance] of distances) {
    for (const inner of directMembers(tenant, id, 'group')) if (!distances.has(inner)) distances.set(inner, distance + 1);
  }
  return distances;
}

function isTransitiveMember(tenant: NaiveTenant, groupId: string, kind: ReachKind, objectId: string | undefined): boolean {
  if (objectId === undefined) return false;
  return [...nestedGroups(tenant, groupId).keys()].some((id) => directMembers(tenant, id, kind).has(objectId));
}

// Section 2: one target, as a set of (device, kind).

export function targetHolds(tenant: NaiveTenant, target: PolicyTarget, deviceId: string, kind: ReachKind): boolean {
  const device = tenant.managedDevices.get(deviceId);
  if (device === undefined) return false;
  const object = objectBehind(tenant, device, kind);
  const user = primaryUserOf(tenant, device);
  const allDevices = kind === 'device';
  const allUsers = kind === 'user' && user !== undefined && isLicensed(tenant.users.get(user) ?? {});
  switch (target.kind) {
    case 'group':
      if (target.groupId === ALL_DEVICES_GROUP) return allDevices;
      if (target.groupId === ALL_USERS_GROUP) return allUsers;
      return isTransitiveMember(tenant, target.groupId, kind, object);
    case 'allDevices':
      return allDevices;
    case 'allUsers':
      return allUsers;
    case 'collection':
      return kind === 'device' && (tenant.collections.get(target.collectionId)?.has(deviceId) ?? false);
    case 'scopeTag':
      if (target.side !== 'both' && target.side !== kind) return false;
      return object === target.objectId || isTransitiveMember(tenant, target.objectId, kind, object);
  }
}

/** How many groups the shortest chain from the target to the device's object has; undefined for targets that are no group. */
export function shortestChain(tenant: NaiveTenant, target: PolicyTarget, deviceId: string, kind: ReachKind): number | undefined {
  const groupId = target.kind === 'group' ? target.groupId : target.kind === 'scopeTag' ? target.objectId : undefined;
  const device = tenant.managedDevices.get(deviceId);
  const object = device === undefined ? undefined : objectBehind(tenant, device, kind);
  if (groupId === undefined || object === undefined || !tenant.groups.has(groupId)) return undefined;
  const lengths = [...nestedGroups(tenant, groupId)].flatMap(([id, distance]) =>
    directMembers(tenant, id, kind).has(object) ? [distance + 1] : [],
  );
  return lengths.length === 0 ? undefined : Math.min(...lengths);
}

/** Whether these groups lie in each other, and the last holds the device's object. */
export function isChain(tenant: NaiveTenant, path: readonly string[], deviceId: string, kind: ReachKind): boolean {
  const device = tenant.managedDevices.get(deviceId);
  const object = device === undefined ? undefined : objectBehind(tenant, device, kind);
  const last = path.at(-1);
  if (object === undefined || last === undefined) return false;
  const nested = path.slice(1).every((inner, index) => directMembers(tenant, path[index] ?? '', 'group').has(inner));
  return nested && directMembers(tenant, last, kind).has(object);
}

// Section 3: one policy on one device.

/** An include that reaches the device, and what became of it. */
export interface NaiveReason {
  readonly assignmentId: string;
  readonly kind: ReachKind;
  readonly intent: 'apply' | 'remove';
  /** Exclusions that cancel it; any of them explains it. */
  readonly excludedBy: readonly string[];
  /** Undefined for an assignment without filter. */
  readonly filter: { readonly id: string; readonly mode: 'include' | 'exclude'; readonly result: FilterResult } | undefined;
}

export type FilterResult = 'match' | 'notMatch' | 'notEvaluated';

export interface NaiveOutcome {
  readonly outcome: Outcome;
  readonly reasons: readonly NaiveReason[];
}

export function assignmentsOf(tenant: NaiveTenant, policyId: string): readonly PolicyAssignment[] {
  return [...(tenant.assignments.get(policyId)?.values() ?? [])];
}

export function isExclusion({ target }: PolicyAssignment): boolean {
  return target.kind === 'group' && target.excluded;
}

/** The filter as it counts: none while filters are off in the tenant. */
function filterInForce(tenant: NaiveTenant, { filter }: PolicyAssignment): AssignedFilter | undefined {
  return tenant.filtersEnabled ? filter : undefined;
}

/** A filter that does not exist matches nothing, and a filter matches devices of its own platform alone. */
export function filterMatches(tenant: NaiveTenant, filterId: string, device: JsonObject): boolean {
  const filter = tenant.filters.get(filterId);
  if (filter === undefined || filter.platform !== platformOfDevice(device)) return false;
  const rule = validateFilterRule(filter.rule, filter.platform, 'evaluate');
  return rule.valid && interpretFilterRule(rule.ast, filterValues(device));
}

/** Step 2: the exclusion's target holds the device on this side, and its filter lets it. */
export function exclusionHolds(tenant: NaiveTenant, exclusion: PolicyAssignment, deviceId: string, kind: ReachKind): boolean {
  if (!targetHolds(tenant, exclusion.target, deviceId, kind)) return false;
  const filter = filterInForce(tenant, exclusion);
  if (filter === undefined) return true;
  const matches = filterMatches(tenant, filter.id, tenant.managedDevices.get(deviceId) ?? {});
  return filter.mode === 'include' ? matches : !matches;
}

export function resolveNaively(tenant: NaiveTenant, policyId: string, deviceId: string): NaiveOutcome {
  const policy = tenant.policies.get(policyId);
  const device = tenant.managedDevices.get(deviceId);
  if (policy === undefined || device === undefined) return { outcome: 'notTargeted', reasons: [] };
  const assignments = assignmentsOf(tenant, policyId);

  // 1. Includes that reach the device, each with its kind.
  const reaching = assignments
    .filter((assignment) => !isExclusion(assignment))
    .flatMap((assignment) => KINDS.map((kind) => ({ assignment, kind })))
    .filter(({ assignment, kind }) => targetHolds(tenant, assignment.target, deviceId, kind));

  // 2. Exclusions cancel includes of their own kind.
  const exclusionsOn = (kind: ReachKind) =>
    assignments.filter((assignment) => isExclusion(assignment) && exclusionHolds(tenant, assignment, deviceId, kind));
  const surviving = reaching.filter(({ kind }) => exclusionsOn(kind).length === 0);

  // 3. Filters, over the includes that survive, each intent on its own.
  const matches = ({ id }: AssignedFilter) => filterMatches(tenant, id, device);
  const filtersOf = (intent: 'apply' | 'remove') =>
    surviving.filter(({ assignment }) => assignment.intent === intent).map(({ assignment }) => filterInForce(tenant, assignment));
  const hasExclude = (intent: 'apply' | 'remove') => filtersOf(intent).some((filter) => filter?.mode === 'exclude');
  const hasNone = (intent: 'apply' | 'remove') => filtersOf(intent).includes(undefined);
  const passes = (intent: 'apply' | 'remove'): boolean => {
    const filters = filtersOf(intent);
    if (hasExclude(intent)) return !filters.some((filter) => filter?.mode === 'exclude' && matches(filter));
    if (hasNone(intent)) return true;
    return filters.some((filter) => filter !== undefined && matches(filter));
  };

  const reasons = reaching.map(({ assignment, kind }): NaiveReason => {
    const { id: assignmentId, intent, filter } = assignment;
    const excludedBy = exclusionsOn(kind).map(({ id }) => id);
    const counts =
      excludedBy.length === 0 && tenant.filtersEnabled && (filter?.mode === 'exclude' || !(hasExclude(intent) || hasNone(intent)));
    const result = filter === undefined || !counts ? 'notEvaluated' : matches(filter) ? 'match' : 'notMatch';
    return { assignmentId, kind, intent, excludedBy, filter: filter === undefined ? undefined : { ...filter, result } };
  });

  const outcome = (): Outcome => {
    if (reaching.length === 0) return 'notTargeted';
    if (surviving.length === 0) return 'excluded';
    // 4. Intents: a surviving `remove` wins.
    const removed = passes('remove');
    if (!removed && !passes('apply')) return 'filteredOut';
    // 5. and 6. Platform and applicability rules.
    if (!isOfPlatform(policy, device) || !policy.rules.every((rule) => admits(rule, device))) return 'notApplicable';
    return removed ? 'removed' : 'applied';
  };
  return { outcome: outcome(), reasons };
}

export function isOfPlatform({ platforms }: Policy, device: JsonObject): boolean {
  const platform = platformOfDevice(device);
  return platforms === undefined || (platform !== null && platforms.has(platform));
}

/** An include rule that does not match, or an exclude rule that does, does not admit the device. */
function admits(rule: ApplicabilityRule, device: JsonObject): boolean {
  return rule.include === ruleMatches(rule, device);
}

/** A device whose value is unknown is matched by no rule; no device tells that it is in S mode. */
function ruleMatches(rule: ApplicabilityRule, device: JsonObject): boolean {
  const { operatingSystemSKU, operatingSystemVersion } = filterValues(device);
  switch (rule.kind) {
    case 'edition':
      return operatingSystemSKU !== null && rule.skus.has(operatingSystemSKU.toLowerCase());
    case 'version': {
      if (operatingSystemVersion === null || !isVersion(operatingSystemVersion)) return false;
      const { min, max } = rule;
      return (isOpen(min) || !isOlder(operatingSystemVersion, min)) && (isOpen(max) || !isOlder(max, operatingSystemVersion));
    }
    case 'mode':
      return !rule.sMode;
  }
}

function isOpen(end: string | null): end is null {
  return end === null || !isVersion(end);
}

function isVersion(text: string): boolean {
  return text !== '' && text.split('.').every((part) => /^\d+$/.test(part));
}

function isOlder(left: string, right: string): boolean {
  const [a, b] = [left.split('.').map(Number), right.split('.').map(Number)];
  for (let part = 0; part < Math.max(a.length, b.length); part += 1) {
    const [mine, other] = [a[part] ?? 0, b[part] ?? 0];
    if (mine !== other) return mine < other;
  }
  return false;
}
