import { beforeAll, describe, expect, it } from 'vitest';
import type { Lab } from '../../../tests/support/in-process.js';
import { assign, groups, openFleet, openGuest, policies, SURFACES } from '../targeting/testing/targeting-lab.js';

const AF = '/deviceManagement/assignmentFilters';
const UNUSED = '50000000-0000-4000-8000-000000000002';
const payload = (policy: keyof typeof policies, groupId: string, assignmentFilterType: string) => ({
  payloadId: policies[policy],
  payloadType: 'deviceConfigurationAndCompliance',
  groupId,
  assignmentFilterType,
});
const wifi = payload('wifi', groups.all, 'include');
const kiosk = payload('kiosk', groups.sales, 'exclude');

let lab: Lab;
beforeAll(async () => {
  lab = await openFleet();
  await lab.put('deviceManagement/assignmentFilters', 'deviceAndAppManagementAssignmentFilter', UNUSED, { displayName: 'Unused' });
  const filtered = { deviceAndAppManagementAssignmentFilterId: SURFACES, deviceAndAppManagementAssignmentFilterType: 'exclude' };
  await assign(lab, 'kiosk', [{ '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: groups.sales, ...filtered }]);
});

describe('the payloads of a filter', () => {
  it.each([
    ['itself', `/${SURFACES}`, { payloads: [wifi, kiosk] }],
    ['as a property', `/${SURFACES}/payloads`, { value: [wifi, kiosk] }],
    ['as an empty property', `/${UNUSED}/payloads`, { value: [] }],
    ['selected', `/${SURFACES}?$select=payloads`, { payloads: [wifi, kiosk] }],
    [
      'selected in part',
      `/${SURFACES}?$select=payloads/payloadId`,
      { payloads: [{ payloadId: wifi.payloadId }, { payloadId: kiosk.payloadId }] },
    ],
    [
      'in a list',
      '?$select=id,payloads',
      {
        value: [
          { id: SURFACES, payloads: [wifi, kiosk] },
          { id: UNUSED, payloads: [] },
        ],
      },
    ],
    [
      'in $filter',
      `?$filter=payloads/any(p:p/payloadId eq '${policies.wifi}')&$select=id&$count=true`,
      { '@odata.count': 1, value: [{ id: SURFACES }] },
    ],
    ['counted in $filter', '?$filter=payloads/$count eq 0&$select=id', { value: [{ id: UNUSED }] }],
    ['in the number of matches', '/$count?$filter=not payloads/any()', 1],
  ])('show %s', async (_, path, expected) => {
    const { status, body } = await lab.call('GET', `${AF}${path}`);
    expect(status, JSON.stringify(body)).toBe(200);
    if (typeof expected === 'number') expect(body).toBe(String(expected));
    else expect(body).toMatchObject(expected);
  });

  it('are those of the policies that the caller sees', async () => {
    const guest = await openGuest(lab, ['AssignmentFilter_Read', 'DeviceConfigurations_Read'], ['0']);
    expect((await guest('GET', `${AF}/${SURFACES}`)).body.payloads).toEqual([wifi]);
    expect((await guest('GET', `${AF}/${SURFACES}/payloads`)).body.value).toEqual([wifi]);
  });
});
