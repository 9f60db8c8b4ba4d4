import { beforeEach, describe, expect, it } from 'vitest';
import { type Lab, openLab, schemas } from '../../../tests/support/in-process.js';

const MD = '/deviceManagement/managedDevices';
const DC = '/deviceManagement/deviceCategories';
const USER = '33333333-0000-4000-8000-000000000001';
const ID = '44444444-0000-4000-8000-000000000001';

let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
  await lab.put('users', 'user', USER, { displayName: 'Adele', userPrincipalName: 'adele@example.com', mail: 'adele@mail.example' });
});

const nested = (body: { error: { message: string } }) => JSON.parse(body.error.message).Message as string;
const enrol = async (body: object) => (await lab.call('POST', MD, { deviceName: 'PC', operatingSystem: 'Windows', ...body })).body;
const category = async (displayName: string) => (await lab.call('POST', DC, { displayName })).body.id as string;
const ref = (id: string) => ({ '@odata.id': `https://graph.microsoft.com/beta/deviceManagement/deviceCategories/${id}` });

describe('enrolling a device', () => {
  it('takes read-only properties as given', async () => {
    const given = {
      deviceName: 'PC-1',
      operatingSystem: 'Windows',
      osVersion: '10.0.26100.1',
      serialNumber: 'S1',
      model: 'Surface Pro',
      manufacturer: 'Microsoft',
      complianceState: 'compliant',
      joinType: 'azureADJoined',
      skuNumber: 4,
      jailBroken: 'Unknown',
      isEncrypted: true,
      enrolledDateTime: '2025-01-01T00:00:00Z',
      hardwareInformation: { serialNumber: 'S1', isSupervised: false },
      roleScopeTagIds: ['0', '1'],
    };
    const { status, body } = await lab.call('POST', MD, given);
    expect(status).toBe(201);
    expect(body).toMatchObject(given);
    const read = await lab.call('GET', `${MD}/${body.id}`);
    expect(read.body).toMatchObject(given);
    expect(Object.keys(read.body).filter((key) => !key.startsWith('@'))).toEqual([
      ...(schemas.beta.types.get('managedDevice')?.properties.keys() ?? []),
    ]);
  });

  it.each([
    ['the time', {}, { enrolledDateTime: '2026-03-01T08:00:00Z', lastSyncDateTime: '2026-03-01T08:00:00Z', roleScopeTagIds: ['0'] }],
    [
      'the user by id',
      { userId: USER },
      { userPrincipalName: 'adele@example.com', userDisplayName: 'Adele', emailAddress: 'adele@mail.example' },
    ],
    [
      'what is said of the user',
      { userId: USER, userDisplayName: 'A.' },
      { userDisplayName: 'A.', userPrincipalName: 'adele@example.com' },
    ],
    ['an unknown user', { userId: ID }, { userId: ID, userPrincipalName: null }],
    ['the twin of azureADDeviceId', { azureADDeviceId: ID }, { azureActiveDirectoryDeviceId: ID }],
    ['the twin of ownerType', { ownerType: 'company' }, { managedDeviceOwnerType: 'company' }],
    ['a free id', { id: ID.toUpperCase() }, { id: ID }],
  ])('fills in %s', async (_name, given, expected) => {
    expect(await enrol(given)).toMatchObject(expected);
  });

  it('finds the user by name', async () => {
    const { body: user } = await lab.call('POST', '/users', {
      accountEnabled: true,
      displayName: 'Bo',
      mailNickname: 'bo',
      userPrincipalName: 'bo@example.com',
      passwordProfile: { password: 'Secret-1234' },
    });
    expect(await enrol({ userPrincipalName: 'BO@example.com' })).toMatchObject({ userId: user.id, userDisplayName: 'Bo' });
  });

  it('refuses an id that is taken', async () => {
    await enrol({ id: ID });
    const { status, body } = await lab.call('POST', MD, { id: ID });
    expect([status, nested(body)]).toEqual([409, expect.stringContaining(ID)]);
  });

  it.each([
    ['an unknown property', { colour: 'red' }],
    ['a wrong enum', { complianceState: 'perfect' }],
    ['a category that does not exist', { deviceCategoryDisplayName: 'Nope' }],
    ['a reference to nothing', { 'deviceCategory@odata.bind': `${DC}/${ID}` }],
  ])('refuses %s', async (_name, body) => {
    expect((await lab.call('POST', MD, body)).status).toBe(400);
  });

  it('works in v1.0', async () => {
    const { status, body } = await lab.call('POST', `/v1.0${MD}`, { deviceName: 'X', operatingSystem: 'iOS', serialNumber: 'S' });
    expect([status, body.serialNumber]).toEqual([201, 'S']);
    expect((await lab.call('PATCH', `/v1.0${MD}/${body.id}`, { osVersion: '18.1' })).body.osVersion).toBe('18.1');
    expect((await lab.call('GET', `${MD}/${body.id}`)).body).toMatchObject({ osVersion: '18.1', roleScopeTagIds: ['0'] });
  });
});

describe('an enrolled device', () => {
  it('changes, read-only properties too, but not its id', async () => {
    const { id } = await enrol({});
    const { status, body } = await lab.call('PATCH', `${MD}/${id}`, { id: ID, complianceState: 'noncompliant', notes: 'n', userId: USER });
    expect(status).toBe(200);
    expect(body).toMatchObject({ id, complianceState: 'noncompliant', notes: 'n', userPrincipalName: 'adele@example.com' });
  });

  it('has its primary user as its users', async () => {
    const { id } = await enrol({ userId: USER });
    const names = async () =>
      (await lab.call('GET', `${MD}/${id}/users`)).body.value.map((user: { displayName: string }) => user.displayName);
    expect(await names()).toEqual(['Adele']);
    expect((await lab.call('GET', `${MD}/${id}?$expand=users`)).body.users).toHaveLength(1);
    await lab.call('PATCH', `${MD}/${id}`, { userId: '' });
    expect(await names()).toEqual([]);
    expect((await lab.call('GET', `${MD}/${id}`)).body.userPrincipalName).toBe('');
  });

  it('shows its users to who may read devices, and its category to nobody else', async () => {
    const { id } = await enrol({ userId: USER });
    const as = async (path: string, permission: string) =>
      (await lab.call('GET', `${MD}/${id}/${path}`, undefined, { authorization: `Bearer app ${permission}` })).status;
    expect(await as('users', 'DeviceManagementManagedDevices.Read.All')).toBe(200);
    expect(await as('users', 'User.Read.All')).toBe(403);
    expect(await as('deviceCategory', 'DeviceManagementConfiguration.Read.All')).toBe(403);
  });

  it('is told to sync', async () => {
    const { id } = await enrol({});
    const headers = { authorization: 'Bearer app DeviceManagementManagedDevices.PrivilegedOperations.All' };
    expect((await lab.call('POST', `${MD}/${id}/syncDevice`, undefined, headers)).status).toBe(204);
    expect((await lab.call('POST', `${MD}/${id}/syncDevice`)).status).toBe(403);
    expect((await lab.call('GET', `${MD}/${id}`)).body.deviceActionResults).toMatchObject([
      { actionName: 'syncDevice', actionState: 'pending' },
    ]);
    expect((await lab.call('POST', `${MD}/none/syncDevice`, undefined, headers)).status).toBe(404);
  });

  it('goes', async () => {
    const { id } = await enrol({ deviceCategoryDisplayName: (await category('Kiosk')) && 'Kiosk' });
    expect((await lab.call('DELETE', `${MD}/${id}`)).status).toBe(204);
    expect((await lab.call('GET', `${MD}/${id}`)).status).toBe(404);
    expect(await lab.store.links('11111111-1111-4111-8111-111111111111', { kind: 'deviceCategory', from: id })).toEqual([]);
  });
});

describe('the category of a device', () => {
  const shown = async (id: string) => {
    const name = (await lab.call('GET', `${MD}/${id}`)).body.deviceCategoryDisplayName;
    const { status, body } = await lab.call('GET', `${MD}/${id}/deviceCategory`);
    return [name, status === 200 ? body.displayName : status];
  };

  it.each([
    ['by reference', (id: string) => ({ 'deviceCategory@odata.bind': `https://host/beta${DC}('${id}')` })],
    ['by name', () => ({ deviceCategoryDisplayName: 'kiosk' })],
  ])('is given at enrolment %s', async (_name, body) => {
    const kiosk = await category('Kiosk');
    expect(await shown((await enrol(body(kiosk))).id)).toEqual(['Kiosk', 'Kiosk']);
  });

  it.each(['', '/beta', '/v1.0'])('is set, replaced and removed by $ref: %s', async (version) => {
    const { id } = await enrol({});
    const [kiosk, lab1] = [await category('Kiosk'), await category('Lab')];
    expect((await lab.call('PUT', `${version}${MD}/${id}/deviceCategory/$ref`, ref(kiosk))).status).toBe(204);
    expect(await shown(id)).toEqual(['Kiosk', 'Kiosk']);
    await lab.call('PUT', `${version}${MD}/${id}/deviceCategory/$ref`, ref(lab1));
    expect(await shown(id)).toEqual(['Lab', 'Lab']);
    expect((await lab.call('DELETE', `${version}${MD}/${id}/deviceCategory/$ref`)).status).toBe(204);
    expect(await shown(id)).toEqual(['', 404]);
  });

  it.each([
    ['by name', { deviceCategoryDisplayName: 'Lab' }, ['Lab', 'Lab']],
    ['to none by an empty name', { deviceCategoryDisplayName: '' }, ['', 404]],
    ['to none by null', { 'deviceCategory@odata.bind': null }, ['', 404]],
    ['not at all by the same name', { deviceCategoryDisplayName: 'Kiosk', notes: 'x' }, ['Kiosk', 'Kiosk']],
  ])('changes with PATCH %s', async (_name, body, expected) => {
    await category('Kiosk');
    await category('Lab');
    const { id } = await enrol({ deviceCategoryDisplayName: 'Kiosk' });
    expect((await lab.call('PATCH', `${MD}/${id}`, body)).status).toBe(200);
    expect(await shown(id)).toEqual(expected);
  });

  it('is renamed on every device', async () => {
    const kiosk = await category('Kiosk');
    const ids = [(await enrol({ deviceCategoryDisplayName: 'Kiosk' })).id, (await enrol({ deviceCategoryDisplayName: 'Kiosk' })).id];
    const renamed = await lab.call('PATCH', `${DC}/${kiosk}`, { displayName: 'Booth' });
    expect([renamed.status, renamed.body.displayName]).toEqual([200, 'Booth']);
    for (const id of ids) expect(await shown(id)).toEqual(['Booth', 'Booth']);
    expect((await lab.call('DELETE', `${DC}/${kiosk}`)).status).toBe(204);
    for (const id of ids) expect(await shown(id)).toEqual(['', 404]);
  });

  it('stays level when a rename and an enrolment meet', async () => {
    const kiosk = await category('Kiosk');
    const [, devices] = await Promise.all([
      lab.call('PATCH', `${DC}/${kiosk}`, { displayName: 'Booth' }),
      Promise.all([1, 2, 3].map(() => enrol({ 'deviceCategory@odata.bind': `deviceManagement/deviceCategories/${kiosk}` }))),
    ]);
    for (const { id } of devices) expect(await shown(id)).toEqual(['Booth', 'Booth']);
  });

  it.each([
    ['PUT', 'deviceCategory/$ref', {}, 400],
    ['PUT', 'deviceCategory/$ref', ref(ID), 400],
    ['POST', 'users/$ref', { '@odata.id': `https://host/beta/users/${USER}` }, 400],
  ])('refuses %s %s %j', async (method, path, body, status) => {
    const { id } = await enrol({ userId: USER });
    expect((await lab.call(method, `${MD}/${id}/${path}`, body)).status).toBe(status);
  });

  it('needs a name itself', async () => {
    expect((await lab.call('POST', DC, {})).status).toBe(400);
    expect((await lab.call('PATCH', `${DC}/${await category('Kiosk')}`, { displayName: '' })).status).toBe(400);
  });
});
