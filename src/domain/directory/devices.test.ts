import { beforeEach, describe, expect, it } from 'vitest';
import { as, type DirectoryLab, deviceBody, errorOf, openDirectory, reference } from './testing/directory-lab.js';

let lab: DirectoryLab;
beforeEach(async () => {
  lab = await openDirectory();
});

const DEVICE_ID = 'd0000000-0000-4000-8000-000000000077';

describe('creating a device', () => {
  it.each(['/beta', '/v1.0'])('answers it in %s', async (version) => {
    const { status, body } = await lab.call('POST', `${version}/devices`, { ...deviceBody('PC', 77), deviceId: DEVICE_ID.toUpperCase() });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      '@odata.context': `https://graph.example${version}/$metadata#devices/$entity`,
      deviceId: DEVICE_ID,
      displayName: 'PC',
      operatingSystem: 'Windows',
      isManaged: null,
    });
  });

  it.each([
    ['no displayName', { displayName: undefined }, "A value is required for property 'displayName' of resource 'Device'."],
    ['no deviceId', { deviceId: undefined }, "A value is required for property 'deviceId' of resource 'Device'."],
    ['no security ids', { alternativeSecurityIds: [] }, "A value is required for property 'alternativeSecurityIds' of resource 'Device'."],
    ['a deviceId that is no GUID', { deviceId: 'x' }, "Invalid value specified for property 'deviceId' of resource 'Device'."],
    [
      'a deviceId that is taken',
      { deviceId: 'd0000000-0000-4000-8000-000000000001' },
      'Another object with the same value for property deviceId already exists.',
    ],
    ['an unknown property', { colour: 'grey' }, "Invalid property 'colour'."],
  ])('refuses %s', async (_name, change, message) => {
    await lab.device('Other');
    expect(errorOf(await lab.call('POST', '/v1.0/devices', { ...deviceBody('PC', 9), ...change }))).toEqual([
      400,
      'Request_BadRequest',
      message,
    ]);
  });
});

describe('a device as key', () => {
  it.each([
    ['id', (id: string) => `/devices/${id}`],
    ['deviceId', () => "/devices(deviceId='d0000000-0000-4000-8000-000000000001')"],
    ['deviceId in another case', () => "/devices(deviceId='D0000000-0000-4000-8000-000000000001')"],
  ])('by %s', async (_name, path) => {
    const id = await lab.device('PC');
    for (const version of ['/beta', '/v1.0']) expect((await lab.call('GET', version + path(id))).body.id).toBe(id);
    expect(await lab.ids(`${path(id)}/memberOf`)).toEqual([]);
    expect((await lab.call('PATCH', path(id), { displayName: 'Laptop' })).status).toBe(204);
    expect((await lab.call('DELETE', path(id))).status).toBe(204);
    expect((await lab.call('GET', path(id))).status).toBe(404);
  });

  it.each([["/devices(displayName='PC')"], ["/groups(deviceId='x')"], ["/devices(deviceId='x',id='y')"]])('refuses %s', async (path) => {
    expect((await lab.call('GET', path)).status).toBe(400);
  });
});

describe('changing a device', () => {
  it('keeps its deviceId', async () => {
    const id = await lab.device('PC');
    expect(errorOf(await lab.call('PATCH', `/devices/${id}`, { deviceId: DEVICE_ID }))[2]).toBe(
      "Invalid value specified for property 'deviceId' of resource 'Device'.",
    );
    expect(
      (await lab.call('PATCH', `/devices/${id}`, { deviceId: 'd0000000-0000-4000-8000-000000000001', isCompliant: true })).status,
    ).toBe(204);
  });

  it('registers owners and users', async () => {
    const [id, ada] = [await lab.device('PC'), await lab.user('ada')];
    expect((await lab.call('POST', `/v1.0/devices/${id}/registeredOwners/$ref`, reference(ada))).status).toBe(204);
    expect(await lab.ids(`/devices/${id}/registeredOwners`)).toEqual([ada]);
    expect(await lab.ids(`/users/${ada}/ownedDevices`)).toEqual([id]);
    await lab.call('DELETE', `/users/${ada}`);
    expect(await lab.ids(`/devices/${id}/registeredOwners`)).toEqual([]);
  });

  it('leaves its groups when it is deleted', async () => {
    const [id, group] = [await lab.device('PC'), await lab.group('Staff')];
    await lab.addMember(group, id);
    await lab.call('DELETE', `/devices/${id}`);
    expect(await lab.ids(`/groups/${group}/members`)).toEqual([]);
  });
});

it.each([
  ['GET', 'Device.Read.All', 200],
  ['GET', 'User.Read.All', 403],
  ['POST', 'Device.ReadWrite.All', 201],
  ['POST', 'Device.Read.All', 403],
])('%s /devices with %s: %i', async (method, permission, status) => {
  const body = method === 'POST' ? deviceBody('PC', 5) : undefined;
  expect((await lab.call(method, '/v1.0/devices', body, as('app', permission))).status).toBe(status);
});

describe('the organization and its licences', () => {
  it.each(['organization', 'subscribedSkus'])('%s can be read', async (set) => {
    await lab.put(set, set === 'organization' ? 'organization' : 'subscribedSku', 'x', {});
    expect(await lab.ids(`/v1.0/${set}`, as('app', 'Organization.Read.All'))).toEqual(['x']);
    expect((await lab.call('GET', `/v1.0/${set}/x`)).body.id).toBe('x');
    expect((await lab.call('GET', `/v1.0/${set}`, undefined, as('app', 'User.Read.All'))).status).toBe(403);
  });
});
