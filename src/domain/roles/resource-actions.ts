/** Which resource action of an Intune role a request asks for (graph-api spec 6.2; names as exported role definitions have them). */
import { type Plan, READ_OPERATIONS } from '../../query/plan.js';

/** Any role assignment will do: what holds no objects of its own. */
export const ANY_ROLE = 'any';

const AREAS: readonly (readonly [set: string, area: string])[] = [
  ['deviceManagement/deviceConfigurations', 'DeviceConfigurations'],
  ['deviceManagement/assignmentFilters', 'AssignmentFilter'],
  ['deviceManagement/managedDevices', 'ManagedDevices'],
  ['deviceManagement/deviceCategories', 'ManagedDevices'],
  ['deviceManagement/roleScopeTags', 'Roles'],
  ['deviceManagement/roleDefinitions', 'Roles'],
  ['deviceManagement/roleAssignments', 'Roles'],
  ['deviceManagement/auditEvents', 'AuditData'],
  ['deviceAppManagement/policySets', 'PolicySets'],
];

/** Operations whose name does not follow from their kind and set: functions read, actions update. */
const OPERATIONS: Readonly<Record<string, string>> = {
  'deviceConfiguration.assign': 'DeviceConfigurations_Assign',
  'deviceConfiguration.getTargetedUsersAndDevices': 'DeviceConfigurations_Read',
  'deviceConfiguration.hasPayloadLinks': 'DeviceConfigurations_Read',
  'deviceAndAppManagementAssignmentFilter.validateFilter': 'AssignmentFilter_Read',
  'deviceManagement.evaluateAssignmentFilter': 'AssignmentFilter_Read',
  'deviceManagement.getAssignmentFiltersStatusDetails': 'AssignmentFilter_Read',
  'deviceManagement.getRoleScopeTagsByIds': 'Roles_Read',
  'managedDevice.syncDevice': 'RemoteTasks_SyncDevice',
  'policySet.getPolicySets': 'PolicySets_Read',
  'roleScopeTag.assign': 'Roles_Assign',
  'roleScopeTag.getRoleScopeTagsById': 'Roles_Read',
};

export function actionName(area: string, verb: string): string {
  return `Microsoft.Intune_${area}_${verb}`;
}

const EVERYTHING = ['Read', 'Create', 'Update', 'Delete'];

/** Verbs that requests ask for in an area; `verbOf` tells which when. */
const VERBS: Readonly<Record<string, readonly string[]>> = {
  DeviceConfigurations: [...EVERYTHING, 'Assign'],
  PolicySets: [...EVERYTHING, 'Assign'],
  Roles: [...EVERYTHING, 'Assign'],
  ManagedDevices: ['Read', 'Update', 'Delete'],
  AuditData: ['Read'],
};

/** Every action that some request asks for. */
export function knownActions(): readonly string[] {
  const ofAreas = AREAS.flatMap(([, area]) => (VERBS[area] ?? EVERYTHING).map((verb) => actionName(area, verb)));
  return [...new Set([...ofAreas, ...Object.values(OPERATIONS).map((name) => `Microsoft.Intune_${name}`)])];
}

/** @param set containment path that the request's path ends in; undefined where nothing of the kind is served */
export function resourceAction(plan: Plan, set: string | undefined): string {
  const operation = plan.call?.operation;
  const named = operation?.bound === undefined ? undefined : OPERATIONS[`${operation.bound.type.name}.${operation.name}`];
  if (named !== undefined) return `Microsoft.Intune_${named}`;
  const area = set === undefined ? undefined : AREAS.find(([name]) => set === name || set.startsWith(`${name}/`));
  return area === undefined || set === undefined ? ANY_ROLE : actionName(area[1], verbOf(plan, area[0], set));
}

function verbOf(plan: Plan, areaSet: string, set: string): string {
  if (READ_OPERATIONS.has(plan.operation) || plan.call?.operation.kind === 'function') return 'Read';
  if (set.endsWith('/assignments')) return 'Assign';
  // Enrolling a device through the API is Muster's own: no built-in role knows an action for it.
  if (set !== areaSet || areaSet === 'deviceManagement/managedDevices' || areaSet === 'deviceManagement/deviceCategories') {
    return plan.operation === 'delete' && areaSet === set ? 'Delete' : 'Update';
  }
  if (plan.operation === 'create') return 'Create';
  return plan.operation === 'delete' ? 'Delete' : 'Update';
}
