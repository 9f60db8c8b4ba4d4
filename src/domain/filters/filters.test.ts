import { beforeEach, describe, expect, it } from 'vitest';
import { type Lab, openLab } from '../../../tests/support/in-process.js';

const AF = '/deviceManagement/assignmentFilters';
const DEVICES = 'deviceManagement/managedDevices';
const filter = (more: object = {}) => ({
  '@odata.type': '#microsoft.graph.deviceAndAppManagementAssignmentFilter',
  displayName: 'Surfaces',
  platform: 'windows10AndLater',
  rule: '(device.model -startsWith "Surface")',
  ...more,
});

let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
});

const nested = (body: { error: { message: string } }) => JSON.parse(body.error.message).Message as string;
const create = async (more: object = {}) => (await lab.call('POST', AF, filter(more))).body.id as string;

describe('creating a filter', () => {
  it('answers 201 with the whole object', async () => {
    const { status, body } = await lab.call('POST', AF, filter());
    expect(status).toBe(201);
    expect(body).toMatchObject({
      createdDateTime: '2026-03-01T08:00:00Z',
      lastModifiedDateTime: '2026-03-01T08:00:00Z',
      displayName: 'Surfaces',
      description: null,
      platform: 'windows10AndLater',
      rule: '(device.model -startsWith "Surface")',
      roleScopeTags: ['0'],
      payloads: [],
      assignmentFilterManagementType: 'devices',
    });
    expect((await lab.call('GET', `${AF}/${body.id}`)).body.displayName).toBe('Surfaces');
    expect((await lab.call('GET', `${AF}/$count`)).text).toBe('1');
  });

  it.each([
    ['without a name', { displayName: undefined }, "The property 'displayName'"],
    ['without a platform', { platform: undefined }, "The property 'platform'"],
    ['without a rule', { rule: undefined }, "The property 'rule'"],
    ['with an empty rule', { rule: ' ' }, 'An error has occurred'],
    ['with a rule that is too long', { rule: `(device.model -eq "${'x'.repeat(3072)}")` }, '3072 is the most'],
    ['with an invalid rule', { rule: '(device.model -equals "x")' }, 'An error has occurred'],
    ['for windowsPhone81', { platform: 'windowsPhone81' }, 'There are no assignment filters for the platform windowsPhone81'],
    ['for windows81AndLater', { platform: 'windows81AndLater' }, 'There are no assignment filters for the platform windows81AndLater'],
    ['for androidWorkProfile', { platform: 'androidWorkProfile' }, 'There are no assignment filters for the platform androidWorkProfile'],
    ['for unknown', { platform: 'unknown' }, 'There are no assignment filters for the platform unknown'],
    ['of apps for devices', { assignmentFilterManagementType: 'apps' }, "'devices', not 'apps'"],
  ])('refuses one %s, and changes nothing', async (_name, more, message) => {
    const before = await lab.sequence();
    const { status, body } = await lab.call('POST', AF, filter(more));
    expect([status, body.error.code]).toEqual([400, 'BadRequest']);
    expect(nested(body)).toContain(message);
    expect(await lab.sequence()).toBe(before);
  });

  it('says where a rule is wrong and what could stand there', async () => {
    const { body } = await lab.call('POST', AF, filter({ rule: '(device.model -equals "x")' }));
    const [first] = body.error.innerError['@muster.diagnostics'];
    expect(first).toMatchObject({ position: 14, length: 7 });
    expect(first.expected).toContain('-eq');
    expect(Object.keys(first)).toEqual(['position', 'length', 'message', 'expected']);
  });

  it('takes the managed-app platforms as filters of apps', async () => {
    const { status, body } = await lab.call(
      'POST',
      AF,
      filter({ platform: 'iOSMobileApplicationManagement', rule: '(app.appVersion -eq "1")' }),
    );
    expect([status, body.assignmentFilterManagementType]).toEqual([201, 'apps']);
  });

  it('stops at 200, and goes on when one is deleted', async () => {
    for (let n = 0; n < 198; n++) {
      await lab.put('deviceManagement/assignmentFilters', 'deviceAndAppManagementAssignmentFilter', `f${n}`, { displayName: `${n}` });
    }
    const two = await Promise.all([1, 2, 3, 4].map(() => lab.call('POST', AF, filter())));
    expect(two.map(({ status }) => status).sort()).toEqual([201, 201, 400, 400]);
    expect(nested(two.find(({ status }) => status === 400)?.body)).toContain('200 assignment filters');
    expect((await lab.call('DELETE', `${AF}/f7`)).status).toBe(204);
    expect((await lab.call('POST', AF, filter())).status).toBe(201);
  });
});

describe('changing a filter', () => {
  it('replaces what is given and notes the time', async () => {
    const id = await create();
    const { status, body } = await lab.call('PATCH', `${AF}/${id}`, { displayName: 'Other', rule: '(device.osVersion -contains "10.")' });
    expect([status, body.displayName, body.rule]).toEqual([200, 'Other', '(device.osVersion -contains "10.")']);
  });

  it.each([
    ['the same platform, as clients send it back', { platform: 'windows10AndLater', description: 'x' }, 200, ''],
    ['another platform', { platform: 'iOS' }, 400, 'The platform of an assignment filter is fixed'],
    ['another management type', { assignmentFilterManagementType: 'apps' }, 400, 'The assignmentFilterManagementType of'],
    ['an invalid rule', { rule: '(device.isRooted -eq "True")' }, 400, 'An error has occurred'],
    ['an empty name', { displayName: '' }, 400, "The property 'displayName'"],
  ])('%s', async (_name, body, status, message) => {
    const id = await create();
    const answer = await lab.call('PATCH', `${AF}/${id}`, body);
    expect(answer.status).toBe(status);
    if (status === 400) expect(nested(answer.body)).toContain(message);
  });
});

describe('a filter that is assigned', () => {
  const C = '11111111-0000-4000-8000-00000000000c';
  const assign = async (id: string) =>
    await lab.call('POST', `/deviceManagement/deviceConfigurations/${C}/assignments`, {
      target: {
        '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget',
        deviceAndAppManagementAssignmentFilterId: id,
        deviceAndAppManagementAssignmentFilterType: 'include',
      },
    });

  it('shows its payloads and cannot be deleted before the assignment is', async () => {
    await lab.put('deviceManagement/deviceConfigurations', 'windows10GeneralConfiguration', C, { displayName: 'Kiosk' });
    const id = await create();
    const assignment = (await assign(id)).body.id;
    const payload = {
      payloadId: C,
      payloadType: 'deviceConfigurationAndCompliance',
      groupId: 'adadadad-808e-44e2-905a-0b7873a8a531',
      assignmentFilterType: 'include',
    };
    expect((await lab.call('GET', `${AF}/${id}`)).body.payloads).toEqual([payload]);
    expect((await lab.call('GET', AF)).body.value[0].payloads).toEqual([payload]);
    const refused = await lab.call('DELETE', `${AF}/${id}`);
    expect(refused.status).toBe(400);
    expect(nested(refused.body)).toContain(
      'Unable to delete assignment filter - An assignment filter is associated with existing assignments.',
    );
    await lab.call('DELETE', `/deviceManagement/deviceConfigurations/${C}/assignments/${assignment}`);
    expect((await lab.call('DELETE', `${AF}/${id}`)).status).toBe(204);
  });
});

it('is never assigned and deleted at once', async () => {
  const C = '11111111-0000-4000-8000-00000000000c';
  await lab.put('deviceManagement/deviceConfigurations', 'windows10GeneralConfiguration', C, { displayName: 'Kiosk' });
  for (let round = 0; round < 5; round++) {
    const id = await create();
    const target = {
      '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget',
      deviceAndAppManagementAssignmentFilterId: id,
      deviceAndAppManagementAssignmentFilterType: 'include',
    };
    const [assigned, deleted] = await Promise.all([
      lab.call('POST', `/deviceManagement/deviceConfigurations/${C}/assign`, { assignments: [{ target }] }),
      lab.call('DELETE', `${AF}/${id}`),
    ]);
    expect(assigned.status === 200 && deleted.status === 204).toBe(false);
    await lab.call('POST', `/deviceManagement/deviceConfigurations/${C}/assign`, { assignments: [] });
  }
});

describe('validateFilter', () => {
  const V = `${AF}/validateFilter`;
  const wrapped = (rule: string, platform = 'windows10AndLater') => ({
    deviceAndAppManagementAssignmentFilter: filter({ rule, platform }),
  });

  it.each([
    ['a valid rule', wrapped('(device.model -eq "x")'), true],
    ['a bare one', { platform: 'iOS', rule: '(device.isRooted -eq "True")' }, true],
    ['an operator that is none', wrapped('(device.model -like "x")'), false],
    ["another platform's property", wrapped('(device.isRooted -eq "True")'), false],
    ['a platform without filters', wrapped('(device.model -eq "x")', 'windowsPhone81'), false],
    ['a rule that is too long', wrapped(`(device.model -eq "${'x'.repeat(3072)}")`), false],
  ])('%s', async (_name, body, valid) => {
    const answer = await lab.call('POST', V, body);
    expect([answer.status, answer.body.isValidRule]).toEqual([200, valid]);
    expect(answer.body['@odata.context']).toBe('https://graph.example/beta/$metadata#microsoft.graph.assignmentFilterValidationResult');
    expect(answer.body['@muster.diagnostics']?.length ?? 0).toBe(valid ? 0 : 1);
  });

  it.each([
    ['an empty rule', { platform: 'iOS', rule: '' }],
    ['a blank rule', wrapped('\n ')],
    ['no rule', { platform: 'iOS' }],
    ['no platform', { rule: '(device.model -eq "x")' }],
    ['no filter', {}],
    ['no body', undefined],
    ['an array', []],
  ])('refuses %s', async (_name, body) => {
    expect((await lab.call('POST', V, body)).status).toBe(400);
  });
});

describe('the other questions', () => {
  it('turns filters off and on', async () => {
    const state = async () => (await lab.call('GET', `${AF}/getState()`)).body.enabled;
    expect(await state()).toBe(true);
    expect((await lab.call('POST', `${AF}/enable`, { enable: false })).status).toBe(204);
    expect(await state()).toBe(false);
    expect((await lab.call('POST', `${AF}/enable`, {})).status).toBe(400);
  });

  it.each([
    ['of a platform', () => `${AF}/getPlatformSupportedProperties(platform='iOS')`, ['isRooted', 'osVersion']],
    ['of a filter', (id: string) => `${AF}/${id}/getSupportedProperties()`, ['deviceTrustType', 'operatingSystemSKU']],
    [
      'of which some',
      () => `${AF}/getPlatformSupportedProperties(platform='iOS')?$filter=dataType eq 'Version'`,
      ['operatingSystemVersion'],
    ],
  ])('names the properties %s', async (_name, path, names) => {
    const { status, body } = await lab.call('GET', path(await create()));
    expect(status).toBe(200);
    expect(body['@odata.context']).toContain('#Collection(microsoft.graph.assignmentFilterSupportedProperty)');
    expect(body.value.map((property: { name: string }) => property.name)).toEqual(expect.arrayContaining(names));
  });

  it('cuts the properties by $top and $skip', async () => {
    const path = `${AF}/getPlatformSupportedProperties(platform='macOS')`;
    const all = (await lab.call('GET', path)).body.value;
    expect((await lab.call('GET', `${path}?$skip=1&$top=2`)).body.value).toEqual(all.slice(1, 3));
  });

  it('knows no properties of a platform without filters', async () => {
    expect((await lab.call('GET', `${AF}/getPlatformSupportedProperties(platform='windowsPhone81')`)).status).toBe(400);
  });
});

describe('evaluating', () => {
  const E = '/deviceManagement/evaluateAssignmentFilter';
  const ask = async (data: object) => {
    const { status, headers, text } = await lab.call('POST', E, { data: { platform: 'windows10AndLater', ...data } });
    expect([status, headers['content-type']]).toEqual([200, 'application/octet-stream']);
    const table = JSON.parse(text ?? '') as { TotalRowCount: number; Columns: { Name: string }[]; Values: unknown[][] };
    const column = (name: string) => table.Columns.findIndex(({ Name }) => Name === name);
    return { ...table, of: (name: string) => table.Values.map((row) => row[column(name)]) };
  };
  const device = (deviceName: string, more: object = {}) => ({ deviceName, operatingSystem: 'Windows', model: 'Surface Pro', ...more });

  beforeEach(async () => {
    await lab.put(
      DEVICES,
      'managedDevice',
      'd1',
      device('beta', { osVersion: '10.0.26100.9457', managedDeviceOwnerType: 'company', skuNumber: 129 }),
    );
    await lab.put(DEVICES, 'managedDevice', 'd2', device('Alpha', { processorArchitecture: 'x64', userPrincipalName: 'a@example.com' }));
    await lab.put(DEVICES, 'managedDevice', 'd3', device('gamma', { model: 'Latitude', managedDeviceOwnerType: 'personal' }));
    await lab.put(DEVICES, 'managedDevice', 'd4', device('phone', { operatingSystem: 'iOS', model: 'iPhone 15' }));
  });

  it('shows the devices that match, by name, as a table', async () => {
    const { TotalRowCount, of } = await ask({ rule: '(device.model -startsWith "surface")' });
    expect(TotalRowCount).toBe(2);
    expect(of('deviceName')).toEqual(['Alpha', 'beta']);
    expect(of('deviceId')).toEqual(['d2', 'd1']);
    expect(of('deviceOwnership')).toEqual(['Unknown', 'Corporate']);
    expect(of('operatingSystemSKU')).toEqual(['', 'EnterpriseSEval']);
    expect(of('operatingSystemVersion')).toEqual(['', 1.00000000000026e25]);
    expect(of('cpuArchitecture')).toEqual(['amd64', 'unknown']);
    expect(of('userPrincipalName')).toEqual(['a@example.com', '']);
  });

  it.each([
    ['top', { top: 1 }, 3, ['Alpha']],
    ['top of nothing', { top: 0 }, 3, []],
    ['top that is negative', { top: -1 }, 3, ['Alpha', 'beta', 'gamma']],
    ['skip', { skip: 2 }, 3, ['gamma']],
    ['order', { orderBy: ['deviceName desc'] }, 3, ['gamma', 'beta', 'Alpha']],
    ['order by two', { orderBy: ['model', 'deviceName desc'] }, 3, ['gamma', 'beta', 'Alpha']],
    ['search', { search: 'lat' }, 1, ['gamma']],
    ['search, ordered and cut', { search: 'surface', orderBy: ['deviceName desc'], top: 1 }, 2, ['beta']],
    ['a list after -eq, which stored filters may hold', { rule: '(device.model -eq ["Latitude"])' }, 1, ['gamma']],
  ])('%s', async (_name, data, total, names) => {
    const { TotalRowCount, of } = await ask({ rule: '(device.deviceName -ne "nobody")', ...data });
    expect([TotalRowCount, of('deviceName')]).toEqual([total, names]);
  });

  it('pads no page over 100 rows', async () => {
    for (let n = 0; n < 120; n++) await lab.put(DEVICES, 'managedDevice', `m${n}`, device(`m${String(n).padStart(3, '0')}`));
    const { TotalRowCount, Values } = await ask({ rule: '(device.deviceName -startsWith "m")', top: 101 });
    expect([TotalRowCount, Values.length]).toEqual([120, 100]);
  });

  it.each([
    ['an invalid rule', { data: { platform: 'iOS', rule: '(device.model -like "x")' } }],
    ['an empty rule', { data: { platform: 'iOS', rule: '' } }],
    ['no platform', { data: { rule: '(device.model -eq "x")' } }],
    ['a platform without filters', { data: { platform: 'windowsPhone81', rule: '(device.model -eq "x")' } }],
    ['an order by what is no column', { data: { platform: 'iOS', rule: '(device.model -eq "x")', orderBy: ['colour'] } }],
    ['no data', {}],
  ])('refuses %s', async (_name, body) => {
    expect((await lab.call('POST', E, body)).status).toBe(400);
  });

  it('tells how filters judge one device', async () => {
    const id = await create();
    const mobile = await create({ platform: 'iOS', rule: '(device.isRooted -eq "True")' });
    const { status, body } = await lab.call('POST', '/deviceManagement/getAssignmentFiltersStatusDetails', {
      managedDeviceId: 'd1',
      payloadId: null,
      assignmentFilterIds: [id, mobile],
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ managedDeviceId: 'd1', payloadId: null });
    expect(body.deviceProperties).toContainEqual({ name: 'model', value: 'Surface Pro' });
    expect(body.evalutionSummaries).toMatchObject([
      { assignmentFilterId: id, evaluationResult: 'match', assignmentFilterType: 'none' },
      { assignmentFilterId: mobile, evaluationResult: 'notEvaluated' },
    ]);
    expect((await lab.call('POST', '/deviceManagement/getAssignmentFiltersStatusDetails', { managedDeviceId: 'none' })).status).toBe(404);
  });
});

describe('permissions', () => {
  it.each([
    ['GET', AF, 'DeviceManagementConfiguration.Read.All', 200],
    ['GET', AF, 'Group.Read.All', 403],
    ['POST', AF, 'DeviceManagementConfiguration.Read.All', 403],
    ['POST', `${AF}/validateFilter`, 'DeviceManagementConfiguration.Read.All', 403],
    ['POST', '/deviceManagement/evaluateAssignmentFilter', 'DeviceManagementConfiguration.Read.All', 400],
    ['GET', `/v1.0${AF}`, 'DeviceManagementConfiguration.Read.All', 400],
  ])('%s %s with %s: %i', async (method, path, permission, status) => {
    const body = method === 'GET' ? undefined : {};
    expect((await lab.call(method, path, body, { authorization: `Bearer app ${permission}` })).status).toBe(status);
  });
});
