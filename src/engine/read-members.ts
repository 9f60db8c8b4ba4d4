/** Which members of Graph objects an engine reads. */
import type { MemberKind } from './group-closure.js';
import { isReadMember } from './rules/dynamic/index.js';

const MANAGED_DEVICE_MEMBERS: ReadonlySet<string> = new Set([
  'aadRegistered',
  'azureADDeviceId',
  'azureADRegistered',
  'azureActiveDirectoryDeviceId',
  'deviceCategoryDisplayName',
  'deviceEnrollmentType',
  'deviceHealthAttestationState',
  'deviceName',
  'deviceType',
  'enrollmentProfileName',
  'id',
  'jailBroken',
  'joinType',
  'managedDeviceOwnerType',
  'managementAgent',
  'manufacturer',
  'model',
  'operatingSystem',
  'osVersion',
  'ownerType',
  'processorArchitecture',
  'skuNumber',
  'userId',
  'userPrincipalName',
]);
const GROUP_MEMBERS: ReadonlySet<string> = new Set(['groupTypes', 'membershipRule', 'membershipRuleProcessingState']);

/** Whether an engine reads this member of a Graph object; those that it does not read can be left out of what it is told. */
export function isReadOf(kind: MemberKind | 'managedDevice', name: string): boolean {
  if (kind === 'managedDevice') return MANAGED_DEVICE_MEMBERS.has(name);
  return kind === 'group' ? GROUP_MEMBERS.has(name) : isReadMember(kind, name);
}
