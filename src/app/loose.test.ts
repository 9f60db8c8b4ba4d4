/** Every check of a reference, with and without `--loose`: what is not there is refused, or taken on trust. */
import { beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING, type Lab, openLab } from '../../tests/support/in-process.js';

const DC = '/deviceManagement/deviceConfigurations';
const WIFI = `${DC}/wifi`;
const GONE = '99999999-9999-4999-8999-999999999999';
const REFERENCE = { '@odata.id': `https://graph.microsoft.com/beta/directoryObjects/${GONE}` };
const configuration = (id: string) => `https://graph.microsoft.com/beta/deviceManagement/deviceConfigurations('${id}')`;
const target = (type: string, more: object = {}) => ({ target: { '@odata.type': `#microsoft.graph.${type}`, ...more } });
const ROLE = { displayName: 'Readers', members: [], scopeType: 'allDevices', resourceScopes: [] };
const definition = (id: string) => `https://graph.microsoft.com/beta/deviceManagement/roleDefinitions('${id}')`;
const headers = {
  authorization: `Bearer app ${EVERYTHING.join(' ')} DeviceManagementApps.ReadWrite.All Group.ReadWrite.All User.ReadWrite.All`,
};

async function prepared(loose: boolean): Promise<Lab> {
  const lab = await openLab({ loose });
  await lab.put('deviceManagement/deviceConfigurations', 'windowsWifiEnterpriseEAPConfiguration', 'wifi', { displayName: 'Wi-Fi' });
  await lab.put('deviceManagement/roleDefinitions', 'deviceAndAppManagementRoleDefinition', 'role', { displayName: 'Role' });
  await lab.put('deviceManagement/managedDevices', 'managedDevice', 'pc', { deviceName: 'PC' });
  await lab.put('deviceManagement/roleScopeTags', 'roleScopeTag', '7', { displayName: 'Cork' });
  await lab.put('groups', 'group', 'staff', { displayName: 'Staff', mailNickname: 'staff', securityEnabled: true, groupTypes: [] });
  await lab.put('users', 'user', 'ada', { displayName: 'Ada', userPrincipalName: 'ada@lab.example' });
  return lab;
}

describe('a reference to what does not exist', () => {
  let strict: Lab;
  let loose: Lab;
  beforeAll(async () => {
    strict = await prepared(false);
    loose = await prepared(true);
  });

  it.each<[string, string, string, unknown, number]>([
    ['a group, assigned', 'POST', `${WIFI}/assignments`, target('groupAssignmentTarget', { groupId: GONE }), 400],
    ['a group, excluded', 'POST', `${WIFI}/assign`, { assignments: [target('exclusionGroupAssignmentTarget', { groupId: GONE })] }, 400],
    [
      'a filter',
      'POST',
      `${WIFI}/assignments`,
      target('allDevicesAssignmentTarget', {
        deviceAndAppManagementAssignmentFilterId: GONE,
        deviceAndAppManagementAssignmentFilterType: 'include',
      }),
      400,
    ],
    [
      'a scope tag group',
      'POST',
      `${WIFI}/assignments`,
      target('scopeTagGroupAssignmentTarget', { targetType: 'user', entraObjectId: GONE }),
      400,
    ],
    ['a certificate', 'PUT', `${WIFI}/rootCertificateForClientValidation/$ref`, { '@odata.id': configuration(GONE) }, 400],
    [
      'a certificate, with its profile',
      'POST',
      DC,
      {
        '@odata.type': '#microsoft.graph.windowsWifiEnterpriseEAPConfiguration',
        displayName: 'Other',
        'rootCertificateForClientValidation@odata.bind': configuration(GONE),
      },
      400,
    ],
    ['a member', 'POST', '/groups/staff/members/$ref', REFERENCE, 404],
    ['members, with their group', 'POST', '/groups', groupWith('members'), 404],
    ['an owner', 'POST', '/groups/staff/owners/$ref', REFERENCE, 404],
    ['a manager', 'PUT', '/users/ada/manager/$ref', REFERENCE, 404],
    ['a licence', 'PATCH', '/users/ada', { assignedLicenses: [{ skuId: GONE, disabledPlans: [] }] }, 400],
    ['a category by name', 'PATCH', '/deviceManagement/managedDevices/pc', { deviceCategoryDisplayName: 'Nowhere' }, 400],
    [
      'a category',
      'PUT',
      '/deviceManagement/managedDevices/pc/deviceCategory/$ref',
      { '@odata.id': `https://graph.microsoft.com/beta/deviceManagement/deviceCategories('${GONE}')` },
      400,
    ],
    [
      'members of a role',
      'POST',
      '/deviceManagement/roleAssignments',
      { ...ROLE, members: [GONE], 'roleDefinition@odata.bind': definition('role') },
      400,
    ],
    ['a role', 'POST', '/deviceManagement/roleAssignments', { ...ROLE, 'roleDefinition@odata.bind': definition(GONE) }, 400],
    [
      'scope tags of a role',
      'POST',
      '/deviceManagement/roleAssignments',
      {
        ...ROLE,
        '@odata.type': '#microsoft.graph.deviceAndAppManagementRoleAssignment',
        roleScopeTagIds: ['41'],
        'roleDefinition@odata.bind': definition('role'),
      },
      400,
    ],
    [
      'a group that gives a scope tag',
      'POST',
      '/deviceManagement/roleScopeTags/7/assign',
      { assignments: [target('groupAssignmentTarget', { groupId: GONE })] },
      400,
    ],
    ['a policy in a policy set', 'POST', '/deviceAppManagement/policySets', policySet({ items: [policyItem()] }), 400],
    ['a group of a policy set', 'POST', '/deviceAppManagement/policySets', policySet({ assignments: [policyAssignment(GONE)] }), 400],
  ])('%s', async (_what, method, path, body, status) => {
    const refused = await strict.call(method, path, body, headers);
    expect([refused.status, refused.body?.error?.message]).toEqual([status, expect.any(String)]);
    const taken = await loose.call(method, path, body, headers);
    expect([taken.status < 300, taken.status < 300 ? undefined : taken.text]).toEqual([true, undefined]);
  });

  it('is taken either way where nothing is known of a check: scope tags of a profile', async () => {
    for (const lab of [strict, loose]) expect((await lab.call('PATCH', WIFI, { roleScopeTagIds: ['41'] }, headers)).status).toBe(200);
  });

  it('is still refused where it names nothing at all', async () => {
    const nothing = await loose.call('POST', `${WIFI}/assignments`, target('groupAssignmentTarget'), headers);
    expect(nothing.status).toBe(400);
    expect((await loose.call('GET', `${DC}/${GONE}`, undefined, headers)).status).toBe(404);
  });
});

function groupWith(property: string) {
  return {
    displayName: 'New',
    mailNickname: 'new',
    mailEnabled: false,
    securityEnabled: true,
    [`${property}@odata.bind`]: [REFERENCE['@odata.id']],
  };
}

function policyItem() {
  return { '@odata.type': '#microsoft.graph.deviceConfigurationPolicySetItem', payloadId: GONE };
}

function policyAssignment(groupId: string) {
  return { '@odata.type': '#microsoft.graph.policySetAssignment', ...target('groupAssignmentTarget', { groupId }) };
}

function policySet(more: object) {
  return { displayName: 'Set', description: '', ...more };
}
