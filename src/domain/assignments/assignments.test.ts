import { beforeEach, describe, expect, it } from 'vitest';
import { type Lab, openLab } from '../../../tests/support/in-process.js';

const C = '11111111-0000-4000-8000-00000000000c';
const G = '22222222-0000-4000-8000-00000000000a';
const H = '22222222-0000-4000-8000-00000000000b';
const USER = '33333333-0000-4000-8000-000000000001';
const F = '44444444-0000-4000-8000-00000000000f';
const IOS_FILTER = '44444444-0000-4000-8000-000000000010';
const ALL_DEVICES = 'adadadad-808e-44e2-905a-0b7873a8a531';
const ALL_USERS = 'acacacac-9df4-4c7d-9d50-4ef0226f57a9';
const DC = '/deviceManagement/deviceConfigurations';
const A = `${DC}/${C}/assignments`;

const group = (groupId: string, more: object = {}) => ({ '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId, ...more });
const exclusion = (groupId: string) => ({ '@odata.type': '#microsoft.graph.exclusionGroupAssignmentTarget', groupId });
const filtered = (id: string | null, type: string) => ({
  deviceAndAppManagementAssignmentFilterId: id,
  deviceAndAppManagementAssignmentFilterType: type,
});
const allDevices = { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' };
const allUsers = { '@odata.type': '#microsoft.graph.allLicensedUsersAssignmentTarget' };
const collection = (collectionId: string) => ({
  '@odata.type': '#microsoft.graph.configurationManagerCollectionAssignmentTarget',
  collectionId,
});
const scopeTag = (entraObjectId: string, targetType = 'user') => ({
  '@odata.type': 'microsoft.graph.scopeTagGroupAssignmentTarget',
  targetType,
  entraObjectId,
});

let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
  await lab.put('deviceManagement/deviceConfigurations', 'windows10GeneralConfiguration', C, { displayName: 'Kiosk' });
  await lab.put('groups', 'group', G, { displayName: 'G' });
  await lab.put('groups', 'group', H, { displayName: 'H' });
  await lab.put('users', 'user', USER, { displayName: 'U' });
  await lab.put('deviceManagement/assignmentFilters', 'deviceAndAppManagementAssignmentFilter', F, { platform: 'windows10AndLater' });
  await lab.put('deviceManagement/assignmentFilters', 'deviceAndAppManagementAssignmentFilter', IOS_FILTER, { platform: 'iOS' });
});

const nested = (body: { error: { message: string } }) => JSON.parse(body.error.message) as { _version: number; Message: string };

describe('creating an assignment', () => {
  it('answers the whole object, with the defaults and the key order of the service', async () => {
    const { status, body, headers } = await lab.call('POST', A, { target: group(G) });
    expect(status).toBe(201);
    expect(Object.keys(body)).toEqual(['@odata.context', '@odata.type', 'id', 'source', 'sourceId', 'intent', 'target']);
    expect(body).toEqual({
      '@odata.context': `https://graph.example/beta/$metadata#deviceManagement/deviceConfigurations('${C}')/assignments/$entity`,
      '@odata.type': '#microsoft.graph.deviceConfigurationAssignment',
      id: `${C}_${G}`,
      source: 'direct',
      sourceId: C,
      intent: 'apply',
      target: { '@odata.type': '#microsoft.graph.groupAssignmentTarget', ...filtered(null, 'none'), groupId: G },
    });
    expect(Object.keys(body.target)).toEqual(['@odata.type', ...Object.keys(filtered(null, 'none')), 'groupId']);
    expect(headers.location).toBe(`https://graph.example/beta/deviceManagement/deviceConfigurations('${C}')/assignments('${C}_${G}')`);
  });

  it.each([
    ['a group', group(G), G],
    ['an excluded group', exclusion(G), G],
    ['all devices', allDevices, ALL_DEVICES],
    ['all users', allUsers, ALL_USERS],
    ['all devices as a group', group(ALL_DEVICES), ALL_DEVICES],
    ['a collection', collection('SMS00001'), 'SMS00001'],
    ['a scope tag group', scopeTag(USER), USER],
    ['a group in upper case', group(G.toUpperCase()), G],
    ['a filter of the platform', group(G, filtered(F, 'include')), G],
    ['a zero filter id without mode', group(G, filtered('00000000-0000-0000-0000-000000000000', 'none')), G],
  ])('targets %s', async (_name, target, suffix) => {
    const { status, body } = await lab.call('POST', A, { target });
    expect([status, body.id]).toEqual([201, `${C}_${suffix}`]);
    expect((await lab.call('GET', `${A}/${body.id}`)).body.target).toEqual(body.target);
  });

  it.each([
    ['no target', {}, 'An assignment needs a target'],
    ['a null target', { target: null }, 'An assignment needs a target'],
    [
      'an unknown group',
      { target: group('99999999-0000-4000-8000-000000000000') },
      'Invalid GroupId : 99999999-0000-4000-8000-000000000000 provided',
    ],
    ['a malformed group id', { target: group('nope') }, 'Invalid GroupId : nope provided'],
    [
      'a group target without groupId',
      { target: { '@odata.type': '#microsoft.graph.groupAssignmentTarget' } },
      'Invalid GroupId :  provided',
    ],
    ['an unknown filter', { target: group(G, filtered(G, 'include')) }, `Scope Tags validation failed : Filters ${G} , Validated filters `],
    [
      'a filter mode without filter',
      { target: group(G, filtered(null, 'include')) },
      "deviceAndAppManagementAssignmentFilterType is 'include'",
    ],
    [
      'a filter of another platform',
      { target: group(G, filtered(IOS_FILTER, 'exclude')) },
      `The filter ${IOS_FILTER} is for the platform iOS, the policy for windows10AndLater`,
    ],
    ['a group as collection', { target: collection(G) }, 'An error has occurred'],
    ['an unknown directory object', { target: scopeTag('nobody') }, 'Invalid EntraObjectId : nobody'],
  ])('refuses %s in the service layer, and changes nothing', async (_name, body, message) => {
    const before = await lab.sequence();
    const answer = await lab.call('POST', A, body);
    expect(answer.status).toBe(400);
    expect(answer.body.error.code).toBe('BadRequest');
    expect(nested(answer.body)._version).toBe(3);
    expect(nested(answer.body).Message).toContain(message);
    expect(await lab.sequence()).toBe(before);
  });

  it.each([
    ['an unknown property', { target: group(G), colour: 'red' }, "The property 'colour' does not exist on type"],
    ['an unknown property of the target', { target: group(G, { colour: 'red' }) }, "The property 'colour' does not exist on type"],
    ['an unknown intent', { target: group(G), intent: 'maybe' }, 'Possible values are: apply, remove'],
    [
      'an unknown target type',
      { target: { '@odata.type': '#microsoft.graph.nope' } },
      "A type named 'microsoft.graph.nope' could not be resolved by the model.",
    ],
    ['a target that is an array', { target: [] }, "An unexpected 'StartArray' node was found"],
    ['a body that is an array', [], "An unexpected 'StartArray' node was found"],
    ['a number as groupId', { target: group(7 as never) }, "property 'groupId'"],
  ])('refuses %s in the model layer', async (_name, body, message) => {
    const answer = await lab.call('POST', A, body);
    expect([answer.status, answer.body.error.code]).toEqual([400, 'ModelValidationFailure']);
    expect(answer.body.error.message).toContain(message);
    expect(answer.body.error.innerError.message).toBe(answer.body.error.message);
  });

  it.each([
    ['the same group', group(G), group(G)],
    ['the group included and excluded', group(G), exclusion(G)],
    ['all devices and its virtual group', allDevices, group(ALL_DEVICES)],
    ['all users and its virtual group', group(ALL_USERS), allUsers],
    ['one group in two cases', group(G), group(G.toUpperCase())],
  ])('refuses %s twice, naming it', async (_name, first, second) => {
    await lab.call('POST', A, { target: first });
    const { status, body } = await lab.call('POST', A, { target: second });
    expect(status).toBe(400);
    expect(nested(body).Message).toContain('is targeted more than once');
  });

  it('accepts references that do not exist when loose', async () => {
    const loose = await openLab({ loose: true });
    await loose.put('deviceManagement/deviceConfigurations', 'windows10GeneralConfiguration', C, { displayName: 'Kiosk' });
    expect((await loose.call('POST', A, { target: group('made-up', filtered('made-up', 'include')) })).status).toBe(201);
  });

  it('takes ids of a new assignment past one that has moved away', async () => {
    const first = (await lab.call('POST', A, { target: group(G) })).body.id;
    await lab.call('PATCH', `${A}/${first}`, { target: group(H) });
    expect((await lab.call('POST', A, { target: group(G) })).body.id).toBe(`${C}_${G}_1`);
  });
});

describe('updating an assignment', () => {
  const id = `${C}_${G}`;
  const path = `${A}/${id}`;
  beforeEach(async () => {
    await lab.call('POST', A, { target: group(G, filtered(F, 'include')) });
  });

  it('answers {} with the unchanged object, and writes nothing', async () => {
    const before = await lab.sequence();
    const { status, body, headers } = await lab.call('PATCH', path, {});
    expect([status, body.intent, headers.etag]).toEqual([200, 'apply', 'W/"1"']);
    expect(await lab.sequence()).toBe(before);
  });

  it('keeps id, source and sourceId whatever the body says', async () => {
    const { status, body } = await lab.call('PATCH', path, { id: 'x', source: 'policySets', sourceId: 'y', intent: 'remove' });
    expect([status, body.id, body.source, body.sourceId, body.intent]).toEqual([200, id, 'direct', C, 'remove']);
  });

  it('replaces the target as a whole: what is left out takes its default', async () => {
    const { body } = await lab.call('PATCH', path, { target: group(G) });
    expect(body.target).toEqual({ ...group(G), ...filtered(null, 'none') });
  });

  it('keeps the stored type when the properties given exist on it', async () => {
    const { status, body } = await lab.call('PATCH', path, { target: { groupId: H } });
    expect([status, body.target['@odata.type'], body.target.groupId]).toEqual([200, '#microsoft.graph.groupAssignmentTarget', H]);
  });

  it('refuses a target without type whose properties are not those of the stored one', async () => {
    expect((await lab.call('PATCH', path, { target: { collectionId: 'SMS00001' } })).status).toBe(400);
  });

  it('keeps the key when the target moves to another group', async () => {
    const { body } = await lab.call('PATCH', path, { target: exclusion(H) });
    expect([body.id, body.target.groupId]).toEqual([id, H]);
    expect((await lab.call('GET', path)).body.target.groupId).toBe(H);
  });

  it('accepts a target of every type', async () => {
    for (const target of [allDevices, allUsers, exclusion(G), collection('SMS00001'), scopeTag(USER), group(G)]) {
      const { status, body } = await lab.call('PATCH', path, { target });
      expect([status, body.target['@odata.type'].replace('#', '')]).toEqual([200, target['@odata.type'].replace('#', '')]);
    }
  });

  it('refuses a target that another assignment of the policy holds', async () => {
    await lab.call('POST', A, { target: group(H) });
    const { status, body } = await lab.call('PATCH', path, { target: exclusion(H) });
    expect([status, nested(body).Message.includes(`The group ${H} is targeted more than once`)]).toEqual([400, true]);
  });

  it.each([
    ['a stale tag', 'W/"7"', 412],
    ['the current tag', 'W/"1"', 200],
    ['the current tag in strong form', '"1"', 200],
    ['any', '*', 200],
    ['one of several', 'W/"9", W/"1"', 200],
  ])('If-Match with %s', async (_name, tag, status) => {
    const before = await lab.sequence();
    const answer = await lab.call('PATCH', path, { intent: 'remove' }, { 'if-match': tag });
    expect(answer.status).toBe(status);
    expect((await lab.sequence()) - before).toBe(status === 200 ? 1 : 0);
  });

  it('answers 204 without a body to Prefer: return=minimal', async () => {
    const { status, text, headers } = await lab.call('PATCH', path, { intent: 'remove' }, { prefer: 'return=minimal' });
    expect([status, text, headers['preference-applied']]).toEqual([204, undefined, 'return=minimal']);
  });

  it.each([
    ['an unknown assignment', `${A}/nope`],
    ['an unknown configuration', `${DC}/nope/assignments/${id}`],
  ])('answers 404 for %s', async (_name, unknown) => {
    const { status, body } = await lab.call('PATCH', unknown, { intent: 'remove' });
    expect([status, body.error.code]).toEqual([404, 'ResourceNotFound']);
    expect(nested(body).Message).toContain('An error has occurred');
  });

  it('keeps both of two changes that arrive at once', async () => {
    await lab.call('POST', A, { target: group(H) });
    const [one, two] = await Promise.all([
      lab.call('PATCH', path, { intent: 'remove' }),
      lab.call('PATCH', path, { target: group(G, filtered(F, 'exclude')) }),
    ]);
    expect([one.status, two.status]).toEqual([200, 200]);
    const { body } = await lab.call('GET', path);
    expect([body.intent, body.target.deviceAndAppManagementAssignmentFilterType]).toEqual(['remove', 'exclude']);
  });

  it('lets one of two writes have a target that both want', async () => {
    const answers = await Promise.all([lab.call('POST', A, { target: group(H) }), lab.call('POST', A, { target: exclusion(H) })]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 400]);
  });
});

describe('deleting an assignment', () => {
  it('answers 204, then 404', async () => {
    const { body } = await lab.call('POST', A, { target: group(G) });
    expect((await lab.call('DELETE', `${A}/${body.id}`)).status).toBe(204);
    expect((await lab.call('DELETE', `${A}/${body.id}`)).status).toBe(404);
    expect((await lab.call('POST', A, { target: exclusion(G) })).status).toBe(201);
  });
});

describe('assign', () => {
  const assign = `${DC}/${C}/assign`;
  const idsOf = async () => ((await lab.call('GET', A)).body.value as { id: string }[]).map((item) => item.id);

  it('replaces the whole set and answers it as a collection', async () => {
    await lab.call('POST', A, { target: allDevices });
    const { status, body } = await lab.call('POST', assign, {
      assignments: [{ target: group(H) }, { target: exclusion(G), intent: 'remove' }],
    });
    expect(status).toBe(200);
    expect(body.value.map((item: { id: string }) => item.id)).toEqual([`${C}_${G}`, `${C}_${H}`]);
    expect(await idsOf()).toEqual([`${C}_${G}`, `${C}_${H}`]);
  });

  it('clears the set with an empty array', async () => {
    await lab.call('POST', A, { target: group(G) });
    expect((await lab.call('POST', assign, { assignments: [] })).body.value).toEqual([]);
    expect(await idsOf()).toEqual([]);
  });

  it('keeps the id and the source of what stays', async () => {
    await lab.call('POST', A, { target: group(G) });
    await lab.call('PATCH', `${A}/${C}_${G}`, { target: group(H) });
    const { body } = await lab.call('POST', assign, { assignments: [{ target: group(H), intent: 'remove' }] });
    expect(body.value).toMatchObject([{ id: `${C}_${G}`, intent: 'remove', source: 'direct', sourceId: C }]);
  });

  it('lets two assignments swap their targets', async () => {
    await lab.call('POST', assign, { assignments: [{ target: group(G) }, { target: group(H) }] });
    const swapped = {
      assignments: [
        { id: `${C}_${G}`, target: group(H) },
        { id: `${C}_${H}`, target: group(G) },
      ],
    };
    const { status, body } = await lab.call('POST', assign, swapped);
    expect([status, body.value.map((item: { target: { groupId: string } }) => item.target.groupId)]).toEqual([200, [H, G]]);
  });

  it('takes the older group parameter', async () => {
    const { status } = await lab.call('POST', assign, { deviceConfigurationGroupAssignments: [{ targetGroupId: G, excludeGroup: true }] });
    expect(status).toBe(200);
    const { body } = await lab.call('GET', `${DC}/${C}/groupAssignments`);
    expect(body.value).toEqual([{ id: `${C}_${G}`, targetGroupId: G, excludeGroup: true }]);
  });

  it('answers under its qualified name', async () => {
    expect((await lab.call('POST', `${DC}('${C}')/microsoft.graph.assign`, { assignments: [] })).status).toBe(200);
  });

  it.each<[string, object, string | undefined]>([
    ['nothing', {}, undefined],
    ['null', { assignments: null }, undefined],
    ['an object for the array', { assignments: { target: group(G) } }, undefined],
    ['a parameter it does not have', { assignment: [] }, undefined],
    ['one group twice', { assignments: [{ target: group(G) }, { target: exclusion(G) }] }, 'assignments[1].target'],
    ['a bad target among good ones', { assignments: [{ target: group(G) }, { target: group('nope') }] }, 'assignments[1].target.groupId'],
    ['an item without target', { assignments: [{ intent: 'apply' }] }, 'assignments[0].target'],
    ['an item that is none', { assignments: [{ target: group(G) }, 5] }, 'assignments[1]'],
    ['an unknown intent', { assignments: [{ target: group(G), intent: 'x' }] }, 'assignments[0].intent'],
    [
      'a bad older item',
      { deviceConfigurationGroupAssignments: [{ targetGroupId: 'x' }] },
      'deviceConfigurationGroupAssignments[0].target.groupId',
    ],
  ])('refuses %s, says where, and keeps what stands', async (_name, body, place) => {
    await lab.call('POST', A, { target: allUsers });
    const before = await lab.sequence();
    const answer = await lab.call('POST', assign, body);
    expect([answer.status, answer.body.error.target]).toEqual([400, place]);
    expect(await lab.sequence()).toBe(before);
    expect(await idsOf()).toEqual([`${C}_${ALL_USERS}`]);
  });
});

describe('groupAssignments', () => {
  it('answers POST as the service does', async () => {
    const { status, body } = await lab.call('POST', `${DC}/${C}/groupAssignments`, { targetGroupId: G, excludeGroup: false });
    expect([status, body.error.code]).toEqual([400, 'No method match route template']);
    expect(body.error.message).toContain(
      'No OData route exists that match template ~/singleton/navigation/key/navigation with http verb POST for request /DeviceConfiguration_',
    );
  });

  it('is not there in v1.0', async () => {
    expect((await lab.call('GET', `/v1.0${DC}/${C}/groupAssignments`)).status).toBe(400);
  });
});

describe('v1.0', () => {
  it('shows an assignment with id and target alone', async () => {
    await lab.call('POST', A, { target: group(G, filtered(F, 'include')) });
    const { body } = await lab.call('GET', `/v1.0${A}/${C}_${G}`);
    expect(body).toEqual({
      '@odata.context': `https://graph.example/v1.0/$metadata#deviceManagement/deviceConfigurations('${C}')/assignments/$entity`,
      id: `${C}_${G}`,
      target: { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: G },
    });
  });

  it('refuses what it does not know', async () => {
    await lab.call('POST', A, { target: group(G) });
    expect((await lab.call('PATCH', `/v1.0${A}/${C}_${G}`, { intent: 'remove' })).status).toBe(400);
  });
});
