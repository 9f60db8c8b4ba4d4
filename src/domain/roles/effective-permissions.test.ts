import { beforeEach, describe, expect, it } from 'vitest';
import { type Lab, openLab } from '../../../tests/support/in-process.js';

const RD = '/deviceManagement/roleDefinitions';
const RA = '/deviceManagement/roleAssignments';
const GUEST = 'b0000000-0000-4000-8000-000000000001';
const G = '22222222-0000-4000-8000-00000000000a';
const READ = 'Microsoft.Intune_DeviceConfigurations_Read';
const ASSIGN = 'Microsoft.Intune_DeviceConfigurations_Assign';
const SCOPE = 'DeviceManagementRBAC.Read.All';

let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
  await lab.put('users', 'user', GUEST, { displayName: 'Guest' });
  await lab.put('groups', 'group', G, { displayName: 'G' });
  await lab.put('deviceManagement/roleScopeTags', 'roleScopeTag', '1', { displayName: 'EMEA' });
});

async function give(allowed: readonly string[], refused: readonly string[], more: object): Promise<void> {
  const resourceActions = [{ allowedResourceActions: allowed, notAllowedResourceActions: refused }];
  const { id } = (await lab.call('POST', RD, { displayName: 'R', rolePermissions: [{ resourceActions }] })).body;
  const { status } = await lab.call('POST', RA, {
    '@odata.type': '#microsoft.graph.deviceAndAppManagementRoleAssignment',
    displayName: 'A',
    members: [GUEST],
    'roleDefinition@odata.bind': `https://graph.microsoft.com/beta${RD}('${id}')`,
    ...more,
  });
  expect(status).toBe(201);
}

const ask = async (path: string, caller = 'guest', permissions = SCOPE) =>
  await lab.call('GET', path, undefined, { authorization: `Bearer ${caller} ${permissions}` });

describe('getEffectivePermissions', () => {
  beforeEach(async () => {
    await give([READ, ASSIGN, 'Microsoft.Intune_Other_Read'], ['Microsoft.Intune_Other_Read'], { resourceScopes: [G] });
    await give([READ, 'Microsoft.Intune_AuditData_Read'], [], { roleScopeTagIds: ['1'] });
  });

  it.each([
    ["(scope='')", [ASSIGN, READ, 'Microsoft.Intune_AuditData_Read']],
    ["(scope='*')", [ASSIGN, READ, 'Microsoft.Intune_AuditData_Read']],
    ['(scope=null)', [ASSIGN, READ, 'Microsoft.Intune_AuditData_Read']],
    ['()', [ASSIGN, READ, 'Microsoft.Intune_AuditData_Read']],
    ["(scope='0')", [ASSIGN, READ]],
    ["(scope='1')", [READ, 'Microsoft.Intune_AuditData_Read']],
    [`(scope='${G}')`, [ASSIGN, READ]],
    ["(scope='7')", []],
  ])('tells a user what his roles allow: %s', async (parameters, expected) => {
    const { status, body } = await ask(`/deviceManagement/getEffectivePermissions${parameters}`);
    expect(status).toBe(200);
    const sorted = [...expected].sort();
    expect(body.value).toEqual([{ actions: sorted, resourceActions: [{ allowedResourceActions: sorted, notAllowedResourceActions: [] }] }]);
  });

  it('is served in v1.0, with what that version knows', async () => {
    const { status, body } = await ask("/v1.0/deviceManagement/getEffectivePermissions(scope='0')");
    expect([status, body['@odata.context']]).toEqual([
      200,
      expect.stringContaining('v1.0/$metadata#Collection(microsoft.graph.rolePermission)'),
    ]);
    expect(body.value).toEqual([{ resourceActions: [{ allowedResourceActions: [ASSIGN, READ], notAllowedResourceActions: [] }] }]);
  });

  it.each(['app', 'user'])('tells whom roles do not bind everything there is: %s', async (caller) => {
    const { body } = await ask("/deviceManagement/getEffectivePermissions(scope='')", caller);
    expect(body.value[0].actions).toEqual(expect.arrayContaining([READ, ASSIGN, 'Microsoft.Intune_RemoteTasks_SyncDevice']));
  });

  it('asks for a permission', async () => {
    expect((await ask("/deviceManagement/getEffectivePermissions(scope='')", 'app', 'Group.Read.All')).status).toBe(403);
  });
});
