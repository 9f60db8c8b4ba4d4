/** A risk as clients read it: ids, names, and one sentence that says what to think about. */
import type { Risk } from '../../engine/targeting/policy.js';
import type { JsonObject } from '../../kernel/json.js';
import { countOf, quoted } from '../targeting/finding-json.js';
import type { Names } from '../targeting/names.js';

/** @returns `{code, message, deviceConfigurationId, displayName, assignmentId, groupId, groupDisplayName, deviceCount}`, null where it is about none */
export function riskJson(risk: Risk, names: Names): JsonObject {
  const { code, policyId, assignmentId, groupId, devices } = risk;
  return {
    code,
    message: messageOf(risk, names),
    deviceConfigurationId: policyId ?? null,
    displayName: (policyId === undefined ? undefined : names.policy(policyId)) ?? null,
    assignmentId: assignmentId ?? null,
    groupId: groupId ?? null,
    groupDisplayName: (groupId === undefined ? undefined : names.group(groupId)) ?? null,
    deviceCount: devices ?? null,
  };
}

function messageOf({ code, policyId, groupId, devices }: Risk, names: Names): string {
  const policy = policyId === undefined ? 'policy' : quoted('policy', policyId, names.policy(policyId));
  const group = groupId === undefined ? 'group' : quoted('group', groupId, names.group(groupId));
  switch (code) {
    case 'allDevicesReached':
      return `The ${policy} will reach all devices.`;
    case 'allUsersReached':
      return `The ${policy} will reach all licensed users.`;
    case 'largePartOfFleet':
      return `${countOf(devices ?? 0)} will change: more than 25 % of all that are enrolled.`;
    case 'exclusionRemoved':
      return `The ${policy} will no longer exclude the ${group}.`;
    case 'criticalGroup':
      return `The members of the ${group} will change, and many policies depend on it.`;
  }
}
