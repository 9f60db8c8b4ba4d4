import { beforeEach, describe, expect, it } from 'vitest';
import { type Lab, openLab } from '../../../tests/support/in-process.js';

const RD = '/deviceManagement/roleDefinitions';
const RA = '/deviceManagement/roleAssignments';
const RT = '/deviceManagement/roleScopeTags';
const DC = '/deviceManagement/deviceConfigurations';
const GUEST = 'b0000000-0000-4000-8000-000000000001';
const G = '22222222-0000-4000-8000-00000000000a';
const INNER = '22222222-0000-4000-8000-00000000000b';
const C = '11111111-0000-4000-8000-00000000000c';
const EMEA = '11111111-0000-4000-8000-00000000000e';
const SCOPES =
  'DeviceManagementConfiguration.ReadWrite.All DeviceManagementManagedDevices.ReadWrite.All DeviceManagementRBAC.ReadWrite.All';

let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
  await lab.put('users', 'user', GUEST, { displayName: 'Guest' });
  await lab.put('groups', 'group', G, { displayName: 'G' });
  await lab.put('groups', 'group', INNER, { displayName: 'Inner' });
  await lab.link({ kind: 'members', from: G, to: INNER, toSet: 'groups' });
  await lab.link({ kind: 'members', from: INNER, to: GUEST, toSet: 'users' });
  await lab.put('deviceManagement/roleScopeTags', 'roleScopeTag', '0', { displayName: 'Default', isBuiltIn: true });
  await lab.put('deviceManagement/roleScopeTags', 'roleScopeTag', '1', { displayName: 'EMEA' });
  await lab.put('deviceManagement/deviceConfigurations', 'windows10GeneralConfiguration', C, { displayName: 'Default one' });
  await lab.put('deviceManagement/deviceConfigurations', 'windows10GeneralConfiguration', EMEA, {
    displayName: 'EMEA one',
    roleScopeTagIds: ['1'],
  });
});

const nested = (body: { error: { message: string } }) => JSON.parse(body.error.message).Message as string;
const action = (area: string, ...verbs: string[]) => verbs.map((verb) => `Microsoft.Intune_${area}_${verb}`);
const permissions = (allowed: string[], refused: string[] = []) => ({
  rolePermissions: [{ resourceActions: [{ allowedResourceActions: allowed, notAllowedResourceActions: refused }] }],
});
const role = async (allowed: string[], refused: string[] = []) =>
  (await lab.call('POST', RD, { displayName: 'R', ...permissions(allowed, refused) })).body.id as string;
const give = async (definition: string, more: object = {}) =>
  await lab.call('POST', RA, {
    '@odata.type': '#microsoft.graph.deviceAndAppManagementRoleAssignment',
    displayName: 'A',
    members: [G],
    'roleDefinition@odata.bind': `https://graph.microsoft.com/beta${RD}('${definition}')`,
    ...more,
  });
const guest = async (method: string, path: string, body?: unknown) =>
  await lab.call(method, path, body, { authorization: `Bearer guest ${SCOPES}` });
const tagged = (...tags: string[]) => ({
  'roleScopeTags@odata.bind': tags.map((tag) => `https://graph.microsoft.com/beta${RT}('${tag}')`),
});

describe('a signed-in user who is no administrator', () => {
  it('is told that he holds no role', async () => {
    const { status, body } = await guest('GET', DC);
    expect([status, body.error.code]).toEqual([401, 'UnknownError']);
  });

  it.each([
    ['as a member of a group in a group', { members: [G] }, 200],
    ['as a member', { members: [INNER] }, 200],
    ['by his own id', { members: [GUEST] }, 200],
    ['not at all', { members: [] }, 401],
  ])('holds a role %s', async (_name, more, status) => {
    await give(await role(action('DeviceConfigurations', 'Read')), more);
    expect((await guest('GET', DC)).status).toBe(status);
  });

  it.each([
    ['Read', 'GET', DC, undefined, 200],
    ['Read', 'POST', DC, {}, 403],
    ['Create', 'POST', DC, { '@odata.type': '#microsoft.graph.iosGeneralDeviceConfiguration', displayName: 'x' }, 201],
    ['Create', 'GET', DC, undefined, 403],
    ['Update', 'PATCH', `${DC}/${C}`, { description: 'x' }, 200],
    ['Assign', 'PATCH', `${DC}/${C}`, { description: 'x' }, 403],
    ['Delete', 'DELETE', `${DC}/${C}`, undefined, 204],
    ['Update', 'DELETE', `${DC}/${C}`, undefined, 403],
    ['Assign', 'POST', `${DC}/${C}/assign`, { assignments: [] }, 200],
    ['Update', 'POST', `${DC}/${C}/assign`, { assignments: [] }, 403],
    ['Assign', 'POST', `${DC}/${C}/assignments`, { target: { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' } }, 201],
    ['Read', 'POST', `${DC}/${C}/assignments`, { target: { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' } }, 403],
  ])('with %s alone besides Read: %s %s', async (verb, method, path, body, status) => {
    const reads = verb === 'Create' && method === 'GET' ? [] : ['Read'];
    await give(await role(action('DeviceConfigurations', ...reads, verb)));
    const answer = await guest(method, path, body);
    expect(answer.status).toBe(status);
    if (status === 403) expect(nested(answer.body)).toMatch(/must allow Microsoft\.Intune_DeviceConfigurations_/);
  });

  it('may not do what a role takes back, nor more than his token says', async () => {
    await give(await role(action('DeviceConfigurations', 'Read', 'Delete'), action('DeviceConfigurations', 'Delete')));
    expect((await guest('DELETE', `${DC}/${C}`)).status).toBe(403);
    expect((await lab.call('GET', DC, undefined, { authorization: 'Bearer guest Group.Read.All' })).status).toBe(403);
  });

  it('adds his roles up', async () => {
    await give(await role(action('DeviceConfigurations', 'Read')));
    await give(await role(action('DeviceConfigurations', 'Delete')), { members: [GUEST] });
    expect((await guest('DELETE', `${DC}/${C}`)).status).toBe(204);
  });

  it.each([
    ['/deviceManagement/assignmentFilters', 'AssignmentFilter'],
    ['/deviceManagement/managedDevices', 'ManagedDevices'],
    ['/deviceManagement/deviceCategories', 'ManagedDevices'],
    ['/deviceAppManagement/policySets', 'PolicySets'],
    [RD, 'Roles'],
    [RT, 'Roles'],
  ])('%s asks for %s', async (path, area) => {
    await give(await role(action(area, 'Read')));
    expect((await guest('GET', path)).status).toBe(200);
    expect((await guest('GET', area === 'Roles' ? DC : RD)).status).toBe(403);
  });
});

describe('scope tags', () => {
  const names = async () =>
    (await guest('GET', `${DC}?$count=true`)).body.value?.map(({ displayName }: { displayName: string }) => displayName);

  it.each([
    ['none', {}, ['Default one']],
    ['the default', tagged('0'), ['Default one']],
    ['EMEA', tagged('1'), ['EMEA one']],
    ['both', tagged('0', '1'), ['Default one', 'EMEA one']],
    ['EMEA by id', { roleScopeTagIds: ['1'] }, ['EMEA one']],
  ])('a role with %s shows what it reaches', async (_name, more, expected) => {
    await give(await role(action('DeviceConfigurations', 'Read')), more);
    expect(await names()).toEqual(expected);
    expect((await guest('GET', `${DC}/$count`)).text).toBe(String(expected.length));
    expect((await guest('GET', `${DC}/${EMEA}`)).status).toBe(expected.includes('EMEA one') ? 200 : 404);
    expect((await guest('GET', `${DC}/${EMEA}/assignments`)).status).toBe(expected.includes('EMEA one') ? 200 : 404);
  });

  it('counts an object without tags as a default one', async () => {
    await lab.put('deviceManagement/deviceConfigurations', 'iosGeneralDeviceConfiguration', G, {
      displayName: 'Bare',
      roleScopeTagIds: [],
    });
    await give(await role(action('DeviceConfigurations', 'Read')));
    expect(await names()).toEqual(['Bare', 'Default one']);
    expect((await guest('GET', `${DC}/${G}`)).status).toBe(200);
  });

  it('bound each action by the role that allows it', async () => {
    await give(await role(action('DeviceConfigurations', 'Read')), tagged('0', '1'));
    await give(await role(action('DeviceConfigurations', 'Update', 'Assign')), tagged('0'));
    expect((await guest('PATCH', `${DC}/${C}`, { description: 'x' })).status).toBe(200);
    const refused = await guest('PATCH', `${DC}/${EMEA}`, { description: 'x' });
    expect([refused.status, nested(refused.body)]).toEqual([403, expect.stringContaining('do not carry the scope tags 1')]);
    expect((await guest('POST', `${DC}/${EMEA}/assign`, { assignments: [] })).status).toBe(403);
    expect((await guest('POST', `${DC}/${C}/assign`, { assignments: [] })).status).toBe(200);
  });

  it.each([
    ['his own where he gives none', undefined, 201, ['1']],
    ['his own where he gives them', ['1'], 201, ['1']],
    ['none of others', ['0'], 403, undefined],
  ])('puts on new objects %s', async (_name, roleScopeTagIds, status, expected) => {
    await give(await role(action('DeviceConfigurations', 'Read', 'Create')), tagged('1'));
    const answer = await guest('POST', DC, {
      '@odata.type': '#microsoft.graph.iosGeneralDeviceConfiguration',
      displayName: 'x',
      roleScopeTagIds,
    });
    expect([answer.status, answer.body.roleScopeTagIds]).toEqual([status, expected]);
  });

  it('hide devices, filters and policy sets alike', async () => {
    const actions = [...action('ManagedDevices', 'Read'), ...action('AssignmentFilter', 'Read'), ...action('PolicySets', 'Read')];
    await give(await role(actions), tagged('1'));
    for (const [set, type, property] of [
      ['deviceManagement/managedDevices', 'managedDevice', 'roleScopeTagIds'],
      ['deviceManagement/assignmentFilters', 'deviceAndAppManagementAssignmentFilter', 'roleScopeTags'],
      ['deviceAppManagement/policySets', 'policySet', 'roleScopeTags'],
    ] as const) {
      await lab.put(set, type, 'd', { [property]: ['0'] });
      await lab.put(set, type, 'e', { [property]: ['0', '1'] });
      expect((await guest('GET', `/${set}`)).body.value.map(({ id }: { id: string }) => id)).toEqual(['e']);
      expect((await guest('GET', `/${set}/d`)).status).toBe(404);
    }
  });

  it('keep a filter from being assigned by who does not see it', async () => {
    await lab.put('deviceManagement/assignmentFilters', 'deviceAndAppManagementAssignmentFilter', 'f', {
      platform: 'windows10AndLater',
      roleScopeTags: ['1'],
    });
    await give(await role(action('DeviceConfigurations', 'Read', 'Assign')));
    const target = {
      '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget',
      deviceAndAppManagementAssignmentFilterId: 'f',
      deviceAndAppManagementAssignmentFilterType: 'include',
    };
    const { status, body } = await guest('POST', `${DC}/${C}/assignments`, { target });
    expect([status, nested(body)]).toEqual([400, expect.stringContaining('Scope Tags validation failed : Filters f')]);
  });

  it('bind neither applications nor administrators', async () => {
    for (const kind of ['app', 'user']) {
      const { body } = await lab.call('GET', DC, undefined, { authorization: `Bearer ${kind} ${SCOPES}` });
      expect(body.value).toHaveLength(2);
    }
  });
});

describe('role definitions', () => {
  it('are created, shown in both spellings, changed and deleted', async () => {
    const made = await lab.call('POST', RD, { displayName: 'R', ...permissions(['a', 'b']) });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      '@odata.type': '#microsoft.graph.deviceAndAppManagementRoleDefinition',
      isBuiltIn: false,
      isBuiltInRoleDefinition: false,
    });
    expect(made.body.permissions).toEqual(made.body.rolePermissions);
    expect(made.body.rolePermissions[0].actions).toEqual(['a', 'b']);
    const changed = await lab.call('PATCH', `${RD}/${made.body.id}`, { rolePermissions: [{ actions: ['c'] }], isBuiltIn: true });
    expect([changed.status, changed.body.isBuiltIn, changed.body.rolePermissions[0].resourceActions[0].allowedResourceActions]).toEqual([
      200,
      false,
      ['c'],
    ]);
    expect((await lab.call('DELETE', `${RD}/${made.body.id}`)).status).toBe(204);
  });

  it.each([
    ['PATCH', { description: 'x' }],
    ['DELETE', undefined],
  ])('that are built in refuse %s', async (method, body) => {
    await lab.put('deviceManagement/roleDefinitions', 'deviceAndAppManagementRoleDefinition', 'b', { displayName: 'B', isBuiltIn: true });
    expect((await lab.call(method, `${RD}/b`, body)).status).toBe(400);
  });

  it('are kept while assigned', async () => {
    const id = await role(['a']);
    const assignment = (await give(id)).body.id;
    expect((await lab.call('DELETE', `${RD}/${id}`)).status).toBe(400);
    expect((await lab.call('GET', `${RD}/${id}/roleAssignments`)).body.value).toMatchObject([{ id: assignment, displayName: 'A' }]);
    await lab.call('DELETE', `${RA}/${assignment}`);
    expect((await lab.call('DELETE', `${RD}/${id}`)).status).toBe(204);
  });
});

describe('role assignments', () => {
  it('keep members, scopes, definition and tags', async () => {
    const id = await role(['a']);
    const { status, body } = await give(id, { resourceScopes: [G], ...tagged('1') });
    expect(status).toBe(201);
    expect(body).toMatchObject({ members: [G], resourceScopes: [G], scopeMembers: [G], roleScopeTagIds: ['1'] });
    expect((await lab.call('GET', `${RA}/${body.id}/roleDefinition`)).body.id).toBe(id);
    expect((await lab.call('GET', `${RA}/${body.id}?$expand=roleScopeTags`)).body.roleScopeTags).toMatchObject([{ id: '1' }]);
    const other = await role(['b']);
    const changed = await lab.call('PATCH', `${RA}/${body.id}`, {
      displayName: 'B',
      'roleDefinition@odata.bind': `${RD.slice(1)}/${other}`,
      ...tagged('0'),
    });
    expect([changed.status, changed.body.displayName, changed.body.roleScopeTagIds]).toEqual([200, 'B', ['0']]);
    expect((await lab.call('GET', `${RA}/${body.id}/roleDefinition`)).body.id).toBe(other);
  });

  it('take scope tags by $ref', async () => {
    const { id } = (await give(await role(['a']))).body;
    const reference = { '@odata.id': `https://graph.microsoft.com/beta${RT}('1')` };
    expect((await lab.call('POST', `${RA}/${id}/roleScopeTags/$ref`, reference)).status).toBe(204);
    expect((await lab.call('DELETE', `${RA}/${id}/roleScopeTags/0/$ref`)).status).toBe(204);
    expect((await lab.call('GET', `${RA}/${id}`)).body.roleScopeTagIds).toEqual(['1']);
    expect((await lab.call('GET', `${RA}/${id}/roleScopeTags`)).body.value).toMatchObject([{ id: '1' }]);
  });

  it('change their tags for who may change roles alone', async () => {
    const { id } = (await give(await role(['a']))).body;
    const headers = { authorization: 'Bearer app DeviceManagementConfiguration.ReadWrite.All' };
    const { status } = await lab.call('POST', `${RA}/${id}/roleScopeTags/$ref`, { '@odata.id': `${RT}/1` }, headers);
    expect(status).toBe(403);
  });

  it.each([
    ['without a definition', { 'roleDefinition@odata.bind': undefined }],
    ['with an unknown definition', { 'roleDefinition@odata.bind': `${RD}/${G}` }],
    ['with an unknown member', { members: [C] }],
    ['with an unknown tag', { roleScopeTagIds: ['9'] }],
    ['without a name', { displayName: '' }],
  ])('are refused %s', async (_name, more) => {
    expect((await give(await role(['a']), more)).status).toBe(400);
  });
});

describe('role scope tags', () => {
  it('count their ids up and never give one again', async () => {
    const ids: string[] = [];
    for (const displayName of ['A', 'B']) {
      const { status, body } = await lab.call('POST', RT, { displayName });
      expect([status, body.isBuiltIn]).toEqual([201, false]);
      ids.push(body.id);
    }
    expect(ids).toEqual(['2', '3']);
    expect((await lab.call('DELETE', `${RT}/3`)).status).toBe(204);
    expect((await lab.call('POST', RT, { displayName: 'C' })).body.id).toBe('4');
    const many = await Promise.all([1, 2, 3].map(() => lab.call('POST', RT, { displayName: 'D' })));
    expect(many.map(({ body }) => body.id).sort()).toEqual(['5', '6', '7']);
  });

  it.each([
    ['POST', RT, {}, 400],
    ['PATCH', `${RT}/1`, { displayName: 'Europe' }, 200],
    ['PATCH', `${RT}/1`, { displayName: '' }, 400],
    ['PATCH', `${RT}/0`, { displayName: 'x' }, 400],
    ['DELETE', `${RT}/0`, undefined, 400],
  ])('%s %s %j: %i', async (method, path, body, status) => {
    expect((await lab.call(method, path, body)).status).toBe(status);
  });

  it('stay while a role assignment uses them', async () => {
    await give(await role(['a']), tagged('1'));
    expect((await lab.call('DELETE', `${RT}/1`)).status).toBe(400);
  });

  it('are found by id, and known to be of the tenant’s own making', async () => {
    const ids = async (answer: { body: { value: { id: string }[] } }) => answer.body.value.map(({ id }) => id);
    expect(await ids(await lab.call('POST', `${RT}/getRoleScopeTagsById`, { roleScopeTagIds: ['1', '9', '0'] }))).toEqual(['1', '0']);
    expect(await ids(await lab.call('GET', '/deviceManagement/getRoleScopeTagsByIds(ids=@ids)?@ids=["1"]'))).toEqual(['1']);
    expect((await lab.call('GET', `${RT}/hasCustomRoleScopeTag()`)).body.value).toBe(true);
    await lab.call('DELETE', `${RT}/1`);
    expect((await lab.call('GET', `${RT}/hasCustomRoleScopeTag()`)).body.value).toBe(false);
  });

  it('are assigned to groups as a whole', async () => {
    const target = (groupId: string) => ({ target: { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId } });
    const { status, body } = await lab.call('POST', `${RT}/1/assign`, { assignments: [target(INNER), target(G)] });
    expect([status, body.value.map(({ id }: { id: string }) => id)]).toEqual([200, [`1_${G}`, `1_${INNER}`]]);
    await lab.call('POST', `${RT}/1/assign`, { assignments: [target(G)] });
    expect((await lab.call('GET', `${RT}/1/assignments`)).body.value).toMatchObject([{ id: `1_${G}`, target: { groupId: G } }]);
    expect((await lab.call('POST', `${RT}/1/assign`, {})).status).toBe(400);
    expect((await lab.call('POST', `${RT}/1/assignments`, target(C))).status).toBe(400);
    expect((await lab.call('POST', `${RT}/1/assignments`, target(INNER))).status).toBe(201);
    expect((await lab.call('PATCH', `${RT}/1/assignments/1_${INNER}`, target(G))).body.target.groupId).toBe(G);
    expect((await lab.call('DELETE', `${RT}/1`)).status).toBe(204);
  });
});
