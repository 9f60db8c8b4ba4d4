/** A case's tenant as plain records, whose ids are the names in the case. */
import type { ApplicabilityRule, PolicyAssignment, PolicyTarget } from '../../src/engine/targeting/policy.js';
import { ALL_DEVICES_GROUP, ALL_USERS_GROUP } from '../../src/kernel/ids.js';
import type { NaiveGroup, NaiveTenant } from '../support/naive-targeting.js';
import { type CaseAssignment, type CaseRule, INTUNE_PLAN, pointsAt, type TargetingCase, USUAL_DEVICE } from './load-cases.js';

export const POLICY = 'policy';
export const DEVICE = 'managed device';

/** The tenant as it is when the policy has been assigned, and after what happens then. */
export function tenantsOf(given: TargetingCase): { readonly assigned: NaiveTenant; readonly afterwards: NaiveTenant } {
  const plan = { service: 'SCO', servicePlanId: INTUNE_PLAN, capabilityStatus: given.user === 'licensed' ? 'Enabled' : 'Deleted' };
  const isKnown = given.user === 'licensed' || given.user === 'unlicensed';
  const assigned: NaiveTenant = {
    users: new Map(isKnown ? [['user', { department: 'Sales', assignedPlans: [plan] }]] : []),
    directoryDevices: new Map(given.directoryDevice === 'none' ? [] : [['device', { deviceId: 'the device', displayName: 'PC-1' }]]),
    managedDevices: new Map([
      [
        DEVICE,
        { ...USUAL_DEVICE, ...given.device, id: DEVICE, userId: given.user === 'none' ? null : 'user', azureADDeviceId: 'the device' },
      ],
    ]),
    groups: new Map(Object.entries(given.groups).map(([name, members]) => [name, groupOf(members)])),
    filters: new Map(Object.entries(given.filters).map(([id, rule]) => [id, { id, platform: 'windows10AndLater', rule }])),
    filtersEnabled: true,
    policies: new Map([
      [
        POLICY,
        {
          id: POLICY,
          platforms: new Set([given.policy.platform === 'windows' ? 'windows10AndLater' : 'iOS']),
          rules: given.policy.rules.map(ruleOf),
        },
      ],
    ]),
    assignments: new Map([[POLICY, new Map(given.assignments.map((each, index) => [assignmentId(index), assignmentOf(each, index)]))]]),
    collections: new Map(Object.entries(given.collections).map(([id, members]) => [id, new Set(members.map(() => DEVICE))])),
  };
  const { deleteGroups, deleteFilters, disableFilters } = given.afterwards;
  const groups = new Map(
    [...assigned.groups]
      .filter(([name]) => !deleteGroups.includes(name))
      .map(([name, group]) => [name, { ...group, groups: new Set([...group.groups].filter((inner) => !deleteGroups.includes(inner))) }]),
  );
  const filters = new Map([...assigned.filters].filter(([name]) => !deleteFilters.includes(name)));
  return { assigned, afterwards: { ...assigned, groups, filters, filtersEnabled: !disableFilters } };
}

function groupOf(members: TargetingCase['groups'][string]): NaiveGroup {
  if (!Array.isArray(members)) return { users: new Set(), devices: new Set(), groups: new Set(), rule: { text: members.rule, on: true } };
  return {
    users: new Set(members.filter((name) => name === 'user')),
    devices: new Set(members.filter((name) => name === 'device')),
    groups: new Set(members.filter((name) => name !== 'user' && name !== 'device')),
    rule: undefined,
  };
}

export function assignmentId(index: number): string {
  return `assignment ${index}`;
}

function assignmentOf(given: CaseAssignment, index: number): PolicyAssignment {
  const { filter } = given;
  const assigned =
    filter === undefined
      ? undefined
      : 'include' in filter
        ? ({ id: filter.include, mode: 'include' } as const)
        : ({ id: filter.exclude, mode: 'exclude' } as const);
  return { id: assignmentId(index), target: targetOf(given), intent: given.intent, filter: assigned };
}

function targetOf(given: CaseAssignment): PolicyTarget {
  const target = pointsAt(given);
  const excluded = 'exclude' in given;
  if (target === 'all devices') return { kind: 'allDevices' };
  if (target === 'all users') return { kind: 'allUsers' };
  if (typeof target === 'string') return { kind: 'group', groupId: target, excluded };
  if ('virtualGroup' in target) {
    return { kind: 'group', groupId: target.virtualGroup === 'all devices' ? ALL_DEVICES_GROUP : ALL_USERS_GROUP, excluded };
  }
  if ('collection' in target) return { kind: 'collection', collectionId: target.collection };
  return { kind: 'scopeTag', side: target.side === 'none' ? 'both' : target.side, objectId: target.scopeTag };
}

function ruleOf(rule: CaseRule): ApplicabilityRule {
  const include = rule.ruleType === 'include';
  if ('edition' in rule) return { kind: 'edition', include, skus: new Set(rule.edition.map((edition) => edition.toLowerCase())) };
  if ('mode' in rule) return { kind: 'mode', include, sMode: rule.mode === 's' };
  return { kind: 'version', include, min: rule.from ?? null, max: rule.to ?? null };
}
