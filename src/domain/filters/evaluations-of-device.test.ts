import { beforeEach, describe, expect, it } from 'vitest';
import { type Lab, openLab } from '../../../tests/support/in-process.js';

const DC = '/deviceManagement/deviceConfigurations';
const [A, B] = ['11111111-0000-4000-8000-00000000000a', '11111111-0000-4000-8000-00000000000b'];
const G = '22222222-0000-4000-8000-00000000000a';

let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
  await lab.put('groups', 'group', G, { displayName: 'G' });
  for (const [id, platform] of [
    ['f', 'windows10AndLater'],
    ['g', 'windows10AndLater'],
    ['i', 'iOS'],
  ] as const) {
    await lab.put('deviceManagement/assignmentFilters', 'deviceAndAppManagementAssignmentFilter', id, { platform });
  }
  for (const id of [A, B]) await lab.put('deviceManagement/deviceConfigurations', 'windows10GeneralConfiguration', id, { displayName: id });
  await lab.put('deviceManagement/deviceConfigurations', 'iosGeneralDeviceConfiguration', 'ios', { displayName: 'ios' });
  await lab.put('deviceManagement/managedDevices', 'managedDevice', 'w', { operatingSystem: 'Windows' });
  await lab.put('deviceManagement/managedDevices', 'managedDevice', 'p', { operatingSystem: 'iOS' });
  const filtered = (name: string, id: string, more: object = {}) => ({
    target: {
      '@odata.type': `#microsoft.graph.${name}`,
      deviceAndAppManagementAssignmentFilterId: id,
      deviceAndAppManagementAssignmentFilterType: 'include',
      ...more,
    },
  });
  const assign = async (id: string, ...assignments: object[]) =>
    expect((await lab.call('POST', `${DC}/${id}/assign`, { assignments })).status).toBe(200);
  await assign(A, filtered('allDevicesAssignmentTarget', 'f'), filtered('groupAssignmentTarget', 'f', { groupId: G }));
  await assign(B, filtered('allDevicesAssignmentTarget', 'g'), {
    target: { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: G },
  });
  await assign('ios', filtered('allDevicesAssignmentTarget', 'i'));
});

describe('assignmentFilterEvaluationStatusDetails', () => {
  it.each([
    [
      'w',
      [
        { id: `${A}_f`, payloadId: A },
        { id: `${B}_g`, payloadId: B },
      ],
    ],
    ['p', [{ id: 'ios_i', payloadId: 'ios' }]],
  ])('of %s: a row for each policy and filter of the platform', async (device, expected) => {
    const path = `/deviceManagement/managedDevices/${device}/assignmentFilterEvaluationStatusDetails`;
    const { status, body } = await lab.call('GET', path);
    expect([status, body.value.map(({ id, payloadId }: Record<string, string>) => ({ id, payloadId }))]).toEqual([200, expected]);
    expect((await lab.call('GET', `${path}/${expected[0]?.id}`)).body.payloadId).toBe(expected[0]?.payloadId);
    expect((await lab.call('GET', `${path}/none`)).status).toBe(404);
  });

  it('is beta alone', async () => {
    expect((await lab.call('GET', '/v1.0/deviceManagement/managedDevices/w/assignmentFilterEvaluationStatusDetails')).status).toBe(400);
  });
});
