import { beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING, type Lab } from '../../../tests/support/in-process.js';
import {
  assign,
  assignmentId,
  DC,
  devices,
  EMEA_TAG,
  groups,
  MD,
  openFleet,
  openGuest,
  policies,
  SURFACES,
  users,
} from './testing/targeting-lab.js';

let lab: Lab;
beforeAll(async () => {
  lab = await openFleet();
});

const effective = (device: keyof typeof devices, query = '') => `${MD}/${devices[device]}/muster.effectiveConfigurations()${query}`;
const targeted = (policy: keyof typeof policies, outcome: string, query = '') =>
  `${DC}/${policies[policy]}/muster.targetedDevices(outcome='${outcome}')${query}`;
const explain = (policy: keyof typeof policies, device: string, query = '') =>
  `${DC}/${policies[policy]}/muster.explain(managedDeviceId='${device}')${query}`;
const get = (path: string) => lab.call('GET', path);
const path = (...names: (keyof typeof groups)[]) => names.map((name) => ({ id: groups[name], displayName: name }));
const CONTEXT = 'https://graph.example/beta/$metadata#';

describe('muster.effectiveConfigurations', () => {
  it('says what reaches a device, and why', async () => {
    const { status, body } = await get(effective('pc1'));
    expect(status).toBe(200);
    expect(body).toEqual({
      '@odata.context': `${CONTEXT}Collection(muster.effectiveConfiguration)`,
      value: [
        {
          deviceConfigurationId: policies.wifi,
          displayName: 'wifi',
          '@odata.type': '#microsoft.graph.windows10GeneralConfiguration',
          outcome: 'applied',
          reasons: [
            {
              assignmentId: assignmentId('wifi', groups.all),
              kind: 'device',
              groupPath: path('all', 'emea', 'berlin'),
              filter: {
                id: SURFACES,
                displayName: 'Surfaces',
                mode: 'include',
                result: 'match',
                clause: 'device.model -startsWith "Surface"',
                deviceValue: 'Surface Pro',
              },
              excludedBy: null,
              intent: 'apply',
            },
          ],
        },
        {
          deviceConfigurationId: policies.vpn,
          displayName: 'vpn',
          '@odata.type': '#microsoft.graph.windows10CustomConfiguration',
          outcome: 'applied',
          reasons: [
            {
              assignmentId: assignmentId('vpn', groups.sales),
              kind: 'user',
              groupPath: path('sales'),
              filter: null,
              excludedBy: null,
              intent: 'apply',
            },
          ],
        },
        {
          deviceConfigurationId: policies.kiosk,
          displayName: 'kiosk',
          '@odata.type': '#microsoft.graph.windows10GeneralConfiguration',
          outcome: 'excluded',
          reasons: [
            {
              assignmentId: assignmentId('kiosk', 'adadadad-808e-44e2-905a-0b7873a8a531'),
              kind: 'device',
              groupPath: [],
              filter: null,
              excludedBy: { assignmentId: assignmentId('kiosk', groups.berlin), groupPath: path('berlin') },
              intent: 'apply',
            },
          ],
        },
        {
          deviceConfigurationId: policies.ios,
          displayName: 'ios',
          '@odata.type': '#microsoft.graph.iosGeneralDeviceConfiguration',
          outcome: 'notApplicable',
          reasons: [
            {
              assignmentId: assignmentId('ios', groups.all),
              kind: 'device',
              groupPath: path('all', 'emea', 'berlin'),
              filter: null,
              excludedBy: null,
              intent: 'apply',
            },
          ],
        },
      ],
    });
  });

  it.each([
    ['', ['wifi applied', 'vpn applied', 'kiosk excluded', 'ios notApplicable']],
    ["?$filter=outcome eq 'applied'", ['wifi applied', 'vpn applied']],
    ["?$filter=outcome eq muster.outcome'excluded'", ['kiosk excluded']],
    ["?$filter=outcome eq 'notTargeted'", ['unassigned notTargeted']],
    ["?$filter=outcome in ('notTargeted','applied')", ['wifi applied', 'vpn applied', 'unassigned notTargeted']],
    ["?$filter=outcome eq @o&@o='notTargeted'", ['unassigned notTargeted']],
    ["?$filter=outcome ne 'applied'", ['kiosk excluded', 'ios notApplicable']],
    ["?$filter=reasons/any(r:r/kind eq 'user')", ['vpn applied']],
    [`?$filter=reasons/any(r:r/filter/id eq '${SURFACES}')&$select=displayName,outcome`, ['wifi applied']],
    ["?$filter=startswith(displayName,'w')", ['wifi applied']],
    ['?$orderby=displayName desc', ['wifi applied', 'vpn applied', 'kiosk excluded', 'ios notApplicable']],
    ['?$orderby=displayName&$top=2', ['ios notApplicable', 'kiosk excluded']],
    ['?$skip=3', ['ios notApplicable']],
    ['?$top=0', []],
  ])('%s', async (query, expected) => {
    const { status, body } = await get(effective('pc1', query));
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body.value.map((row: { displayName: string; outcome: string }) => `${row.displayName} ${row.outcome}`)).toEqual(expected);
  });

  it('selects', async () => {
    const { body } = await get(effective('pc1', '?$select=outcome&$top=1&$count=true'));
    expect(body).toMatchObject({
      '@odata.context': `${CONTEXT}Collection(muster.effectiveConfiguration)(outcome)`,
      '@odata.count': 4,
      value: [{ '@odata.type': '#microsoft.graph.windows10GeneralConfiguration', outcome: 'applied' }],
    });
    expect(Object.keys(body.value[0])).toEqual(['@odata.type', 'outcome']);
    const nested = await get(effective('pc1', '?$select=reasons/kind&$top=1'));
    expect(nested.body.value[0].reasons).toEqual([{ kind: 'device' }]);
    const bare = await lab.call('GET', effective('pc1', '?$top=1'), undefined, { accept: 'application/json;odata.metadata=none' });
    expect(Object.keys(bare.body.value[0])).toEqual(['deviceConfigurationId', 'displayName', 'outcome', 'reasons']);
  });

  it('pages by next links', async () => {
    const names: string[] = [];
    let pages = 0;
    for (let next: string | undefined = effective('pc1', '?$top=3&$select=displayName'); next !== undefined; pages++) {
      const { body } = await get(next.replace('https://graph.example', ''));
      names.push(...body.value.map((row: { displayName: string }) => row.displayName));
      next = body['@odata.nextLink'];
    }
    expect([pages, names]).toEqual([2, ['wifi', 'vpn', 'kiosk', 'ios']]);
  });

  it.each([
    ['without parentheses', `${MD}/${devices.pc2}/muster.effectiveConfigurations`],
    ['in another casing', `${MD}/${devices.pc2}/Muster.EffectiveConfigurations()`],
    ['by a key in parentheses', `${MD}('${devices.pc2}')/muster.effectiveConfigurations()`],
  ])('is called %s', async (_, url) => {
    const { body } = await get(url);
    expect(body.value.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['filteredOut', 'applied', 'notApplicable']);
  });

  it('knows the names of this moment', async () => {
    const fleet = await openFleet();
    const shown = async () => {
      const { body } = await fleet.call('GET', effective('pc2', "?$filter=outcome ne 'notApplicable'"));
      return body.value.map((row: { displayName: string; reasons: { groupPath: { displayName: string }[] }[] }) => [
        row.displayName,
        row.reasons[0]?.groupPath[0]?.displayName,
      ]);
    };
    const rename = async (path: string, displayName: string) => {
      const { status, text } = await fleet.call('PATCH', path, { displayName });
      expect(status, text).toBeLessThan(300);
    };
    expect(await shown()).toEqual([
      ['wifi', 'all'],
      ['kiosk', undefined],
    ]);
    await rename(`${DC}/${policies.wifi}`, 'Wi-Fi');
    await rename(`/groups/${groups.all}`, 'Everybody');
    expect((await shown())[0]).toEqual(['Wi-Fi', 'Everybody']);
    for (let round = 0; round < 20; round++) await rename(`${DC}/${policies.wifi}`, `Wi-Fi ${round}`);
    expect((await shown())[0]).toEqual(['Wi-Fi 19', 'Everybody']);
    await fleet.call('DELETE', `${DC}/${policies.wifi}`);
    expect(await shown()).toEqual([['kiosk', undefined]]);
  });

  it('shows nothing by its bare name, nor in v1.0', async () => {
    expect((await get(`${MD}/${devices.pc1}/effectiveConfigurations()`)).status).toBe(400);
    expect((await get(`/v1.0${effective('pc1')}`)).status).toBe(400);
  });
});

describe('muster.targetedDevices', () => {
  const row = (name: keyof typeof devices, upn: string | null, outcome: string) => ({
    managedDeviceId: devices[name],
    deviceName: name,
    userPrincipalName: upn,
    outcome,
  });
  const pc1 = (outcome: string) => row('pc1', 'adele@example.com', outcome);
  const pc2 = (outcome: string) => row('pc2', null, outcome);
  const phone = (outcome: string) => row('phone', 'bo@example.com', outcome);

  it.each([
    ['wifi', 'applied', '', [pc1('applied')]],
    ['wifi', 'filteredOut', '', [pc2('filteredOut'), phone('filteredOut')]],
    ['kiosk', 'excluded', '', [pc1('excluded')]],
    ['kiosk', 'notApplicable', '', [phone('notApplicable')]],
    ['ios', 'applied', '', [phone('applied')]],
    ['vpn', 'notTargeted', '', [pc2('notTargeted'), phone('notTargeted')]],
    ['vpn', 'notTargeted', '?$skip=1', [phone('notTargeted')]],
    ['vpn', 'notTargeted', '?$filter=userPrincipalName eq null', [pc2('notTargeted')]],
    ['vpn', 'notTargeted', '?$orderby=deviceName desc', [phone('notTargeted'), pc2('notTargeted')]],
    ['vpn', 'removed', '', []],
  ] as const)('%s, %s%s', async (policy, outcome, query, expected) => {
    const { status, body } = await get(targeted(policy, outcome, query));
    expect([status, body.value]).toEqual([200, expected]);
    expect(body['@odata.context']).toBe(`${CONTEXT}Collection(muster.targetedDevice)`);
  });

  it.each([
    '?$top=1&$count=true',
    "?$top=1&$count=true&$filter=outcome eq 'notTargeted'",
    '?$top=1&$count=true&$orderby=deviceName',
    "?$top=1&$filter=contains(deviceName,'p')",
  ])('pages: %s', async (query) => {
    const first = await get(targeted('unassigned', 'notTargeted', query));
    const second = await get(first.body['@odata.nextLink'].replace('https://graph.example', ''));
    const third = await get(second.body['@odata.nextLink'].replace('https://graph.example', ''));
    expect([first, second, third].map(({ body }) => body.value[0].deviceName)).toEqual(['pc1', 'pc2', 'phone']);
    expect(third.body['@odata.nextLink']).toBeUndefined();
    if (query.includes('count')) expect([first, second, third].map(({ body }) => body['@odata.count'])).toEqual([3, 3, 3]);
  });

  it.each([
    ["muster.targetedDevices(outcome=@o)?@o='applied'"],
    ["muster.targetedDevices(outcome=muster.outcome'applied')"],
    ['muster.targetedDevices(outcome=%27Applied%27)'],
    ["microsoft.graph.windows10GeneralConfiguration/muster.targetedDevices(outcome='applied')"],
  ])('is called %s', async (call) => {
    expect((await get(`${DC}/${policies.wifi}/${call}`)).body.value).toEqual([pc1('applied')]);
  });

  it.each([
    [
      "muster.targetedDevices(outcome='ok')",
      /^The value 'ok' of the parameter 'outcome'.*'notTargeted', 'excluded', 'filteredOut', 'removed', 'notApplicable', 'applied'\.$/,
    ],
    ['muster.targetedDevices(outcome=@o)', /must not be null/],
    ['muster.targetedDevices()', /fit no overload: muster\.targetedDevices\(outcome\)/],
    ["muster.targetedDevices(result='applied')", /fit no overload/],
    ["muster.targetedDevices(outcome='applied')?$select=id", /'muster\.targetedDevice'/],
    ["muster.targetedDevices(outcome='applied')?$filter=outcome eq 'ok'", /'ok' is not a member of muster\.outcome \(notTargeted, /],
    ["muster.targetedDevices(outcome='applied')?$search=x", /\$search/],
    ["muster.targetedDevices(outcome='applied')?$expand=x", /./],
    ["muster.targetedDevices(outcome='applied')?$skiptoken=x", /not a token that this service gave/],
  ])('refuses %s', async (call, message) => {
    const { status, body } = await get(`${DC}/${policies.wifi}/${call}`);
    expect([status, body.error.message]).toEqual([400, expect.stringMatching(message)]);
  });
});

describe('muster.explain', () => {
  it('says what one policy comes to on one device', async () => {
    const { body } = await get(explain('wifi', devices.pc2));
    expect(body).toEqual({
      '@odata.context': `${CONTEXT}muster.explanation`,
      managedDeviceId: devices.pc2,
      deviceName: 'pc2',
      userPrincipalName: null,
      outcome: 'filteredOut',
      reasons: [
        {
          assignmentId: assignmentId('wifi', groups.all),
          kind: 'device',
          groupPath: path('all'),
          filter: {
            id: SURFACES,
            displayName: 'Surfaces',
            mode: 'include',
            result: 'notMatch',
            clause: 'device.model -startsWith "Surface"',
            deviceValue: 'Latitude',
          },
          excludedBy: null,
          intent: 'apply',
        },
      ],
    });
  });

  it('answers for a policy that does not reach the device', async () => {
    const { body } = await get(explain('unassigned', devices.pc1, '?$select=outcome,reasons'));
    expect(body).toEqual({ '@odata.context': `${CONTEXT}muster.explanation(outcome,reasons)`, outcome: 'notTargeted', reasons: [] });
  });

  it.each([
    ['an unknown device', explain('wifi', policies.wifi), 404],
    ['an unknown policy', `${DC}/${devices.pc1}/muster.explain(managedDeviceId='${devices.pc1}')`, 404],
    ['an unknown policy’s devices', `${DC}/x/muster.targetedDevices(outcome='applied')`, 404],
    ['an unknown device’s policies', `${MD}/x/muster.effectiveConfigurations()`, 404],
    ['no device', `${DC}/${policies.wifi}/muster.explain(managedDeviceId=null)`, 400],
    ['a number', `${DC}/${policies.wifi}/muster.explain(managedDeviceId=5)`, 400],
    ['$filter of a single value', explain('wifi', devices.pc1, "?$filter=outcome eq 'applied'"), 400],
    ['a write', effective('pc1'), 405, 'POST'],
  ])('refuses %s', async (_, url, status, method = 'GET') => {
    expect((await lab.call(method, url, method === 'POST' ? {} : undefined)).status).toBe(status);
  });
});

describe('muster.findings', () => {
  const FINDINGS = '/deviceManagement/muster.findings()';

  it('names what is laid wrong', async () => {
    const { status, body } = await get(FINDINGS);
    expect(status).toBe(200);
    expect(body['@odata.context']).toBe(`${CONTEXT}Collection(muster.finding)`);
    expect(body.value).toContainEqual({
      code: 'exclusionWithoutEffect',
      message: expect.stringContaining('"berlin"'),
      deviceConfigurationId: policies.vpn,
      displayName: 'vpn',
      assignmentId: assignmentId('vpn', groups.berlin),
      groupId: groups.berlin,
      filterId: null,
      deviceCount: 1,
    });
  });

  it.each([
    [
      "?$filter=code eq 'exclusionWithoutEffect'&$count=true&$select=code",
      { '@odata.count': 1, value: [{ code: 'exclusionWithoutEffect' }] },
    ],
    ["?$filter=code eq 'onlyExclusions'&$count=true", { '@odata.count': 0, value: [] }],
    ['?$orderby=deviceCount desc&$top=1&$select=deviceCount', { value: [{ deviceCount: 1 }] }],
  ])('%s', async (query, expected) => {
    expect((await get(`${FINDINGS}${query}`)).body).toMatchObject(expected);
  });
});

describe('getTargetedUsersAndDevices', () => {
  const call = (ids: readonly string[] | undefined, query = '') =>
    lab.call('POST', `${DC}/getTargetedUsersAndDevices${query}`, ids === undefined ? {} : { deviceConfigurationIds: ids });
  const adele = {
    deviceId: devices.pc1,
    deviceName: 'pc1',
    lastCheckinDateTime: '2026-02-01T00:00:00Z',
    userDisplayName: 'Adele',
    userId: users.adele,
    userPrincipalName: 'adele@example.com',
  };

  it('lists each device once, with its user', async () => {
    const { status, body } = await call([policies.wifi, policies.vpn, policies.ios, policies.wifi]);
    expect(status).toBe(200);
    expect(body['@odata.context']).toBe(`${CONTEXT}Collection(microsoft.graph.deviceConfigurationTargetedUserAndDevice)`);
    expect(body.value).toEqual([adele, expect.objectContaining({ deviceId: devices.phone, userId: users.bo })]);
  });

  it.each([
    ['?$top=1&$count=true', { '@odata.count': 2, value: [adele] }],
    ['?$skip=1', { value: [{ deviceName: 'phone' }] }],
    ["?$filter=userPrincipalName eq 'bo@example.com'", { value: [{ deviceName: 'phone' }] }],
    ['?$orderby=deviceName desc&$top=1', { value: [{ deviceName: 'phone' }] }],
  ])('%s', async (query, expected) => {
    const { body } = await call([policies.wifi, policies.ios], query);
    expect(body).toMatchObject(expected);
    expect(body['@odata.nextLink']).toBeUndefined();
  });

  it.each([
    ['an unknown configuration', [policies.wifi, devices.pc1], 404],
    ['no parameter', undefined, 400],
    ['too many', Array.from({ length: 1001 }, (_, at) => `c${at}`), 400],
  ])('refuses %s', async (_, ids, status) => {
    expect((await call(ids)).status).toBe(status);
  });

  it('answers nothing for nothing', async () => {
    expect((await call([])).body.value).toEqual([]);
    // In v1.0 the name is a key like any other.
    expect((await lab.call('POST', `/v1.0${DC}/getTargetedUsersAndDevices`, {})).status).toBe(405);
  });
});

describe('hasPayloadLinks', () => {
  it('says what is assigned, and by what', async () => {
    const set = 'deviceManagement/deviceConfigurations/assignments';
    const target = { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: groups.sales };
    const fleet = await openFleet();
    const fromSet = { source: 'policySets', sourceId: 'ps', intent: 'apply', target };
    await fleet.put(set, 'deviceConfigurationAssignment', 'ps', fromSet, policies.wifi);
    const { status, body } = await fleet.call('POST', `${DC}/hasPayloadLinks`, {
      payloadIds: [policies.wifi, policies.vpn, policies.unassigned, 'nothing'],
    });
    expect([status, body]).toEqual([
      200,
      {
        '@odata.context': `${CONTEXT}Collection(microsoft.graph.hasPayloadLinkResultItem)`,
        value: [
          { payloadId: policies.wifi, hasLink: true, error: '', sources: ['direct', 'policySets'] },
          { payloadId: policies.vpn, hasLink: true, error: '', sources: ['direct'] },
          { payloadId: policies.unassigned, hasLink: false, error: '', sources: [] },
          { payloadId: 'nothing', hasLink: false, error: "The payload 'nothing' does not exist.", sources: [] },
        ],
      },
    ]);
  });
});

describe('permissions', () => {
  const CONFIGURATION = 'DeviceManagementConfiguration.Read.All';
  const DEVICES = 'DeviceManagementManagedDevices.Read.All';
  const both = [[CONFIGURATION], [DEVICES]];
  it.each([
    ['effectiveConfigurations', 'GET', effective('pc1'), both],
    ['targetedDevices', 'GET', targeted('wifi', 'applied'), both],
    ['explain', 'GET', explain('wifi', devices.pc1), both],
    ['findings', 'GET', '/deviceManagement/muster.findings()', [[DEVICES]]],
    ['getTargetedUsersAndDevices', 'POST', `${DC}/getTargetedUsersAndDevices`, [[DEVICES]]],
    ['hasPayloadLinks', 'POST', `${DC}/hasPayloadLinks`, [[DEVICES]]],
  ])('%s', async (_, method, url, tooFew) => {
    const body = method === 'POST' ? { deviceConfigurationIds: [policies.wifi] } : undefined;
    const ask = (permissions: readonly string[]) =>
      lab.call(method, url, url.endsWith('hasPayloadLinks') ? { payloadIds: [] } : body, {
        authorization: `Bearer app ${permissions.join(' ')}`,
      });
    for (const permissions of tooFew) expect((await ask(permissions)).status).toBe(403);
    expect((await ask([CONFIGURATION, DEVICES])).status).toBe(200);
    expect((await ask(EVERYTHING)).status).toBe(200);
  });
});

describe('a caller with a role', () => {
  const names = (body: { value: { displayName?: string; deviceName?: string }[] }) =>
    body.value.map(({ displayName, deviceName }) => displayName ?? deviceName);

  it('needs the right to read devices and configurations', async () => {
    const fleet = await openFleet();
    const guest = await openGuest(fleet, ['ManagedDevices_Read'], ['0', EMEA_TAG]);
    for (const url of [effective('pc2'), targeted('wifi', 'applied'), '/deviceManagement/muster.findings()']) {
      const { status, text } = await guest('GET', url);
      expect([status, text], url).toEqual([403, expect.stringContaining('DeviceConfigurations_Read')]);
    }
    const other = await openFleet();
    const reader = await openGuest(other, ['DeviceConfigurations_Read'], ['0', EMEA_TAG]);
    for (const url of [effective('pc2'), targeted('wifi', 'applied'), explain('wifi', devices.pc2)]) {
      const { status, text } = await reader('GET', url);
      expect([status, text], url).toEqual([403, expect.stringContaining('ManagedDevices_Read')]);
    }
  });

  it('sees the policies, devices and filters of his scope tags', async () => {
    const fleet = await openFleet();
    await assign(fleet, 'unassigned', [{ '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' }]);
    const guest = await openGuest(fleet, ['DeviceConfigurations_Read', 'ManagedDevices_Read'], ['0']);
    expect((await guest('GET', effective('pc1'))).status).toBe(404);
    expect((await guest('GET', explain('wifi', devices.pc1))).status).toBe(404);
    expect((await guest('GET', explain('kiosk', devices.pc2))).status).toBe(404);
    const { body } = await guest('GET', effective('pc2'));
    expect(names(body)).toEqual(['wifi', 'ios', 'unassigned']);
    // He may not read filters: of Surfaces he sees that it counted, no more.
    expect(body.value[0].reasons[0].filter).toEqual({
      id: SURFACES,
      displayName: null,
      mode: 'include',
      result: 'notMatch',
      clause: null,
      deviceValue: null,
    });
    const seen = await guest('GET', targeted('unassigned', 'applied', '?$count=true'));
    expect([seen.body['@odata.count'], names(seen.body)]).toEqual([1, ['pc2']]);
    const targetedUsers = await guest('POST', `${DC}/getTargetedUsersAndDevices`, { deviceConfigurationIds: [policies.unassigned] });
    expect(names(targetedUsers.body)).toEqual(['pc2']);
    const hidden = await guest('POST', `${DC}/getTargetedUsersAndDevices`, { deviceConfigurationIds: [policies.kiosk] });
    expect(hidden.status).toBe(404);
    const links = await guest('POST', `${DC}/hasPayloadLinks`, { payloadIds: [policies.kiosk] });
    expect(links.body.value[0]).toMatchObject({ hasLink: false, error: expect.stringContaining('does not exist') });
  });

  it('is told of findings in the policies he sees', async () => {
    const fleet = await openFleet();
    const guest = await openGuest(fleet, ['DeviceConfigurations_Read', 'ManagedDevices_Read'], [EMEA_TAG]);
    const { body } = await guest('GET', '/deviceManagement/muster.findings()');
    expect(
      body.value.filter(({ deviceConfigurationId }: { deviceConfigurationId: string }) => deviceConfigurationId !== policies.kiosk),
    ).toEqual([]);
  });

  it('pages over what he sees', async () => {
    const fleet = await openFleet();
    const guest = await openGuest(fleet, ['DeviceConfigurations_Read', 'ManagedDevices_Read'], ['0']);
    const first = await guest('GET', targeted('unassigned', 'notTargeted', '?$top=1'));
    const second = await guest('GET', first.body['@odata.nextLink'].replace('https://graph.example', ''));
    expect([names(first.body), names(second.body), second.body['@odata.nextLink']]).toEqual([['pc2'], ['phone'], undefined]);
  });
});
