/** Operations of device management, by the type they are bound to and their name. Each finds what it is bound to in the place itself. */
import type { JsonValue } from '../../kernel/json.js';
import type { Plan } from '../../query/plan.js';
import { getAuditActivityTypes, getAuditCategories } from '../audit/audit-events.js';
import type { DomainContext } from '../context.js';
import { evaluateAssignmentFilter } from '../filters/evaluate.js';
import {
  enableFilters,
  getFilterState,
  getPlatformSupportedProperties,
  getSupportedProperties,
  validateFilter,
} from '../filters/operations.js';
import { getAssignmentFiltersStatusDetails } from '../filters/status-details.js';
import { syncDevice } from '../managed-devices/managed-device.js';
import { getPolicySets, updatePolicySetContent } from '../policy-sets/policy-set.js';
import { type Place, routeMissing } from '../read/place.js';
import { entityOf } from '../read/walk-path.js';
import { getEffectivePermissions } from '../roles/effective-permissions.js';
import { assignScopeTag } from '../scope-tags/auto-assignments.js';
import { getRoleScopeTagsById, getRoleScopeTagsByIds, hasCustomRoleScopeTag } from '../scope-tags/scope-tag.js';
import { effectiveConfigurations } from '../targeting/effective-configurations.js';
import { explain } from '../targeting/explain.js';
import { findings } from '../targeting/findings.js';
import { hasPayloadLinks } from '../targeting/payload-links.js';
import { targetedDevices } from '../targeting/targeted-devices.js';
import { getTargetedUsersAndDevices } from '../targeting/targeted-users-and-devices.js';
import type { Decision } from '../write/change.js';

export type BoundOperation = (place: Place, body: JsonValue | undefined, plan: Plan, context: DomainContext) => Promise<Decision>;

const FILTER = 'deviceAndAppManagementAssignmentFilter';

export const deviceManagementOperations: ReadonlyMap<string, BoundOperation> = new Map<string, BoundOperation>([
  ['managedDevice.syncDevice', (place, _body, plan, context) => syncDevice(entityOf(place) ?? missing(plan), context)],
  [`${FILTER}.validateFilter`, validateFilter],
  [`${FILTER}.enable`, enableFilters],
  [`${FILTER}.getState`, getFilterState],
  [`${FILTER}.getPlatformSupportedProperties`, getPlatformSupportedProperties],
  [`${FILTER}.getSupportedProperties`, getSupportedProperties],
  ['deviceManagement.evaluateAssignmentFilter', evaluateAssignmentFilter],
  ['deviceManagement.getAssignmentFiltersStatusDetails', getAssignmentFiltersStatusDetails],
  ['deviceManagement.getEffectivePermissions', getEffectivePermissions],
  ['deviceManagement.getRoleScopeTagsByIds', getRoleScopeTagsByIds],
  ['roleScopeTag.assign', assignScopeTag],
  ['roleScopeTag.getRoleScopeTagsById', getRoleScopeTagsById],
  ['roleScopeTag.hasCustomRoleScopeTag', hasCustomRoleScopeTag],
  ['policySet.update', updatePolicySetContent],
  ['policySet.getPolicySets', getPolicySets],
  ['deviceConfiguration.getTargetedUsersAndDevices', getTargetedUsersAndDevices],
  ['deviceConfiguration.hasPayloadLinks', hasPayloadLinks],
  ['deviceConfiguration.muster.targetedDevices', targetedDevices],
  ['deviceConfiguration.muster.explain', explain],
  ['managedDevice.muster.effectiveConfigurations', effectiveConfigurations],
  ['deviceManagement.muster.findings', findings],
  ['auditEvent.getAuditCategories', getAuditCategories],
  ['auditEvent.getAuditActivityTypes', getAuditActivityTypes],
]);

function missing(plan: Plan): never {
  throw routeMissing(plan);
}
