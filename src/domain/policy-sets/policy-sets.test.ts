import { beforeEach, describe, expect, it } from 'vitest';
import { type Lab, openLab } from '../../../tests/support/in-process.js';

const PS = '/deviceAppManagement/policySets';
const DC = '/deviceManagement/deviceConfigurations';
const C = '11111111-0000-4000-8000-00000000000c';
const D = '11111111-0000-4000-8000-00000000000d';
const G = '22222222-0000-4000-8000-00000000000a';
const H = '22222222-0000-4000-8000-00000000000b';

const item = (payloadId: string) => ({
  '@odata.type': '#microsoft.graph.deviceConfigurationPolicySetItem',
  payloadId,
  guidedDeploymentTags: [],
});
const target = (groupId: string, more: object = {}) => ({
  target: { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId, ...more },
});
const exclusion = (groupId: string) => ({ target: { '@odata.type': '#microsoft.graph.exclusionGroupAssignmentTarget', groupId } });

let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
  await lab.put('deviceManagement/deviceConfigurations', 'windows10GeneralConfiguration', C, { displayName: 'Kiosk' });
  await lab.put('deviceManagement/deviceConfigurations', 'iosGeneralDeviceConfiguration', D, { displayName: 'Phone' });
  await lab.put('groups', 'group', G, { displayName: 'G' });
  await lab.put('groups', 'group', H, { displayName: 'H' });
});

const nested = (body: { error: { message: string } }) => JSON.parse(body.error.message).Message as string;
const create = async (more: object = {}) => await lab.call('POST', PS, { displayName: 'First day', ...more });
const made = async (items = [item(C), item(D)], assignments: object[] = [target(G)]) =>
  (await create({ items, assignments })).body.id as string;
const laid = async (configuration: string) => {
  const { value } = (await lab.call('GET', `${DC}/${configuration}/assignments`)).body;
  return value.map((one: { id: string; source: string; sourceId: string; target: { groupId: string } }) => [
    one.source,
    one.sourceId,
    one.target.groupId,
    one.id,
  ]);
};

describe('creating a policy set', () => {
  it('answers 201 without items and assignments, and lays its targets', async () => {
    const { status, body } = await create({ description: 'd', items: [item(C), item(D)], assignments: [target(G), exclusion(H)] });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      displayName: 'First day',
      status: 'success',
      errorCode: 'noError',
      roleScopeTags: ['0'],
      createdDateTime: '2026-03-01T08:00:00Z',
    });
    expect(body).not.toHaveProperty('items');
    for (const configuration of [C, D]) {
      expect(await laid(configuration)).toEqual([
        ['policySets', body.id, G, `${configuration}_${G}`],
        ['policySets', body.id, H, `${configuration}_${H}`],
      ]);
    }
    const whole = (await lab.call('GET', `${PS}/${body.id}?$expand=assignments,items`)).body;
    expect(whole['@odata.context']).toContain('#deviceAppManagement/policySets(assignments(),items())/$entity');
    expect(whole.items).toMatchObject([
      {
        '@odata.type': '#microsoft.graph.deviceConfigurationPolicySetItem',
        id: `${body.id}_${C}_DeviceConfigurationPolicy_Parcel`,
        payloadId: C,
        itemType: '#microsoft.graph.windows10GeneralConfiguration',
        displayName: 'Kiosk',
        status: 'success',
        errorCode: 'noError',
      },
      { payloadId: D },
    ]);
    expect(whole.assignments.map(({ id }: { id: string }) => id)).toEqual([`${body.id}_${G}`, `${body.id}_${H}`]);
  });

  it('is not assigned without assignments', async () => {
    const { body } = await create({ items: [item(C)] });
    expect(body.status).toBe('notAssigned');
    expect((await lab.call('GET', `${PS}/${body.id}/items`)).body.value[0].status).toBe('notAssigned');
    expect(await laid(C)).toEqual([]);
  });

  it('stands beside a direct assignment of the same group', async () => {
    await lab.call('POST', `${DC}/${C}/assignments`, target(G));
    const id = await made();
    expect(await laid(C)).toEqual([
      ['direct', C, G, `${C}_${G}`],
      ['policySets', id, G, `${C}_${G}_1`],
    ]);
  });

  it.each([
    ['no name', { displayName: undefined }, "The property 'displayName'"],
    ['an unknown configuration', { items: [item(G)] }, 'No deviceConfiguration has the id'],
    [
      'an item without payload',
      { items: [{ '@odata.type': '#microsoft.graph.deviceConfigurationPolicySetItem' }] },
      "The property 'payloadId'",
    ],
    ['one configuration twice', { items: [item(C), item(C)] }, 'more than once'],
    ['one group twice', { assignments: [target(G), exclusion(G)] }, 'A group should be unique'],
    ['an unknown group', { assignments: [target(C)] }, `Invalid GroupId : ${C}`],
    ['no target', { assignments: [{}] }, 'An assignment needs a target'],
    [
      'a filter',
      { assignments: [target(G, { deviceAndAppManagementAssignmentFilterId: G, deviceAndAppManagementAssignmentFilterType: 'include' })] },
      'Policy sets take no assignment filters',
    ],
    [
      'a collection',
      {
        assignments: [
          { target: { '@odata.type': '#microsoft.graph.configurationManagerCollectionAssignmentTarget', collectionId: 'SMS00001' } },
        ],
      },
      'assigned to groups',
    ],
  ])('refuses %s, and changes nothing', async (_name, more, message) => {
    const before = await lab.sequence();
    const { status, body } = await create(more);
    expect([status, nested(body)]).toEqual([400, expect.stringContaining(message)]);
    expect(await lab.sequence()).toBe(before);
  });

  it('keeps items of other kinds as they are given', async () => {
    const other = { '@odata.type': '#microsoft.graph.mobileAppPolicySetItem', payloadId: 'app' };
    const { body } = await create({ items: [other], assignments: [target(G)] });
    expect((await lab.call('GET', `${PS}/${body.id}/items`)).body.value).toMatchObject([{ id: `${body.id}_app_MobileApp_Parcel` }]);
  });
});

describe('update', () => {
  const update = async (id: string, body: object) => await lab.call('POST', `${PS}/${id}/update`, body);

  it('adds, changes and removes items and replaces the assignments in one', async () => {
    const id = await made([item(C)]);
    const [first] = (await lab.call('GET', `${PS}/${id}/items`)).body.value;
    const answer = await update(id, { addedPolicySetItems: [item(D)], deletedPolicySetItems: [first.id], assignments: [target(H)] });
    expect([answer.status, answer.text]).toEqual([204, undefined]);
    expect([await laid(C), await laid(D)]).toEqual([[], [['policySets', id, H, `${D}_${H}`]]]);
    const [second] = (await lab.call('GET', `${PS}/${id}/items`)).body.value;
    await update(id, { updatedPolicySetItems: [{ ...item(D), id: second.id, guidedDeploymentTags: ['a'] }] });
    expect((await lab.call('GET', `${PS}/${id}/items/${second.id}`)).body.guidedDeploymentTags).toEqual(['a']);
  });

  it('takes everything away with no assignments', async () => {
    const id = await made();
    await update(id, { assignments: [] });
    expect([await laid(C), await laid(D)]).toEqual([[], []]);
    expect((await lab.call('GET', `${PS}/${id}`)).body.status).toBe('notAssigned');
  });

  it.each([
    ['an item that is not there', { deletedPolicySetItems: ['nope'] }, 404],
    ['a change of an item that is not there', { updatedPolicySetItems: [{ ...item(G), id: 'nope' }] }, 404],
    ['an item that stands already', { addedPolicySetItems: [item(C)] }, 400],
    ['an unknown parameter', { items: [] }, 400],
    ['an item without type', { addedPolicySetItems: [{ payloadId: D }] }, 400],
  ])('refuses %s', async (_name, body, status) => {
    const id = await made([item(C)]);
    const before = await lab.sequence();
    expect((await update(id, body)).status).toBe(status);
    expect(await lab.sequence()).toBe(before);
  });
});

describe('what a set has laid', () => {
  it('may be given another target, until the set changes', async () => {
    const id = await made([item(C)]);
    const path = `${DC}/${C}/assignments/${C}_${G}`;
    expect((await lab.call('PATCH', path, target(H))).body).toMatchObject({ source: 'policySets', sourceId: id, target: { groupId: H } });
    await lab.call('PATCH', `${PS}/${id}`, { description: 'new' });
    expect(await laid(C)).toEqual([['policySets', id, G, `${C}_${G}`]]);
  });

  it('is laid again where it was deleted', async () => {
    const id = await made([item(C)]);
    await lab.call('DELETE', `${DC}/${C}/assignments/${C}_${G}`);
    await lab.call('PATCH', `${PS}/${id}`, { description: 'new' });
    expect(await laid(C)).toEqual([['policySets', id, G, `${C}_${G}`]]);
  });

  it('comes back in order where two targets were exchanged', async () => {
    const id = await made([item(C)], [target(G), target(H)]);
    await lab.call('PATCH', `${DC}/${C}/assignments/${C}_${G}`, {
      target: { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' },
    });
    await lab.call('PATCH', `${DC}/${C}/assignments/${C}_${H}`, target(G));
    await lab.call('PATCH', `${PS}/${id}`, { description: 'new' });
    expect(await laid(C)).toEqual([
      ['policySets', id, G, `${C}_${G}`],
      ['policySets', id, H, `${C}_${H}`],
    ]);
  });

  it('goes with the set', async () => {
    const id = await made();
    expect((await lab.call('DELETE', `${PS}/${id}`)).status).toBe(204);
    expect([await laid(C), await laid(D)]).toEqual([[], []]);
    expect((await lab.call('GET', `${PS}/${id}`)).status).toBe(404);
    expect((await lab.call('POST', PS, { displayName: 'again', items: [item(C)], assignments: [target(G)] })).status).toBe(201);
  });

  it('goes with the configuration, whose item then is in error', async () => {
    const id = await made();
    expect((await lab.call('DELETE', `${DC}/${C}`)).status).toBe(204);
    const { body } = await lab.call('PATCH', `${PS}/${id}`, { description: 'new' });
    expect([body.status, body.errorCode]).toEqual(['partialSuccess', 'notFound']);
  });

  it('survives a change of two sets of one configuration at once', async () => {
    const sets = await Promise.all([1, 2, 3].map(() => made([item(C)])));
    expect((await laid(C)).map(([, sourceId]: string[]) => sourceId).sort()).toEqual([...sets].sort());
  });
});

describe('items and assignments, one at a time', () => {
  it('come and go', async () => {
    const { id } = (await create()).body;
    const added = await lab.call('POST', `${PS}/${id}/items`, item(C));
    expect([added.status, added.body.payloadId]).toEqual([201, C]);
    const assigned = await lab.call('POST', `${PS}/${id}/assignments`, target(G));
    expect([assigned.status, assigned.body.id]).toEqual([201, `${id}_${G}`]);
    expect(await laid(C)).toEqual([['policySets', id, G, `${C}_${G}`]]);
    const moved = await lab.call('PATCH', `${PS}/${id}/assignments/${id}_${G}`, target(H));
    expect([moved.status, moved.body.id, moved.body.target.groupId]).toEqual([200, `${id}_${G}`, H]);
    expect((await laid(C)).map(([, , group]: string[]) => group)).toEqual([H]);
    expect((await lab.call('PATCH', `${PS}/${id}/items/${added.body.id}`, { payloadId: D })).status).toBe(400);
    expect((await lab.call('DELETE', `${PS}/${id}/assignments/${id}_${G}`)).status).toBe(204);
    expect(await laid(C)).toEqual([]);
    expect((await lab.call('DELETE', `${PS}/${id}/items/${added.body.id}`)).status).toBe(204);
    expect((await lab.call('GET', `${PS}/${id}/items`)).body.value).toEqual([]);
  });

  it('refuses what stands already', async () => {
    const id = await made();
    expect((await lab.call('POST', `${PS}/${id}/items`, item(C))).status).toBe(400);
    expect((await lab.call('POST', `${PS}/${id}/assignments`, exclusion(G))).status).toBe(400);
  });
});

it('finds sets by id', async () => {
  const id = await made();
  const { status, body } = await lab.call('POST', `${PS}/getPolicySets`, { policySetIds: [id, 'nope', id] });
  expect([status, body.value.map((set: { id: string }) => set.id)]).toEqual([200, [id]]);
});
