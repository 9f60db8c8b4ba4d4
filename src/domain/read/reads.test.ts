import { beforeAll, describe, expect, it } from 'vitest';
import { type Lab, openLab } from '../../../tests/support/in-process.js';

const DC = '/deviceManagement/deviceConfigurations';
const id = (n: number) => `11111111-0000-4000-8000-${String(n).padStart(12, '0')}`;
const GROUP = '22222222-0000-4000-8000-00000000000a';
const USER = '33333333-0000-4000-8000-000000000001';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
  const types = [
    'windows10GeneralConfiguration',
    'iosCustomConfiguration',
    'windowsUpdateForBusinessConfiguration',
    'macOSCustomConfiguration',
  ];
  for (let n = 0; n < 8; n++) {
    await lab.put('deviceManagement/deviceConfigurations', types[n % 4] as string, id(n), {
      displayName: `Policy ${String.fromCharCode(72 - n)}`,
      version: n + 1,
    });
  }
  await lab.put('deviceManagement/deviceConfigurations', 'iosScepCertificateProfile', id(8), { displayName: "O'Brien", version: 9 });
  await lab.put('groups', 'group', GROUP, { displayName: 'G' });
  await lab.put('users', 'user', USER, { displayName: 'U', userPrincipalName: 'u@example.com' });
  await lab.link({ kind: 'members', from: GROUP, to: USER, toSet: 'users' });
  const allDevices = { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' };
  for (const n of [0, 1]) await lab.call('POST', `${DC}/${id(n)}/assignments`, { target: allDevices });
});

const names = (body: { value: { displayName: string }[] }) => body.value.map((item) => item.displayName);

describe('lists', () => {
  it('are in order of displayName, each item with its type', async () => {
    const { body } = await lab.call('GET', DC);
    expect(names(body)).toEqual(["O'Brien", ...'ABCDEFGH'].map((name) => (name.length === 1 ? `Policy ${name}` : name)));
    expect(body['@odata.context']).toBe('https://graph.example/beta/$metadata#deviceManagement/deviceConfigurations');
    expect(body.value.every((item: object) => '@odata.type' in item)).toBe(true);
  });

  it.each([
    ["$filter=displayName eq 'O''Brien'", ["O'Brien"]],
    ["$filter=startswith(displayName,'Policy') and version gt 6", ['Policy A', 'Policy B']],
    ["$filter=isof('microsoft.graph.iosCustomConfiguration')", ['Policy C', 'Policy G']],
    ["$filter=not isof('microsoft.graph.iosCustomConfiguration') and not startswith(displayName,'P')", ["O'Brien"]],
    ["$filter=displayName in ('Policy A','Policy B')", ['Policy A', 'Policy B']],
    ["$filter=contains(displayName,'olicy h')", ['Policy H']],
    ["$filter=endswith(displayName,'H') or version eq 9", ["O'Brien", 'Policy H']],
    ["%24filter=displayName%20eq%20'Policy+A'", ['Policy A']],
    ['$orderby=version desc&$top=2', ["O'Brien", 'Policy A']],
    ['$orderby=version&$skip=7', ['Policy A', "O'Brien"]],
    ['top=1&orderby=version', ['Policy H']],
    ["$filter=roleScopeTagIds/any(t:t eq '0')", []],
    ['$filter=assignments/any()&$orderby=displayName', ['Policy G', 'Policy H']],
    ["$filter=assignments/any(a:a/intent eq 'apply')&$orderby=displayName", ['Policy G', 'Policy H']],
  ])('%s', async (query, expected) => {
    const { status, body } = await lab.call('GET', `${DC}?${query}`);
    expect([status, body.error?.message]).toEqual([200, undefined]);
    expect(names(body)).toEqual(expected);
  });

  it('follow next links to the end, from the host that was asked', async () => {
    const seen: string[] = [];
    let url: string | undefined = `!/beta${DC}?$top=4&$select=displayName&$count=true`;
    for (let page = 0; url !== undefined && page < 10; page++) {
      const { body }: { body: { value: { displayName: string }[]; '@odata.count': number; '@odata.nextLink'?: string } } = await lab.call(
        'GET',
        url,
      );
      seen.push(...names(body));
      expect(body['@odata.count']).toBe(9);
      const next: string | undefined = body['@odata.nextLink'];
      expect(next === undefined || next.startsWith('https://graph.example/beta/deviceManagement/deviceConfigurations?$top=4')).toBe(true);
      url = next?.replace('https://graph.example', '!');
    }
    expect(seen).toHaveLength(9);
    expect(new Set(seen).size).toBe(9);
  });

  it.each([
    '$filter=nope eq 1',
    '$filter=displayName eq',
    '$filter=(((',
    '$orderby=nope',
    '$select=nope',
    '$expand=nope',
    '$top=-1',
    '$top=x',
    '$skiptoken=nope',
    '$unknown=1',
    '$count=maybe',
  ])('refuse %s', async (query) => {
    const { status, body } = await lab.call('GET', `${DC}?${query}`);
    expect([status, body.error.code]).toEqual([400, 'BadRequest']);
    expect(body.error.message.length).toBeGreaterThan(10);
  });

  it('count as text', async () => {
    const { text, headers } = await lab.call('GET', `${DC}/$count`);
    expect([text, headers['content-type']]).toEqual(['9', 'text/plain']);
    expect((await lab.call('GET', `${DC}/$count?$filter=version gt 6`)).text).toBe('3');
  });

  it('cast to a type', async () => {
    expect(names((await lab.call('GET', `${DC}/microsoft.graph.macOSCustomConfiguration`)).body)).toEqual(['Policy A', 'Policy E']);
  });
});

describe('projections', () => {
  it('keep the key', async () => {
    const { body } = await lab.call('GET', `${DC}/${id(1)}?$select=displayName`);
    expect(body).toEqual({
      '@odata.context': 'https://graph.example/beta/$metadata#deviceManagement/deviceConfigurations(displayName)/$entity',
      '@odata.type': '#microsoft.graph.iosCustomConfiguration',
      id: id(1),
      displayName: 'Policy G',
    });
  });

  it('expand assignments with their context', async () => {
    const { body } = await lab.call('GET', `${DC}/${id(0)}?$expand=Assignments`);
    expect(body['@odata.context']).toBe(
      'https://graph.example/beta/$metadata#deviceManagement/deviceConfigurations(assignments())/$entity',
    );
    expect(body['assignments@odata.context']).toBe(
      `https://graph.example/beta/$metadata#deviceManagement/deviceConfigurations('${id(0)}')/microsoft.graph.windows10GeneralConfiguration/assignments`,
    );
    expect(body.assignments).toHaveLength(1);
  });

  it('refuse to expand in circles what no answer can hold', async () => {
    const loose = await openLab({ loose: true });
    const made = await loose.call('POST', DC, {
      '@odata.type': '#microsoft.graph.iosCustomConfiguration',
      displayName: 'large',
      description: 'x'.repeat(1024 * 1024),
    });
    const targets = Array.from({ length: 9 }, (_, n) => ({
      target: { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: `0000000${n}-0000-4000-8000-000000000000` },
    }));
    expect((await loose.call('POST', `${DC}/${made.body.id}/assign`, { assignments: targets })).status).toBe(200);
    const once = 'groupAssignments($expand=deviceConfiguration';
    const read = (expand: string) => loose.call('GET', `${DC}/${made.body.id}?$select=id&$expand=${expand}`);
    expect((await read(`${once})`)).status).toBe(200);
    const { status, body } = await read(`${once}($expand=${once})))`);
    expect([status, body.error.message]).toEqual([
      400,
      'Invalid $expand: it brings more than 64 MiB. Give $top, here and inside of $expand, or expand fewer levels.',
    ]);
  });

  it('expand with options of their own', async () => {
    const { body } = await lab.call(
      'GET',
      `${DC}?$expand=assignments($select=intent;$top=1),deviceStatusOverview&$select=id&$top=2&$orderby=version`,
    );
    expect(Object.keys(body.value[0].assignments[0])).toEqual(['id', 'intent']);
    expect(body.value[0].deviceStatusOverview).toMatchObject({ pendingCount: 0 });
  });

  it('leave out control information when asked for none', async () => {
    const { text } = await lab.call('GET', `${DC}/${id(0)}/assignments`, undefined, { accept: 'application/json;odata.metadata=none' });
    expect(text).not.toContain('@odata');
  });
});

describe('single things', () => {
  it.each([
    ['both key forms', `${DC}('${id(1)}')`],
    ['any case of names', `/DEVICEMANAGEMENT/deviceconfigurations/${id(1)}`],
    ['doubled and trailing slashes', `/deviceManagement//deviceConfigurations/${id(1)}/`],
    ['a cast', `${DC}/${id(1)}/microsoft.graph.iosCustomConfiguration`],
  ])('%s', async (_name, path) => {
    expect((await lab.call('GET', path)).body.displayName).toBe('Policy G');
  });

  it('read a property, and its raw value', async () => {
    expect((await lab.call('GET', `${DC}/${id(1)}/displayName`)).body.value).toBe('Policy G');
    expect((await lab.call('GET', `${DC}/${id(1)}/displayName/$value`)).text).toBe('Policy G');
    expect((await lab.call('GET', '/deviceManagement/subscriptionState')).body.value).toBe('active');
  });

  it('show overviews', async () => {
    const { body } = await lab.call('GET', `${DC}/${id(1)}/deviceStatusOverview`);
    expect(body).toMatchObject({ id: id(1), successCount: 0, configurationVersion: 2 });
  });

  it.each([
    [404, 'ResourceNotFound', `${DC}/nope`],
    [404, 'ResourceNotFound', `${DC}/${id(1)}/microsoft.graph.macOSCustomConfiguration`],
    [400, 'BadRequest', '/deviceManagement/nope'],
    [400, 'BadRequest', '/nope'],
    [400, 'No method match route template', `${DC}/${id(1)}/rootCertificate`],
    [404, 'Request_ResourceNotFound', '/groups/nope'],
    [404, 'ResourceNotFound', '!/deviceManagement/deviceConfigurations'],
  ])('%i %s: %s', async (status, code, path) => {
    const answer = await lab.call('GET', path);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    expect(answer.body.error.innerError['request-id']).toBe(answer.headers['request-id']);
  });

  it('read members through links', async () => {
    const { body } = await lab.call('GET', `/groups/${GROUP}/members`);
    expect(body.value).toMatchObject([{ '@odata.type': '#microsoft.graph.user', id: USER }]);
  });
});

describe('v1.0', () => {
  it('shows beta types as their nearest ancestor, without what it lacks', async () => {
    const { body } = await lab.call('GET', `/v1.0${DC}/${id(8)}`);
    expect(body['@odata.type']).toBe('#microsoft.graph.iosCertificateProfile');
    expect(body).not.toHaveProperty('roleScopeTagIds');
    expect(body['@odata.context']).toBe('https://graph.example/v1.0/$metadata#deviceManagement/deviceConfigurations/$entity');
  });

  it('does not serve what only beta has', async () => {
    expect((await lab.call('GET', '/v1.0/deviceManagement/assignmentFilters')).status).toBe(400);
  });
});

describe('callers', () => {
  const call = (token: string, method: string, path: string, body?: unknown) =>
    lab.call(method, path, body, { authorization: `Bearer ${token}` });
  const A = `${DC}/${id(0)}/assignments`;

  it.each([
    ['an app that may read', 'app DeviceManagementConfiguration.Read.All', 'GET', DC, 200],
    ['an app that may write reads', 'app DeviceManagementConfiguration.ReadWrite.All', 'GET', DC, 200],
    ['an app that may read writes', 'app DeviceManagementConfiguration.Read.All', 'PATCH', `${A}/${id(0)}_x`, 403],
    ['an app without permissions', 'app', 'GET', DC, 403],
    ['an app with another permission', 'app DeviceManagementApps.ReadWrite.All', 'GET', DC, 403],
    ['an administrator with the scope', 'user DeviceManagementConfiguration.Read.All', 'GET', DC, 200],
    ['an administrator without the scope', 'user User.Read', 'GET', DC, 403],
    ['a user without a role', 'guest DeviceManagementConfiguration.ReadWrite.All', 'GET', DC, 401],
    ['the directory without permission', 'app DeviceManagementConfiguration.Read.All', 'GET', '/groups', 403],
    ['assign with read permission', 'app DeviceManagementConfiguration.Read.All', 'POST', `${DC}/${id(0)}/assign`, 403],
    [
      'a secret with read permission',
      'app DeviceManagementConfiguration.Read.All',
      'GET',
      `${DC}/${id(0)}/getOmaSettingPlainTextValue(secretReferenceValueId='x')`,
      404,
    ],
  ])('%s', async (_name, token, method, path, status) => {
    const { status: actual, body } = await call(
      token,
      method,
      path,
      method === 'PATCH' ? { intent: 'remove' } : method === 'POST' ? { assignments: [] } : undefined,
    );
    expect(actual).toBe(status);
    if (status === 403 && path !== '/groups')
      expect(body.error.message).toContain('must have one of the following scopes: DeviceManagementConfiguration');
    if (status === 401) expect([body.error.code, JSON.parse(body.error.message).ErrorCode]).toEqual(['UnknownError', 'Forbidden']);
  });

  it('never see another tenant', async () => {
    const other = '22222222-2222-4222-8222-222222222222';
    await lab.store.createTenant({ id: other, name: 'other', createdAt: '2026-01-01T00:00:00Z' });
    const token = `app DeviceManagementConfiguration.ReadWrite.All @${other}`;
    expect((await call(token, 'GET', DC)).body.value).toEqual([]);
    expect((await call(token, 'GET', `${DC}/${id(0)}`)).status).toBe(404);
    expect((await call(token, 'DELETE', `${DC}/${id(0)}`)).status).toBe(404);
    expect((await lab.call('GET', `${DC}/${id(0)}`)).status).toBe(200);
  });

  it('are asked for a token first', async () => {
    const { status, body, headers } = await lab.call('GET', '/nope', undefined, { authorization: undefined as never });
    expect([status, body.error.code, body.error.message]).toEqual([401, 'InvalidAuthenticationToken', 'Access token is empty.']);
    expect(headers['www-authenticate']).toContain('Bearer realm=""');
  });
});
