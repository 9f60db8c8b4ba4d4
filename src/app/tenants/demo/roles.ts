/** Who may do what in the demo company's Intune: scope tags, two role definitions, and their assignments. */
import { sets } from '../organization.js';
import { namedGuid } from '../random.js';
import type { SeedWriter } from '../seed-writer.js';
import { groupId } from './groups.js';

const area = (name: string, ...verbs: readonly string[]) => verbs.map((verb) => `Microsoft.Intune_${name}_${verb}`);

interface DemoRole {
  /** The built-in role's own id, the same in every tenant. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly actions: readonly string[];
  readonly assignment: { readonly name: string; readonly members: string; readonly scope: readonly string[] };
}

const roles: readonly DemoRole[] = [
  {
    id: '0bd113fe-6be5-400c-a28f-ae5553f9c0be',
    name: 'Policy and Profile manager',
    description: 'Manages compliance policies, configuration profiles and their assignment.',
    actions: [
      ...area('DeviceConfigurations', 'Read', 'Create', 'Update', 'Delete', 'Assign', 'ViewReports'),
      ...area('DeviceCompliancePolices', 'Read', 'Create', 'Update', 'Delete', 'Assign', 'ViewReports'),
      ...area('ManagedDevices', 'Read'),
      ...area('Organization', 'Read'),
      ...area('PolicySets', 'Read', 'Create', 'Update', 'Delete', 'Assign'),
      ...area('AssignmentFilter', 'Read', 'Create', 'Update', 'Delete'),
    ],
    assignment: { name: 'Endpoint engineering, everywhere', members: 'Endpoint engineering', scope: ['All locations', 'Windows rings'] },
  },
  {
    id: '9e0cc482-82df-4ab2-a24c-0c23a3f52e1e',
    name: 'Help Desk Operator',
    description: 'Helps users and their devices; sees profiles, assigns none.',
    actions: [
      ...area('DeviceConfigurations', 'Read', 'ViewReports'),
      ...area('DeviceCompliancePolices', 'Read'),
      ...area('ManagedDevices', 'Read', 'Update'),
      ...area('RemoteTasks', 'SyncDevice', 'RebootNow', 'ResetPasscode', 'RemoteLock'),
      ...area('Organization', 'Read'),
    ],
    assignment: { name: 'Help desk, everywhere', members: 'Help desk', scope: ['All locations'] },
  },
];

export function writeRoles(writer: SeedWriter): void {
  const tags = [
    { id: '1', displayName: 'EMEA', description: 'Europe, the Middle East and Africa' },
    { id: '2', displayName: 'Americas', description: 'North and South America' },
  ];
  for (const tag of tags) writer.put(sets.scopeTags, 'roleScopeTag', { ...tag, isBuiltIn: false });

  for (const { id, name, description, actions, assignment } of roles) {
    writer.put(sets.roleDefinitions, 'deviceAndAppManagementRoleDefinition', {
      id,
      displayName: name,
      description,
      isBuiltIn: true,
      isBuiltInRoleDefinition: true,
      rolePermissions: [{ actions, resourceActions: [{ allowedResourceActions: actions, notAllowedResourceActions: [] }] }],
      permissions: [{ actions, resourceActions: [{ allowedResourceActions: actions, notAllowedResourceActions: [] }] }],
      roleScopeTagIds: ['0'],
    });
    const assignmentId = namedGuid(`demo/roleAssignment/${name}`);
    const scope = assignment.scope.map(groupId);
    writer.put(sets.roleAssignments, 'deviceAndAppManagementRoleAssignment', {
      id: assignmentId,
      displayName: assignment.name,
      description: '',
      members: [groupId(assignment.members)],
      scopeMembers: scope,
      resourceScopes: scope,
      scopeType: 'resourceScope',
      roleScopeTagIds: ['0'],
    });
    writer.link('roleDefinition', assignmentId, id, sets.roleDefinitions);
    writer.link('roleScopeTags', assignmentId, '0', sets.scopeTags);
  }
}
