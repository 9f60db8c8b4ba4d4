/** What an assignment may not be (semantics, section 7; spec 5.6). */
import { kind, occurred } from './kind.js';

export const assignmentErrors = {
  groupIdInvalid: kind<{ groupId: string }>(
    400,
    'BadRequest',
    'service',
    (p) => `Invalid GroupId : ${p.groupId} provided, a valid AADGroupId is expected.`,
    (p) =>
      p.groupId === ''
        ? 'The target arrived without groupId. Some SDK versions drop the properties of derived targets: pass groupId as additional data.'
        : 'No group with this id exists in the tenant.',
  ),
  collectionIdInvalid: kind<{ collectionId: string }>(400, 'BadRequest', 'service', occurred, (p) =>
    p.collectionId === ''
      ? 'A Configuration Manager collection target needs collectionId.'
      : `'${p.collectionId}' is not the id of a Configuration Manager collection (such as SMS00001). To target a group use groupAssignmentTarget.`,
  ),
  parameterInvalid: kind<{ operation: string; reason: string }>(
    400,
    'BadRequest',
    'model',
    (p) => `The parameters of the operation '${p.operation}' are not valid: ${p.reason}`,
  ),
  directoryObjectInvalid: kind<{ objectId: string }>(
    400,
    'BadRequest',
    'service',
    (p) => `Invalid EntraObjectId : ${p.objectId} provided, the id of a user, group or device is expected.`,
  ),
  filterUnknown: kind<{ filterId: string }>(
    400,
    'BadRequest',
    'service',
    (p) => `Scope Tags validation failed : Filters ${p.filterId} , Validated filters `,
  ),
  filterIdMissing: kind<{ filterType: string }>(
    400,
    'BadRequest',
    'service',
    (p) =>
      `deviceAndAppManagementAssignmentFilterType is '${p.filterType}' but deviceAndAppManagementAssignmentFilterId names no filter. Give the id of a filter, or the type 'none'.`,
  ),
  filterPlatform: kind<{ filterId: string; filterPlatform: string; policyPlatform: string }>(
    400,
    'BadRequest',
    'service',
    (p) =>
      `The filter ${p.filterId} is for the platform ${p.filterPlatform}, the policy for ${p.policyPlatform}. Assign a filter of the policy's platform.`,
  ),
  targetDuplicate: kind<{ target: string; configurationId: string }>(
    400,
    'BadRequest',
    'service',
    (p) =>
      `${p.target} is targeted more than once by deviceConfiguration ${p.configurationId}: a group should be unique in an assignment set, included or excluded.`,
  ),
  targetRequired: kind(400, 'BadRequest', 'service', () => 'An assignment needs a target: give target with its @odata.type.'),
} as const;
