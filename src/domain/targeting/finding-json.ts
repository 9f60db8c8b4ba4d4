/** A finding as clients read it: ids, the policy's name, and one sentence that says what is wrong. */
import type { Finding } from '../../engine/targeting/policy.js';
import type { JsonObject } from '../../kernel/json.js';
import type { Names } from './names.js';

/**
 * @returns `{code, message, deviceConfigurationId, displayName, assignmentId, groupId, filterId, deviceCount}`; what a finding is not about
 *   is null
 */
export function findingJson(finding: Finding, names: Names): JsonObject {
  return {
    code: finding.code,
    message: messageOf(finding, names),
    deviceConfigurationId: finding.policyId,
    displayName: names.policy(finding.policyId) ?? null,
    assignmentId: finding.assignmentId ?? null,
    groupId: finding.groupId ?? null,
    filterId: finding.filterId ?? null,
    deviceCount: finding.devices,
  };
}

function messageOf({ code, policyId, groupId, filterId, devices }: Finding, names: Names): string {
  const policy = quoted('policy', policyId, names.policy(policyId));
  const group = groupId === undefined ? 'its target' : quoted('group', groupId, names.group(groupId));
  const filter = filterId === undefined ? 'its filter' : quoted('filter', filterId, names.filter(filterId));
  switch (code) {
    case 'exclusionWithoutEffect':
      return `The ${policy} excludes ${the(group)}, but reaches ${countOf(devices)} of it by the other kind (user or device), which the exclusion does not cancel.`;
    case 'deletedGroup':
      return `The ${policy} is assigned to the group ${groupId ?? ''}, which does not exist: the assignment reaches nothing.`;
    case 'deletedFilter':
      return `An assignment of the ${policy} uses the filter ${filterId ?? ''}, which does not exist: it matches nothing.`;
    case 'emptyTarget':
      return `The ${policy} is assigned to ${the(group)}, which reaches no device.`;
    case 'filterNeverMatches':
      return `Of the ${countOf(devices)} that ${the(group)} reaches for the ${policy}, ${the(filter)} matches none.`;
    case 'platformMismatch':
      return `The ${policy} is assigned to ${the(group)}, which reaches ${countOf(devices)}, none of them of the policy's platform.`;
    case 'onlyExclusions':
      return `The ${policy} has only exclusions: it reaches nobody.`;
    case 'duplicateReach':
      return `The ${policy} is assigned to ${the(group)}, but another of its assignments with the same intent and filter reaches all of these devices already (${devices}).`;
  }
}

/** `group "Sales"`, or by its id where it has no name. */
export function quoted(kind: string, id: string, name: string | undefined): string {
  return name === undefined ? `${kind} ${id}` : `${kind} "${name}"`;
}

export function countOf(devices: number): string {
  return devices === 1 ? '1 device' : `${devices} devices`;
}

function the(phrase: string): string {
  return phrase.startsWith('its ') ? phrase : `the ${phrase}`;
}
