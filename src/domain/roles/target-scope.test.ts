import { beforeEach, describe, expect, it } from 'vitest';
import { type Lab, openLab } from '../../../tests/support/in-process.js';
import { ALL_DEVICES_GROUP, ALL_USERS_GROUP } from '../../kernel/ids.js';

const DC = '/deviceManagement/deviceConfigurations';
const PS = '/deviceAppManagement/policySets';
const RD = '/deviceManagement/roleDefinitions';
const RA = '/deviceManagement/roleAssignments';
const GUEST = 'b0000000-0000-4000-8000-000000000001';
const EUROPE = '22222222-0000-4000-8000-00000000000a';
const BERLIN = '22222222-0000-4000-8000-00000000000b';
const ASIA = '22222222-0000-4000-8000-00000000000c';
const STAFF = '22222222-0000-4000-8000-00000000000d';
const C = '11111111-0000-4000-8000-00000000000c';
const SCOPES =
  'DeviceManagementConfiguration.ReadWrite.All DeviceManagementManagedDevices.ReadWrite.All DeviceManagementRBAC.ReadWrite.All';

let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
  await lab.put('users', 'user', GUEST, { displayName: 'Guest' });
  for (const [id, displayName] of [
    [EUROPE, 'Europe'],
    [BERLIN, 'Berlin'],
    [ASIA, 'Asia'],
    [STAFF, 'Staff'],
  ] as const) {
    await lab.put('groups', 'group', id, { displayName });
  }
  await lab.link({ kind: 'members', from: EUROPE, to: BERLIN, toSet: 'groups' });
  await lab.put('deviceManagement/deviceConfigurations', 'windows10GeneralConfiguration', C, { displayName: 'C' });
});

const ACTIONS = ['DeviceConfigurations', 'PolicySets', 'AssignmentFilter'].flatMap((area) =>
  ['Read', 'Create', 'Update', 'Delete', 'Assign'].map((verb) => `Microsoft.Intune_${area}_${verb}`),
);
const role = async (actions: readonly string[]) =>
  (await lab.call('POST', RD, { displayName: 'R', rolePermissions: [{ resourceActions: [{ allowedResourceActions: actions }] }] })).body
    .id as string;
const give = async (scope: object, actions: readonly string[] = ACTIONS) => {
  const { status } = await lab.call('POST', RA, {
    '@odata.type': '#microsoft.graph.deviceAndAppManagementRoleAssignment',
    displayName: 'Europe desk',
    members: [GUEST],
    'roleDefinition@odata.bind': `https://graph.microsoft.com/beta${RD}('${await role(actions)}')`,
    ...scope,
  });
  expect(status).toBe(201);
};
const guest = async (method: string, path: string, body?: unknown) =>
  await lab.call(method, path, body, { authorization: `Bearer guest ${SCOPES}` });

const group = (groupId: string, more: object = {}) => ({
  target: { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId, ...more },
});
const excluded = (groupId: string) => ({ target: { '@odata.type': '#microsoft.graph.exclusionGroupAssignmentTarget', groupId } });
const allDevices = { target: { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' } };
const allUsers = { target: { '@odata.type': '#microsoft.graph.allLicensedUsersAssignmentTarget' } };
const collection = {
  target: { '@odata.type': '#microsoft.graph.configurationManagerCollectionAssignmentTarget', collectionId: 'SMS00001' },
};
const europe = { resourceScopes: [EUROPE] };
const nested = (body: { error: { message: string } }) => JSON.parse(body.error.message).Message as string;

describe('the scope groups of a role', () => {
  it.each([
    ['a scope group', europe, group(EUROPE), 201],
    ['a scope group in capitals', europe, group(EUROPE.toUpperCase()), 201],
    ['a group in a scope group', europe, group(BERLIN), 201],
    ['another group', europe, group(ASIA), 403],
    ['the group around a scope group', { resourceScopes: [BERLIN] }, group(EUROPE), 403],
    ['an excluded scope group', europe, excluded(BERLIN), 201],
    ['an excluded group of others', europe, excluded(ASIA), 403],
    ['a scope group by the newer name', { scopeMembers: [ASIA] }, group(ASIA), 201],
    ['all devices', europe, allDevices, 403],
    ['all devices as a group', europe, group(ALL_DEVICES_GROUP), 403],
    ['all users', europe, allUsers, 403],
    ['a collection', europe, collection, 403],
    ['all devices, over all devices', { scopeType: 'allDevices' }, allDevices, 201],
    ['all devices as a group, over all devices', { scopeType: 'allDevices' }, group(ALL_DEVICES_GROUP), 201],
    ['all users, over all devices', { scopeType: 'allDevices' }, allUsers, 403],
    ['a group, over all devices', { scopeType: 'allDevices' }, group(ASIA), 403],
    ['a scope group, over all devices', { scopeType: 'allDevices', ...europe }, group(BERLIN), 201],
    ['all users, over all users', { scopeType: 'allLicensedUsers' }, allUsers, 201],
    ['all users as a group, over all users', { scopeType: 'allLicensedUsers' }, group(ALL_USERS_GROUP), 201],
    ['all devices, over all users', { scopeType: 'allLicensedUsers' }, allDevices, 403],
    ['all devices, over everybody', { scopeType: 'allDevicesAndLicensedUsers' }, allDevices, 201],
    ['a group, over everybody', { scopeType: 'allDevicesAndLicensedUsers', ...europe }, group(ASIA), 201],
    ['a group, without scope groups', {}, group(ASIA), 201],
    ['all devices, without scope groups', {}, allDevices, 201],
  ])('let target %s, or not', async (_name, scope, body, status) => {
    await give(scope);
    expect((await guest('POST', `${DC}/${C}/assignments`, body)).status).toBe(status);
    expect((await guest('POST', `${DC}/${C}/assign`, { assignments: [body] })).status).toBe(status === 201 ? 200 : status);
  });

  it('are named where they forbid', async () => {
    await give(europe);
    const { status, body } = await guest('POST', `${DC}/${C}/assignments`, group(ASIA));
    expect([status, body.error.code]).toEqual([403, 'Forbidden']);
    const message = nested(body);
    for (const part of [`The group ${ASIA}`, "'Europe desk'", EUROPE]) expect(message).toContain(part);
  });

  it('add up over role assignments that allow to assign, and no others', async () => {
    await give(europe);
    await give({ resourceScopes: [ASIA] });
    await give({}, ['Microsoft.Intune_DeviceConfigurations_Read']);
    expect((await guest('POST', `${DC}/${C}/assign`, { assignments: [group(BERLIN), group(ASIA)] })).status).toBe(200);
    expect((await guest('POST', `${DC}/${C}/assign`, { assignments: [group(BERLIN), group(ASIA), group(STAFF)] })).status).toBe(403);
    await give({});
    expect((await guest('POST', `${DC}/${C}/assign`, { assignments: [group(BERLIN), group(STAFF)] })).status).toBe(200);
  });

  it('bind neither applications nor administrators', async () => {
    await give(europe);
    for (const kind of ['app', 'user']) {
      const { status } = await lab.call(
        'POST',
        `${DC}/${C}/assign`,
        { assignments: [group(ASIA)] },
        { authorization: `Bearer ${kind} ${SCOPES}` },
      );
      expect(status).toBe(200);
    }
  });
});

describe('only what changes asks for the right', () => {
  beforeEach(async () => {
    await lab.put('deviceManagement/assignmentFilters', 'deviceAndAppManagementAssignmentFilter', 'f', { platform: 'windows10AndLater' });
    await lab.call('POST', `${DC}/${C}/assign`, { assignments: [group(ASIA), group(BERLIN)] });
    await give(europe);
  });
  const filtered = {
    deviceAndAppManagementAssignmentFilterId: 'f',
    deviceAndAppManagementAssignmentFilterType: 'include',
  };
  const at = (groupId: string) => `${DC}/${C}/assignments/${C}_${groupId}`;

  it.each([
    ['what stays', [group(ASIA), group(BERLIN)], 200],
    ['what is laid within', [group(ASIA), group(BERLIN), group(EUROPE)], 200],
    ['what is lifted within', [group(ASIA)], 200],
    ['what is lifted elsewhere', [group(BERLIN)], 403],
    ['everything lifted', [], 403],
    ['a filter within', [group(ASIA), group(BERLIN, filtered)], 200],
    ['a filter elsewhere', [group(ASIA, filtered), group(BERLIN)], 403],
    ['an intent elsewhere', [{ ...group(ASIA), intent: 'remove' }, group(BERLIN)], 403],
    ['an exclusion elsewhere', [excluded(ASIA), group(BERLIN)], 403],
    ['what moves from elsewhere', [{ id: `${C}_${ASIA}`, ...group(EUROPE) }, group(BERLIN)], 403],
  ])('assign: %s', async (_name, assignments, status) => {
    const before = await lab.sequence();
    expect((await guest('POST', `${DC}/${C}/assign`, { assignments })).status).toBe(status);
    if (status === 403) expect(await lab.sequence()).toBe(before);
  });

  it.each([
    ['PATCH', ASIA, group(ASIA), 200],
    ['PATCH', ASIA, {}, 200],
    ['PATCH', ASIA, group(ASIA, filtered), 403],
    ['PATCH', ASIA, { intent: 'remove' }, 403],
    ['PATCH', ASIA, group(EUROPE), 403],
    ['PATCH', BERLIN, group(BERLIN, filtered), 200],
    ['PATCH', BERLIN, group(EUROPE), 200],
    ['PATCH', BERLIN, group(STAFF), 403],
    ['DELETE', BERLIN, undefined, 204],
    ['DELETE', ASIA, undefined, 403],
  ])('%s of %s with %j: %i', async (method, groupId, body, status) => {
    expect((await guest(method, at(groupId), body)).status).toBe(status);
  });

  it('and a policy is deleted with all of its assignments by who may delete it', async () => {
    expect((await guest('DELETE', `${DC}/${C}`)).status).toBe(204);
  });
});

describe('policy sets are targeted alike', () => {
  const P = '33333333-0000-4000-8000-000000000001';
  beforeEach(async () => {
    await lab.put('deviceAppManagement/policySets', 'policySet', P, { displayName: 'P' });
    await lab.call('POST', `${PS}/${P}/update`, { assignments: [group(ASIA), group(BERLIN)] });
    await give(europe);
  });

  it.each([
    ['create within', 'POST', PS, { displayName: 'Q', assignments: [group(BERLIN)] }, 201],
    ['create elsewhere', 'POST', PS, { displayName: 'Q', assignments: [group(BERLIN), group(ASIA)] }, 403],
    ['create without assignments', 'POST', PS, { displayName: 'Q' }, 201],
    ['describe', 'PATCH', `${PS}/${P}`, { description: 'x' }, 200],
    ['replace, the same', 'POST', `${PS}/${P}/update`, { assignments: [group(ASIA), group(BERLIN)] }, 204],
    ['replace, more within', 'POST', `${PS}/${P}/update`, { assignments: [group(ASIA), group(EUROPE)] }, 204],
    ['replace, more elsewhere', 'POST', `${PS}/${P}/update`, { assignments: [group(ASIA), group(BERLIN), group(STAFF)] }, 403],
    ['replace, less elsewhere', 'POST', `${PS}/${P}/update`, { assignments: [group(BERLIN)] }, 403],
    ['add an assignment within', 'POST', `${PS}/${P}/assignments`, group(EUROPE), 201],
    ['add an assignment elsewhere', 'POST', `${PS}/${P}/assignments`, allDevices, 403],
    ['move an assignment within', 'PATCH', `${PS}/${P}/assignments/${P}_${BERLIN}`, group(EUROPE), 200],
    ['move an assignment elsewhere', 'PATCH', `${PS}/${P}/assignments/${P}_${BERLIN}`, group(STAFF), 403],
    ['delete an assignment within', 'DELETE', `${PS}/${P}/assignments/${P}_${BERLIN}`, undefined, 204],
    ['delete an assignment elsewhere', 'DELETE', `${PS}/${P}/assignments/${P}_${ASIA}`, undefined, 403],
    ['delete the set', 'DELETE', `${PS}/${P}`, undefined, 204],
  ])('%s', async (_name, method, path, body, status) => {
    const answer = await guest(method, path, body);
    expect(answer.status).toBe(status);
  });
});
