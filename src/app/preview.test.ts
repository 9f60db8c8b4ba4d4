import { beforeEach, describe, expect, it } from 'vitest';
import { type Lab, openLab, TENANT } from '../../tests/support/in-process.js';
import { fixedClock } from '../kernel/clock.js';
import {
  CLOCK,
  deviceId,
  difference,
  directoryId,
  filterId,
  groupId,
  openFleet,
  policyId,
  standing,
  toldBy,
  userId,
  wholeStore,
} from './preview/testing/fleet.js';

const DC = '/deviceManagement/deviceConfigurations';
const MD = '/deviceManagement/managedDevices';
const AF = '/deviceManagement/assignmentFilters';
const PS = '/deviceAppManagement/policySets';
const G = '#microsoft.graph.';
const assignment = (policy: number, group: number) => `${DC}/${policyId(policy)}/assignments/${policyId(policy)}_${groupId(group)}`;
const target = (group: number, type = 'groupAssignmentTarget') => ({ target: { '@odata.type': `${G}${type}`, groupId: groupId(group) } });
const everyDevice = { target: { '@odata.type': `${G}allDevicesAssignmentTarget` } };
const everyUser = { target: { '@odata.type': `${G}allLicensedUsersAssignmentTarget` } };
const reference = (set: string, id: string) => ({ '@odata.id': `https://graph.microsoft.com/beta/${set}/${id}` });
const application = (...words: string[]) => ({ authorization: `Bearer app ${words.join(' ')}` });

let lab: Lab;
beforeEach(async () => {
  lab = await openFleet();
});

const preview = async (requests: unknown, headers = {}) => await lab.call('POST', '/muster/preview', { requests }, headers);
const previewOne = async (method: string, url: string, body?: unknown, headers = {}) => {
  const answer = await preview([{ id: 'a', method, url, ...(body === undefined ? {} : { body }) }], headers);
  expect(answer.status).toBe(200);
  return answer.body;
};

type Row = [name: string, method: string, url: string, body?: object];

const POLICY_SET = {
  displayName: 'Set',
  items: [{ '@odata.type': `${G}deviceConfigurationPolicySetItem`, payloadId: policyId(0), guidedDeploymentTags: [] }],
  assignments: [target(3), target(4)],
};

const WRITES: readonly Row[] = [
  ['PATCH of an assignment’s target', 'PATCH', assignment(0, 0), target(3)],
  ['PATCH of its intent', 'PATCH', assignment(0, 0), { intent: 'remove' }],
  ['POST of an assignment', 'POST', `${DC}/${policyId(1)}/assignments`, everyDevice],
  ['DELETE of an assignment', 'DELETE', assignment(0, 0)],
  ['DELETE of an exclusion', 'DELETE', assignment(3, 1)],
  ['assign', 'POST', `${DC}/${policyId(0)}/assign`, { assignments: [everyUser] }],
  ['assign of nothing', 'POST', `${DC}/${policyId(0)}/assign`, { assignments: [] }],
  ['PATCH of a filter’s rule', 'PATCH', `${AF}/${filterId(0)}`, { rule: '(device.model -eq "Latitude")' }],
  ['filters off', 'POST', `${AF}/enable`, { enable: false }],
  ['PATCH of a group’s rule', 'PATCH', `/groups/${groupId(4)}`, { membershipRule: '(user.department -eq "nobody")' }],
  [
    'a rule for a group of members',
    'PATCH',
    `/groups/${groupId(0)}`,
    { groupTypes: ['DynamicMembership'], membershipRule: '(device.displayName -eq "PC-0")', membershipRuleProcessingState: 'On' },
  ],
  ['DELETE of a group', 'DELETE', `/groups/${groupId(0)}`],
  ['a member more', 'POST', `/groups/${groupId(0)}/members/$ref`, reference('devices', directoryId(4))],
  ['a member less', 'DELETE', `/groups/${groupId(0)}/members/${directoryId(1)}/$ref`],
  ['a nested group more', 'POST', `/groups/${groupId(0)}/members/$ref`, reference('groups', groupId(4))],
  ['PATCH of a user', 'PATCH', `/users/${userId(1)}`, { department: 'IT' }],
  ['DELETE of a user', 'DELETE', `/users/${userId(1)}`],
  ['PATCH of a device', 'PATCH', `/devices/${directoryId(2)}`, { deviceOwnership: 'Personal' }],
  ['DELETE of a device', 'DELETE', `/devices/${directoryId(2)}`],
  [
    'enrolment',
    'POST',
    MD,
    {
      deviceName: 'NEW',
      operatingSystem: 'Windows',
      model: 'Surface',
      userId: userId(0),
      azureADDeviceId: '88888888-0000-4000-8000-000000000000',
    },
  ],
  ['PATCH of a managed device', 'PATCH', `${MD}/${deviceId(4)}`, { model: 'Latitude' }],
  ['another primary user', 'PATCH', `${MD}/${deviceId(2)}`, { userId: userId(1) }],
  ['retirement', 'DELETE', `${MD}/${deviceId(0)}`],
  ['DELETE of a policy', 'DELETE', `${DC}/${policyId(0)}`],
  [
    'an applicability rule',
    'PATCH',
    `${DC}/${policyId(0)}`,
    {
      '@odata.type': `${G}windows10GeneralConfiguration`,
      deviceManagementApplicabilityRuleOsVersion: { name: 'r', ruleType: 'include', minOSVersion: '10.0.99000.0', maxOSVersion: null },
    },
  ],
  ['a policy set', 'POST', PS, POLICY_SET],
];

describe('what a write would do', () => {
  it.each<Row>(WRITES)('%s: as it then does', async (_name, method, url, body) => {
    const untouched = await wholeStore(lab.store);
    const before = await standing(lab.store);
    const { responses, total } = await previewOne(method, url, body);
    expect(await wholeStore(lab.store)).toEqual(untouched);
    const { status } = await lab.call(method, url, body);
    const made = difference(before, await standing(lab.store));
    expect(responses).toMatchObject([{ id: 'a', status, error: null }]);
    expect(toldBy(responses[0].impact)).toEqual(made);
    expect(toldBy(total)).toEqual(made);
    expect(made.affectedDevices).toBeGreaterThan(0);
  });

  it('is told of policy sets that stand', async () => {
    const { body } = await lab.call('POST', PS, POLICY_SET);
    for (const [method, url, change] of [
      ['POST', `${PS}/${body.id}/update`, { assignments: [target(1)] }],
      ['DELETE', `${PS}/${body.id}`, undefined],
    ] as const) {
      const before = await standing(lab.store);
      const { total } = await previewOne(method, url, change);
      await lab.call(method, url, change);
      const made = difference(before, await standing(lab.store));
      expect(toldBy(total)).toEqual(made);
      expect(made.affectedDevices).toBeGreaterThan(0);
    }
  });

  it('has names beside ids, and says in words what there is to say', async () => {
    const { total } = await previewOne('POST', `${DC}/${policyId(3)}/assign`, { assignments: [everyDevice, target(3)] });
    expect(total.policies).toEqual([expect.objectContaining({ deviceConfigurationId: policyId(3), displayName: 'Policy 3' })]);
    expect(total.gained.devices).toContainEqual({ id: deviceId(3), deviceName: 'PC-3', userPrincipalName: 'user3@example.com' });
    expect(total.risks).toContainEqual(
      expect.objectContaining({
        code: 'exclusionRemoved',
        displayName: 'Policy 3',
        groupDisplayName: 'Group 1',
        message: 'The policy "Policy 3" will no longer exclude the group "Group 1".',
      }),
    );
    expect(total.risks.map(({ code }: { code: string }) => code)).toEqual(
      expect.arrayContaining(['allDevicesReached', 'largePartOfFleet']),
    );
    expect(total.findings).toContainEqual(
      expect.objectContaining({
        code: 'emptyTarget',
        displayName: 'Policy 3',
        groupId: groupId(3),
        message: expect.stringContaining('group "Group 3"'),
      }),
    );
  });

  it('names what it deletes', async () => {
    const { total } = await previewOne('DELETE', `${DC}/${policyId(0)}`);
    expect(total.policies).toMatchObject([{ displayName: 'Policy 0', gained: 0 }]);
  });
});

describe('a preview of several requests', () => {
  it('shows later ones what earlier ones did', async () => {
    const id = 'dddddddd-0000-4000-8000-000000000001';
    const { body } = await preview([
      { id: '1', method: 'post', url: `beta${MD}`, body: { id, deviceName: 'NEW', operatingSystem: 'Windows', userId: userId(1) } },
      { id: '2', method: 'GET', url: `/v1.0${MD}/${id}` },
      { id: '3', method: 'PATCH', url: `${MD}/${id}`.slice(1), body: { userId: userId(3) } },
      { id: '4', method: 'GET', url: `${MD}?$filter=deviceName eq 'NEW'` },
      { id: '5', method: 'DELETE', url: `//beta${MD}/${id}` },
      { id: '6', method: 'PATCH', url: `${MD}/${id}`, body: { model: 'x' } },
    ]);
    expect(body.responses.map((one: { id: string; status: number }) => [one.id, one.status])).toEqual([
      ['1', 201],
      ['2', 200],
      ['3', 200],
      ['4', 200],
      ['5', 204],
      ['6', 404],
    ]);
    expect(body.responses.map(({ impact }: { impact: object | null }) => impact === null)).toEqual([false, true, false, true, false, true]);
    expect(body.responses[0].impact.gained.devices).toEqual([{ id, deviceName: 'NEW', userPrincipalName: 'user1@example.com' }]);
    expect(body.total).toMatchObject({ gained: { count: 0 }, lost: { count: 0 }, affectedDevices: 0 });
    expect((await lab.call('GET', `${MD}/${id}`)).status).toBe(404);
  });

  it('gives each bad request its own error, and answers the others', async () => {
    const { body } = await preview([
      { id: '1', method: 'GET', url: '/nowhere' },
      { id: '2', method: 'PATCH', url: assignment(0, 0), body: { intent: 'perhaps' } },
      { id: '3', method: 'PATCH', url: assignment(0, 3), body: { intent: 'remove' } },
      { id: '4', method: 'POST', url: '/muster/preview', body: { requests: [] } },
      { id: '5', method: 'POST', url: 'beta/muster/import' },
      { id: '6', method: 'POST', url: '/v1.0/$batch', body: {} },
      { id: '7', method: 'GET', url: 'https://elsewhere.example/beta/groups' },
      { id: '8', method: 'PATCH', url: assignment(0, 0) },
      { id: '9', method: 'FETCH', url: '/groups' },
      { id: '10', method: 'PATCH', url: assignment(0, 0), body: { intent: 'remove' }, headers: { 'Content-Type': 'text/plain' } },
      { id: '11', method: 'PATCH', url: assignment(0, 0), body: { intent: 'remove' }, headers: { 'If-Match': 'W/"99"' } },
      { id: '12', method: 'GET', url: '/groups/%zz' },
      { id: '13', method: 'PATCH', url: assignment(0, 0), body: { intent: 'remove' } },
    ]);
    const told = body.responses.map((one: { status: number; error: { code: string } | null }) => [one.status, one.error?.code]);
    expect(told).toEqual([
      [400, 'BadRequest'],
      [400, 'ModelValidationFailure'],
      [404, 'ResourceNotFound'],
      [400, 'BadRequest'],
      [400, 'BadRequest'],
      [400, 'BadRequest'],
      [400, 'BadRequest'],
      [400, 'BadRequest'],
      [405, 'MethodNotAllowed'],
      [415, 'UnsupportedMediaType'],
      [412, 'PreconditionFailed'],
      [400, 'BadRequest'],
      [200, undefined],
    ]);
    expect(body.responses[12].impact).toEqual(body.total);
  });

  it('leaves out what depends on a request that fails', async () => {
    const { body } = await preview([
      { id: 'a', method: 'DELETE', url: assignment(0, 3) },
      { id: 'b', method: 'DELETE', url: assignment(0, 0), dependsOn: ['a'] },
      { id: 'c', method: 'DELETE', url: assignment(0, 4), dependsOn: ['b'] },
      { id: 'd', method: 'GET', url: '/groups' },
    ]);
    expect(body.responses.map(({ status }: { status: number }) => status)).toEqual([404, 424, 424, 200]);
    expect(body.total.affectedDevices).toBe(0);
  });

  it('takes a thousand', async () => {
    const requests = Array.from({ length: 1000 }, (_, n) => ({
      id: String(n),
      method: 'PATCH',
      url: assignment(0, 0),
      body: { intent: n % 2 === 0 ? 'remove' : 'apply' },
    }));
    const untouched = await wholeStore(lab.store);
    const { status, body } = await preview(requests);
    expect([status, body.responses.length]).toEqual([200, 1000]);
    expect(body.responses[0].impact.lost.count).toBe(body.responses[999].impact.gained.count);
    expect(body.responses[0].impact.lost).toMatchObject({ count: 3, deviceCount: 3 });
    expect(body.total).toMatchObject({ gained: { count: 0 }, lost: { count: 0 }, removed: { count: 0 } });
    expect(await wholeStore(lab.store)).toEqual(untouched);
  });

  it('reads a group’s members as it would leave them', async () => {
    const { body } = await preview([
      { id: '1', method: 'PATCH', url: `/users/${userId(2)}`, body: { department: 'Sales' } },
      { id: '2', method: 'GET', url: `/groups/${groupId(4)}/members/${userId(2)}/$ref` },
      { id: '3', method: 'PATCH', url: `/groups/${groupId(4)}`, body: { membershipRuleProcessingState: 'Paused' } },
    ]);
    expect(body.responses.map(({ status }: { status: number }) => status)).toEqual([204, 200, 204]);
    expect(body.responses[0].impact.gained.devices).toMatchObject([{ deviceName: 'PC-2' }]);
    // Paused, the group keeps whom its rule had put there, the one that came with the first request included.
    expect(body.responses[2].impact).toMatchObject({ gained: { count: 0 }, lost: { count: 0 } });
  });
});

describe('a preview in total', () => {
  it('takes thousands of requests, tells which fail, and names every policy', async () => {
    const requests = [
      ...Array.from({ length: 1500 }, (_, n) => ({ id: String(n), method: 'PATCH', url: assignment(0, n), body: { intent: 'remove' } })),
      ...[0, 1, 2, 3].map((n) => ({
        id: `all ${n}`,
        method: 'POST',
        url: `${DC}/${policyId(n)}/assign`,
        body: { assignments: [everyDevice] },
      })),
    ];
    const { status, body } = await lab.call('POST', '/muster/preview', { detail: 'total', requests });
    expect([status, body.responses.length]).toEqual([200, 1504]);
    expect(body.responses[0]).toEqual({ id: '0', status: 200, impact: null, error: null });
    expect(body.responses[1499]).toMatchObject({ id: '1499', status: 404, impact: null, error: { code: 'ResourceNotFound' } });
    expect(body.total.policies.map(({ deviceConfigurationId }: { deviceConfigurationId: string }) => deviceConfigurationId).sort()).toEqual(
      (await preview(requests.slice(-4))).body.total.policies
        .map((one: { deviceConfigurationId: string }) => one.deviceConfigurationId)
        .sort(),
    );
  });
});

describe('a preview that is none', () => {
  const many = Array.from({ length: 1001 }, (_, n) => ({ id: String(n), method: 'GET', url: '/groups' }));
  const request = (more: object) => ({ requests: [{ id: 'a', method: 'GET', url: '/groups', ...more }] });
  it.each<[string, unknown, number, string]>([
    ['no JSON', '{', 400, 'Unable to read JSON'],
    ['nothing', undefined, 400, 'Empty Payload'],
    ['no object', [], 400, 'the body is an object'],
    ['no requests', {}, 400, 'requests is an array'],
    ['an empty list', { requests: [] }, 400, 'there are no requests'],
    ['too many', { requests: many }, 400, 'there are 1001 requests; 1000 is the most'],
    ['too many of each', { detail: 'each', requests: many }, 400, 'there are 1001 requests; 1000 is the most'],
    ['a detail that is none', { detail: 'all', requests: many }, 400, 'detail is each or total'],
    ['another member beside detail', { detail: 'total', requests: [], wanted: 1 }, 400, "there is no member 'wanted'"],
    ['another member', { request: [] }, 400, "there is no member 'request'"],
    ['no object as request', { requests: [1] }, 400, 'requests[0] is not an object'],
    ['no id', request({ id: undefined }), 400, 'requests[0] needs id'],
    ['no method', request({ method: '' }), 400, 'requests[0] needs method'],
    ['no URL', request({ url: 7 }), 400, 'requests[0] needs url'],
    ['an id twice', { requests: [...request({}).requests, ...request({}).requests] }, 400, "the id 'a' stands more than once"],
    ['a header that is no text', request({ headers: { accept: 1 } }), 400, "the header 'accept' of requests[0] is not a text"],
    ['a member nobody knows', request({ verb: 'GET' }), 400, "requests[0] has a member 'verb'"],
    ['a dependency on itself', request({ dependsOn: ['a'] }), 400, 'names no request before it'],
  ])('%s', async (_name, body, status, message) => {
    const answer = await lab.call('POST', '/muster/preview', body);
    expect([answer.status, answer.body.error.message]).toEqual([status, expect.stringContaining(message)]);
  });

  it('is answered in Graph form for another method or media type', async () => {
    const get = await lab.call('GET', '/muster/preview');
    expect([get.status, get.headers.allow]).toEqual([405, 'POST']);
    expect((await lab.call('POST', '/muster/preview', { requests: [] }, { 'content-type': 'text/csv' })).status).toBe(415);
  });
});

describe('who previews', () => {
  it('must be known', async () => {
    const { status, body } = await lab.call('POST', '/muster/preview', { requests: [] }, { authorization: undefined as never });
    expect([status, body.error.code]).toEqual([401, 'InvalidAuthenticationToken']);
  });

  it('needs the permissions of the writes, one by one', async () => {
    const requests = [
      { id: '1', method: 'PATCH', url: assignment(0, 0), body: { intent: 'remove' } },
      { id: '2', method: 'DELETE', url: `/groups/${groupId(0)}` },
      { id: '3', method: 'GET', url: '/groups' },
    ];
    const statuses = async (...permissions: string[]) =>
      (await preview(requests, application(...permissions))).body.responses.map(({ status }: { status: number }) => status);
    expect(await statuses()).toEqual([403, 403, 403]);
    expect(await statuses('DeviceManagementConfiguration.Read.All')).toEqual([403, 403, 403]);
    expect(await statuses('DeviceManagementConfiguration.ReadWrite.All')).toEqual([200, 403, 403]);
    expect(await statuses('Group.ReadWrite.All')).toEqual([403, 204, 200]);
  });

  it('is bound by the Intune roles that he has, not by those that the preview would give', async () => {
    const headers = { authorization: 'Bearer guest DeviceManagementConfiguration.ReadWrite.All DeviceManagementRBAC.ReadWrite.All' };
    const { body } = await preview([{ id: '1', method: 'PATCH', url: assignment(0, 0), body: { intent: 'remove' } }], headers);
    expect([body.responses[0].status, body.responses[0].impact]).toEqual([401, null]);
  });

  it('sees and changes his own tenant alone', async () => {
    const other = '22222222-2222-4222-8222-222222222222';
    await lab.store.createTenant({ id: other, name: 'other', createdAt: CLOCK });
    const headers = application('DeviceManagementConfiguration.ReadWrite.All', `@${other}`);
    const { body } = await preview([{ id: '1', method: 'PATCH', url: assignment(0, 0), body: { intent: 'remove' } }], headers);
    expect([body.responses[0].status, body.total.affectedDevices]).toEqual([404, 0]);
  });
});

describe('long lists', () => {
  const MANY = 2150;
  let now: number;

  beforeEach(async () => {
    now = Date.parse(CLOCK);
    lab = await openLab({ clock: { ...fixedClock(CLOCK), now: () => now } });
    await lab.put('deviceManagement/deviceConfigurations', 'windows10GeneralConfiguration', policyId(0), { displayName: 'Policy 0' });
    await lab.store.commit({
      tenant: TENANT,
      actor: {},
      at: CLOCK,
      expect: [],
      operations: Array.from({ length: MANY }, (_, n) => ({
        kind: 'put' as const,
        key: { set: 'deviceManagement/managedDevices', parent: '', id: deviceId(n) },
        type: 'managedDevice',
        json: JSON.stringify({ id: deviceId(n), deviceName: `PC-${n}`, operatingSystem: 'Windows', userPrincipalName: null }),
      })),
    });
  });

  const path = (link: string) => link.replace('https://graph.example', '');
  const previewAll = async (headers = {}) =>
    (await previewOne('POST', `${DC}/${policyId(0)}/assign`, { assignments: [everyDevice] }, headers)).total;
  const linkOf = async () => path((await previewAll()).gained['@odata.nextLink']);

  it('are read on to the end', async () => {
    const total = await previewAll();
    expect(total.gained).toMatchObject({ count: MANY, deviceCount: MANY });
    expect(total.lost).not.toHaveProperty('@odata.nextLink');
    const ids = total.gained.devices.map(({ id }: { id: string }) => id);
    const sizes = [ids.length];
    for (let link = total.gained['@odata.nextLink']; link !== undefined; ) {
      const { status, body } = await lab.call('GET', path(link));
      expect([status, body['@odata.count']]).toEqual([200, MANY]);
      ids.push(...body.value.map(({ id }: { id: string }) => id));
      sizes.push(body.value.length);
      link = body['@odata.nextLink'];
    }
    expect(sizes).toEqual([100, 1000, 1000, 50]);
    expect(new Set(ids).size).toBe(MANY);
  });

  it('are read on from the impact of a request, too, and from that of a real write', async () => {
    const assign = { method: 'POST', url: `${DC}/${policyId(0)}/assign`, body: { assignments: [everyDevice] } };
    const { body } = await preview([
      { id: 'x', method: 'GET', url: '/groups' },
      { id: 'y', ...assign },
    ]);
    const page = await lab.call('GET', path(body.responses[1].impact.gained['@odata.nextLink']));
    expect([page.status, page.body.value.length, page.body['@odata.nextLink']]).toEqual([200, 1000, expect.stringContaining('/1/gained?')]);
    const real = await lab.call(assign.method, assign.url, assign.body, { prefer: 'odata.include-annotations="*"' });
    const next = await lab.call('GET', path(real.body['@muster.impact'].gained['@odata.nextLink']));
    expect([next.status, next.body.value.length]).toEqual([200, 1000]);
  });

  it.each<[string, (link: string) => string, number]>([
    ['another preview', (link) => link.replace(/previews\/[^/]+/, `previews/${policyId(9)}`), 410],
    ['a list that was short', (link) => link.replace('/gained', '/lost'), 410],
    ['a list that there is not', (link) => link.replace('/gained', '/stolen'), 400],
    ['a request that there was not', (link) => link.replace('/total/', '/7/'), 410],
    ['a token that was made up', (link) => link.replace(/token=.*/, 'token=abc.def'), 400],
    ['another option', (link) => link.replace('skiptoken', 'skip'), 400],
  ])('refuse %s', async (_name, change, status) => {
    expect((await lab.call('GET', change(await linkOf()))).status).toBe(status);
  });

  it('begin at the beginning without a token', async () => {
    const { body } = await lab.call('GET', (await linkOf()).split('?')[0] ?? '');
    expect(body.value[0].deviceName).toBe('PC-0');
  });

  it.each([
    ['another application’s user', { authorization: 'Bearer user DeviceManagementConfiguration.Read.All' }, 410],
    ['another tenant', application('DeviceManagementConfiguration.Read.All', '@22222222-2222-4222-8222-222222222222'), 410],
    ['who may not read', application('Group.ReadWrite.All'), 403],
    ['nobody', { authorization: undefined as never }, 401],
  ])('are not for %s', async (_name, headers, status) => {
    expect((await lab.call('GET', await linkOf(), undefined, headers)).status).toBe(status);
  });

  it('are read, not written', async () => {
    expect((await lab.call('POST', await linkOf(), {})).status).toBe(405);
  });

  it('have no next link for who could not follow it', async () => {
    await lab.put('groups', 'group', groupId(0), { displayName: 'Group 0' });
    await lab.call('POST', `${DC}/${policyId(0)}/assign`, { assignments: [target(0)] });
    for (let n = 0; n < 150; n++) await lab.put('devices', 'device', directoryId(n), { deviceId: deviceId(n) });
    for (let n = 0; n < 150; n++)
      await lab.put('deviceManagement/managedDevices', 'managedDevice', deviceId(n), {
        deviceName: 'x',
        operatingSystem: 'Windows',
        azureADDeviceId: deviceId(n),
      });
    await lab.put('groups', 'group', groupId(1), { displayName: 'Group 1' });
    for (let n = 0; n < 150; n++) await lab.link({ kind: 'members', from: groupId(1), to: directoryId(n), toSet: 'devices' });
    const add = ['POST', `/groups/${groupId(0)}/members/$ref`, reference('groups', groupId(1))] as const;
    expect((await previewOne(...add)).total.gained).toHaveProperty('@odata.nextLink');
    const { gained } = (await previewOne(...add, application('GroupMember.ReadWrite.All', 'Group.ReadWrite.All'))).total;
    expect(gained).toMatchObject({ count: 150, deviceCount: 150 });
    expect(gained).not.toHaveProperty('@odata.nextLink');
  });

  it('end after ten minutes, and when a device comes or goes', async () => {
    const link = await linkOf();
    now += 9 * 60_000;
    expect((await lab.call('GET', link)).status).toBe(200);
    now += 60_000;
    const { status, body } = await lab.call('GET', link);
    expect([status, body.error.code, body.error.message]).toEqual([410, 'Gone', 'The preview is no longer kept. Preview again.']);
    const second = await linkOf();
    await lab.call('DELETE', `${MD}/${deviceId(7)}`);
    await previewAll();
    expect((await lab.call('GET', second)).status).toBe(410);
  });
});
