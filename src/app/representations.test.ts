/** What the headers of a request make of the same answer: metadata levels, numbers as texts, preferences, next pages. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type Lab, openLab } from '../../tests/support/in-process.js';

const DC = '/deviceManagement/deviceConfigurations';
const ORIGIN = 'https://graph.example';
const FULL = { accept: 'application/json;odata.metadata=full' };
const NONE = { accept: 'application/json;odata.metadata=none' };
const BIG = { accept: 'application/json;IEEE754Compatible=true' };

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
  const oma = { '@odata.type': '#microsoft.graph.omaSettingInteger', displayName: 'n', omaUri: './n', value: 3, isReadOnly: false };
  await lab.put('deviceManagement/deviceConfigurations', 'windows10CustomConfiguration', 'c', { displayName: 'C', omaSettings: [oma] });
  await lab.put('deviceManagement/managedDevices', 'managedDevice', 'pc', { deviceName: 'PC', totalStorageSpaceInBytes: 2 ** 40 });
  await lab.put('deviceManagement/assignmentFilters', 'deviceAndAppManagementAssignmentFilter', 'f', {
    displayName: 'F',
    platform: 'windowsMobileApplicationManagement',
    rule: '(app.osVersion -eq "1")',
  });
  const target = { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' };
  expect((await lab.call('POST', `${DC}/c/assign`, { assignments: [{ target }] })).status).toBe(200);
});
const get = async (path: string, headers: Readonly<Record<string, string>> = {}) => {
  const answer = await lab.call('GET', path, undefined, headers);
  expect([path, answer.status]).toEqual([path, 200]);
  return answer;
};

describe('full metadata', () => {
  const self = `${ORIGIN}/beta${DC}('c')/microsoft.graph.windows10CustomConfiguration`;

  it.each<[string, unknown]>([
    ['@odata.context', `${ORIGIN}/beta/$metadata#deviceManagement/deviceConfigurations/$entity`],
    ['@odata.type', '#microsoft.graph.windows10CustomConfiguration'],
    ['@odata.id', "deviceManagement/deviceConfigurations('c')"],
    ['@odata.editLink', "deviceManagement/deviceConfigurations('c')/microsoft.graph.windows10CustomConfiguration"],
    ['createdDateTime@odata.type', '#DateTimeOffset'],
    ['roleScopeTagIds@odata.type', '#Collection(String)'],
    ['omaSettings@odata.type', '#Collection(microsoft.graph.omaSetting)'],
    ['displayName@odata.type', undefined],
    ['version@odata.type', undefined],
    ['supportsScopeTags@odata.type', undefined],
    ['description@odata.type', undefined],
    ['assignments@odata.associationLink', `${self}/assignments/$ref`],
    ['assignments@odata.navigationLink', `${self}/assignments`],
    ['deviceStatusOverview@odata.navigationLink', `${self}/deviceStatusOverview`],
    ['#microsoft.graph.assign', { title: 'microsoft.graph.assign', target: `${self}/microsoft.graph.assign` }],
    [
      '#microsoft.graph.getOmaSettingPlainTextValue',
      {
        title: 'microsoft.graph.getOmaSettingPlainTextValue',
        target: `${self}/microsoft.graph.getOmaSettingPlainTextValue(secretReferenceValueId=@secretReferenceValueId)`,
      },
    ],
  ])('writes %s', async (name, value) => {
    const { body } = await get(`${DC}/c`, FULL);
    expect(body[name]).toEqual(value);
  });

  it('names the type of complex values, and of enumerations at their property', async () => {
    const { body } = await get(`${DC}/c?$expand=assignments`, FULL);
    expect(body.omaSettings[0]).toMatchObject({ '@odata.type': '#microsoft.graph.omaSettingInteger', value: 3 });
    expect(body['assignments@odata.navigationLink']).toBe(`${self}/assignments`);
    expect(body.assignments[0]).toMatchObject({
      '@odata.type': '#microsoft.graph.deviceConfigurationAssignment',
      'intent@odata.type': '#microsoft.graph.deviceConfigAssignmentIntent',
      target: { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' },
    });
    expect(body.assignments[0]['@odata.editLink']).toBe(body.assignments[0]['@odata.id']);
  });

  it.each([
    `${DC}/c`,
    '/deviceManagement',
    `${DC}/c/assignments/c_adadadad-808e-44e2-905a-0b7873a8a531`,
    '/deviceManagement/managedDevices/pc',
  ])('of %s links to what answers', async (path) => {
    const { body } = await get(path, FULL);
    const links = Object.entries(body).flatMap(([name, value]) => {
      if (name === '@odata.id' || name === '@odata.editLink') return [`${ORIGIN}/beta/${String(value)}`];
      return /@odata\.(?:navigation|association)Link$/.test(name) ? [String(value)] : [];
    });
    expect(links.length).toBeGreaterThan(1);
    for (const link of links) {
      const { status, body: found } = await lab.call('GET', `!${link.slice(ORIGIN.length)}`);
      // A reference that is not set is there to be set; other sets ask for other permissions.
      expect([
        link,
        [200, 403].includes(status) || found.error.code === 'ResourceNotFound' || found.error.code === 'Request_ResourceNotFound',
      ]).toEqual([link, true]);
    }
  });

  it('keeps to what is selected', async () => {
    const { body } = await get(`${DC}/c?$select=id,createdDateTime`, FULL);
    expect(Object.keys(body)).toEqual([
      '@odata.context',
      '@odata.type',
      '@odata.id',
      '@odata.editLink',
      'id',
      'createdDateTime@odata.type',
      'createdDateTime',
    ]);
  });

  it('is read back by a PATCH', async () => {
    const { body } = await get(`${DC}/c`, FULL);
    expect((await lab.call('PATCH', `${DC}/c`, { ...body, displayName: 'Again' })).status).toBe(200);
  });
});

it('no metadata: nothing but the values, at any depth', async () => {
  for (const path of [`${DC}/c?$expand=assignments`, DC, '/deviceManagement/managedDevices', `${DC}/c/displayName`]) {
    expect((await get(path, NONE)).text).not.toContain('@odata.context');
    expect((await get(path, NONE)).text).not.toContain('@odata.type');
  }
});

describe('IEEE754Compatible', () => {
  it.each<[string, string, unknown, unknown]>([
    ['/deviceManagement/managedDevices/pc', 'totalStorageSpaceInBytes', 2 ** 40, String(2 ** 40)],
    ['/deviceManagement/managedDevices/pc/totalStorageSpaceInBytes', 'value', 2 ** 40, String(2 ** 40)],
    ['/deviceManagement/managedDevices?$count=true', '@odata.count', 1, '1'],
    [`${DC}/c?$expand=assignments($count=true)`, 'assignments@odata.count', 1, '1'],
    [`${DC}/c`, 'version', 1, 1],
  ])('%s: %s', async (path, name, number, text) => {
    const plain = (await get(path)).body;
    const big = await get(path, BIG);
    if (name !== 'version') expect([plain[name], big.body[name]]).toEqual([number, text]);
    else expect(typeof big.body[name]).toBe('number');
    expect(big.headers['content-type']).toContain('IEEE754Compatible=true');
  });
});

describe('include-unknown-enum-members', () => {
  const FILTER = '/deviceManagement/assignmentFilters';
  it.each<[string, Record<string, string>, string, string | undefined]>([
    ['without it', {}, 'unknownFutureValue', undefined],
    ['with it', { prefer: 'include-unknown-enum-members' }, 'windowsMobileApplicationManagement', 'include-unknown-enum-members'],
  ])('%s', async (_what, headers, platform, applied) => {
    const one = await get(`${FILTER}/f`, headers);
    const all = await get(`${FILTER}?$filter=platform eq 'windowsMobileApplicationManagement'`, headers);
    expect([one.body.platform, all.body.value[0].platform]).toEqual([platform, platform]);
    expect([one.headers['preference-applied'], all.headers['preference-applied']]).toEqual([applied, applied]);
  });

  it('answers to writes show what was written', async () => {
    const body = { displayName: 'G', platform: 'windowsMobileApplicationManagement', rule: '(app.osVersion -eq "1")' };
    expect((await lab.call('POST', FILTER, body)).body.platform).toBe(body.platform);
  });
});

describe('Prefer', () => {
  it.each<[string, string, number, string | undefined]>([
    ['POST', 'return=minimal', 204, 'return=minimal'],
    ['POST', 'return=representation', 201, 'return=representation'],
    ['PATCH', 'return=minimal', 204, 'return=minimal'],
    ['PATCH', 'return=representation', 200, 'return=representation'],
    ['PATCH', 'respond-async', 200, undefined],
  ])('%s with %s', async (method, prefer, status, applied) => {
    const path = method === 'POST' ? DC : `${DC}/c`;
    const body = { '@odata.type': '#microsoft.graph.windows10CustomConfiguration', displayName: 'P' };
    const answer = await lab.call(method, path, body, { prefer });
    expect([answer.status, answer.headers['preference-applied'], answer.text === undefined]).toEqual([status, applied, status === 204]);
    if (status === 204)
      expect(answer.headers['odata-entityid']).toMatch(/^https:\/\/graph\.example\/beta\/deviceManagement\/deviceConfigurations\('/);
  });

  it('odata.maxpagesize makes pages', async () => {
    const first = await get(`${DC}?$count=true`, { prefer: 'odata.maxpagesize=1' });
    expect([first.body.value.length, first.body['@odata.count'] > 1]).toEqual([1, true]);
    const next = first.body['@odata.nextLink'].slice(ORIGIN.length);
    expect((await get(next, { prefer: 'odata.maxpagesize=1' })).body.value[0].id).not.toBe(first.body.value[0].id);
  });
});
