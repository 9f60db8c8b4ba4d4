import { beforeEach, describe, expect, it } from 'vitest';
import { EVERYTHING, type Lab, openLab, TENANT } from '../../../tests/support/in-process.js';
import type { JsonObject } from '../../kernel/json.js';

const id = (n: number) => `6a8d2c1e-9a4b-4c3d-8e7f-${n.toString(16).padStart(12, '0')}`;
const type = (name: string) => `#microsoft.graph.${name}`;
const GONE = id(0xdead);
const DC = '/deviceManagement/deviceConfigurations';

const group = (n: number): JsonObject => ({
  '@odata.type': type('group'),
  id: id(n),
  displayName: `Group ${n}`,
  mailNickname: `group${n}`,
  mailEnabled: false,
  securityEnabled: true,
});
const configuration = (n: number, more: JsonObject = {}): JsonObject => ({
  '@odata.type': type('windows10GeneralConfiguration'),
  id: id(n),
  displayName: `Policy ${n}`,
  ...more,
});
const filter = (n: number, more: JsonObject = {}): JsonObject => ({
  '@odata.type': type('deviceAndAppManagementAssignmentFilter'),
  id: id(n),
  displayName: `Filter ${n}`,
  platform: 'windows10AndLater',
  rule: '(device.model -eq "X")',
  ...more,
});
const kept = (more: JsonObject = {}): JsonObject => ({
  '@muster.kept': { type: 'Scripts', name: 'clean', path: 'Scripts/clean.json', format: 'graph', content: { a: 1 }, ...more },
});
const to = (groupId: string, more: JsonObject = {}): JsonObject => ({ '@odata.type': type('groupAssignmentTarget'), groupId, ...more });
const by = (filterId: string, mode = 'include'): JsonObject => ({
  deviceAndAppManagementAssignmentFilterId: filterId,
  deviceAndAppManagementAssignmentFilterType: mode,
});
const without = (groupId: string): JsonObject => ({ '@odata.type': type('exclusionGroupAssignmentTarget'), groupId });
const oma = (value: string, more: JsonObject = {}): JsonObject => ({
  '@odata.type': type('omaSettingString'),
  displayName: 'Secret',
  omaUri: './Vendor/X',
  value,
  ...more,
});
const custom = (omaSettings: readonly JsonObject[]) =>
  configuration(1, { '@odata.type': type('windows10CustomConfiguration'), omaSettings });

let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
});

const NDJSON = { 'content-type': 'application/x-ndjson' };
const send = (lines: readonly unknown[], query = '', headers = {}) =>
  lab.call('POST', `/muster/import${query}`, lines.map((line) => JSON.stringify(line)).join('\n'), { ...NDJSON, ...headers });
async function good(lines: readonly unknown[], query = '') {
  const answer = await send(lines, query);
  expect(answer.body).toMatchObject({ rejected: [] });
  return answer.body;
}
const assignments = async (n: number): Promise<readonly JsonObject[]> => (await lab.call('GET', `${DC}/${id(n)}/assignments`)).body.value;
const read = async (n: number): Promise<JsonObject> => (await lab.call('GET', `${DC}/${id(n)}`)).body;

describe('a configuration', () => {
  it('keeps its id, times, version and read-only properties', async () => {
    const given = {
      createdDateTime: '2020-01-01T00:00:00Z',
      lastModifiedDateTime: '2021-01-01T00:00:00.5Z',
      version: 17,
      roleScopeTagIds: ['0', '3'],
    };
    const shown = { '@odata.context': 'https://graph.microsoft.com/beta/$metadata#x', 'assignments@odata.context': 'y' };
    const reports = { deviceStatuses: [], userStatusOverview: { '@odata.type': type('deviceConfigurationUserOverview'), id: 'x' } };
    expect(await good([configuration(1, { ...given, ...shown, ...reports })])).toMatchObject({
      imported: 1,
      types: { deviceConfiguration: 1 },
    });
    expect(await read(1)).toMatchObject({
      '@odata.type': type('windows10GeneralConfiguration'),
      id: id(1),
      ...given,
      supportsScopeTags: true,
    });
  });

  it('keeps what an earlier import or the service made up', async () => {
    await good([configuration(1)]);
    const first = await read(1);
    await good([configuration(1, { description: 'new' })]);
    expect(await read(1)).toEqual({ ...first, description: 'new' });
  });

  it('takes assignments as they are: ids, intent, source, targets that are gone', async () => {
    const policySet = { source: 'policySets', sourceId: id(9), target: to(id(2)) };
    await good([
      group(2),
      configuration(1, { assignments: [{ id: 'own', intent: 'remove', target: to(GONE, by(GONE)) }, { target: to(id(2)) }, policySet] }),
    ]);
    expect(await assignments(1)).toMatchObject([
      { id: `${id(1)}_${id(2)}`, source: 'direct', sourceId: id(1), intent: 'apply', target: to(id(2)) },
      { id: `${id(1)}_${id(2)}_1`, source: 'policySets', sourceId: id(9) },
      { id: 'own', intent: 'remove', target: to(GONE, by(GONE)) },
    ]);
  });

  it.each([
    ['replaces them all', [{ target: to(id(3)) }], [id(3)]],
    ['takes them all away', [], []],
    ['leaves them where it does not speak of them', undefined, [id(2), GONE]],
    [
      'lets two of them change places',
      [
        { id: 'b', target: to(id(2)) },
        { id: 'a', target: to(GONE) },
      ],
      [GONE, id(2)],
    ],
  ])('%s', async (_, next, expected) => {
    const first = {
      assignments: [
        { id: 'a', target: to(id(2)) },
        { id: 'b', target: to(GONE) },
      ],
    };
    const then = configuration(1, next === undefined ? {} : { assignments: next });
    for (const lines of [[group(2), group(3), configuration(1, first), then], [then]]) await good(lines);
    expect((await assignments(1)).map(({ target }) => (target as JsonObject).groupId)).toEqual(expected);
    // What is claimed follows: a target is free when nothing stands on it.
    const again = await lab.call('POST', `${DC}/${id(1)}/assignments`, { target: to(id(3)) });
    expect(again.status).toBe(expected.includes(id(3)) ? 400 : 201);
  });

  it('holds the filter that it uses', async () => {
    await good([filter(5), group(2), configuration(1, { assignments: [{ target: to(id(2), by(id(5))) }] })]);
    expect((await lab.call('DELETE', `/deviceManagement/assignmentFilters/${id(5)}`)).status).toBe(400);
    await good([configuration(1, { assignments: [] })]);
    expect((await lab.call('DELETE', `/deviceManagement/assignmentFilters/${id(5)}`)).status).toBe(204);
  });

  const ROOT = { '@odata.type': type('windows81TrustedRootCertificate'), id: id(7), displayName: 'Root' };
  const SCEP = { '@odata.type': type('windows81SCEPCertificateProfile'), id: id(8), displayName: 'SCEP' };
  const linked = async () => (await lab.store.links(TENANT, { kind: 'rootCertificate', from: id(8) })).map(({ to }) => to);

  it.each([
    ['bound', { 'rootCertificate@odata.bind': `https://graph.microsoft.com/beta${DC}('${id(7)}')` }],
    ['shown', { rootCertificate: { '@odata.type': type('windows81TrustedRootCertificate'), id: id(7), displayName: 'Root' } }],
  ])('is linked to a certificate that is %s', async (_, more) => {
    await good([ROOT, { ...SCEP, ...more }]);
    await good([{ ...SCEP, ...more }]);
    expect(await linked()).toEqual([id(7)]);
    await good([SCEP]);
    expect(await linked()).toEqual([id(7)]);
    await good([{ ...SCEP, rootCertificate: null }]);
    expect(await linked()).toEqual([]);
  });

  const plain = (value: string) => lab.call('GET', `${DC}/${id(1)}/getOmaSettingPlainTextValue(secretReferenceValueId='${value}')`);
  const secretOf = async () => ((await read(1)).omaSettings as readonly JsonObject[])[0] ?? {};

  it('hides a plain OMA text, the same the second time', async () => {
    await good([custom([oma('geheim')])]);
    const first = await secretOf();
    expect(first).toMatchObject({ value: '****', isEncrypted: true });
    expect((await plain(String(first.secretReferenceValueId))).body.value).toBe('geheim');
    const before = await lab.sequence();
    await good([custom([oma('geheim')])]);
    expect(await lab.sequence()).toBe(before);
    await good([custom([oma('anders')])]);
    expect((await plain(String(first.secretReferenceValueId))).status).toBe(404);
  });

  it('takes a masked OMA text masked, and keeps the text that was known', async () => {
    const masked = oma('****', { isEncrypted: true, secretReferenceValueId: 'a_b_c' });
    await good([custom([masked])]);
    expect(await secretOf()).toMatchObject({ value: '****', secretReferenceValueId: 'a_b_c' });
    expect((await plain('a_b_c')).status).toBe(404);
    await good([custom([oma('geheim')])]);
    const { secretReferenceValueId } = await secretOf();
    await good([custom([oma('****', { secretReferenceValueId: String(secretReferenceValueId) })])]);
    expect((await plain(String(secretReferenceValueId))).body.value).toBe('geheim');
  });
});

describe('filters, scope tags, policy sets', () => {
  it('a filter comes with its id and times, and not with who uses it', async () => {
    const times = { createdDateTime: '2020-01-01T00:00:00Z', lastModifiedDateTime: '2020-01-02T00:00:00Z' };
    await good([
      filter(5, { ...times, payloads: [{ payloadId: 'x', payloadType: 'unknown', groupId: 'y', assignmentFilterType: 'include' }] }),
    ]);
    expect((await lab.call('GET', `/deviceManagement/assignmentFilters/${id(5)}`)).body).toMatchObject({
      ...times,
      payloads: [],
      roleScopeTags: ['0'],
    });
  });

  it('there are 200 filters at most', async () => {
    await good(Array.from({ length: 199 }, (_, n) => filter(n + 1)));
    const answer = await send([filter(1, { description: 'again' }), filter(200), filter(201)]);
    expect(answer.body.error.message).toMatch(/^Line 3: A tenant has 200/);
    await good([filter(200)]);
    expect((await lab.call('POST', '/deviceManagement/assignmentFilters', { ...filter(201), id: undefined })).status).toBe(400);
  });

  it('a scope tag keeps its number, and the groups it is put on', async () => {
    const tag = { '@odata.type': type('roleScopeTag'), id: '7', displayName: 'EMEA' };
    await good([tag, { ...tag, assignments: [{ target: to(GONE) }] }]);
    expect((await lab.call('GET', '/deviceManagement/roleScopeTags/7?$expand=assignments')).body).toMatchObject({
      displayName: 'EMEA',
      isBuiltIn: false,
      assignments: [{ id: `7_${GONE}` }],
    });
    expect((await lab.call('POST', '/deviceManagement/roleScopeTags', { displayName: 'Next' })).body.id).toBe('8');
  });

  it('a policy set lays its targets on its configurations', async () => {
    const policySet = {
      '@odata.type': type('policySet'),
      id: id(9),
      displayName: 'Set',
      items: [
        { '@odata.type': type('deviceConfigurationPolicySetItem'), payloadId: id(1) },
        { '@odata.type': type('mobileAppPolicySetItem'), payloadId: GONE },
        { '@odata.type': type('deviceConfigurationPolicySetItem'), payloadId: GONE },
      ],
      assignments: [{ target: to(id(2)) }],
    };
    for (const time of ['once', 'again']) {
      await good([group(2), configuration(1), policySet]);
      expect([time, await assignments(1)]).toMatchObject([time, [{ source: 'policySets', sourceId: id(9), target: to(id(2)) }]]);
    }
    const shown = (await lab.call('GET', `/deviceAppManagement/policySets/${id(9)}?$expand=items,assignments`)).body;
    expect(shown).toMatchObject({ status: 'partialSuccess', assignments: [{ target: to(id(2)) }] });
    expect(shown.items.map(({ status }: JsonObject) => status).sort()).toEqual(['error', 'success', 'success']);
  });

  it('members of a group whose rule is paused are taken', async () => {
    const paused = {
      ...group(2),
      groupTypes: ['DynamicMembership'],
      membershipRule: 'user.city -eq "X"',
      membershipRuleProcessingState: 'Paused',
    };
    await good([group(3), paused, { group: id(2), member: id(3), memberType: 'group' }]);
    expect((await lab.call('GET', `/groups/${id(2)}/members`)).body.value).toHaveLength(1);
  });
});

describe('what is kept', () => {
  const all = async () => (await lab.call('GET', '/muster/kept')).body.value as readonly JsonObject[];

  it('comes back as it came, once for each format and path', async () => {
    expect((await good([kept(), kept({ content: [null, 'x'] }), kept({ format: 'intuneCd' })])).types).toEqual({ kept: 3 });
    const objects = await all();
    expect(objects).toHaveLength(2);
    expect(objects).toContainEqual({
      id: expect.any(String),
      type: 'Scripts',
      name: 'clean',
      path: 'Scripts/clean.json',
      format: 'graph',
      content: [null, 'x'],
    });
  });

  it('is listed page after page', async () => {
    await good(Array.from({ length: 250 }, (_, n) => kept({ path: `p/${n}.json` })));
    await good(Array.from({ length: 3 }, (_, n) => kept({ path: `big/${n}.json`, content: 'x'.repeat(1_000_000) })));
    await good(Array.from({ length: 3 }, (_, n) => kept({ path: `bigger/${n}.json`, content: 'y'.repeat(1_000_000) })));
    const seen = new Set<string>();
    let pages = 0;
    for (let next: string | undefined = '/muster/kept'; next !== undefined; pages += 1) {
      const { body }: { body: JsonObject } = await lab.call('GET', next.replace('https://graph.example/beta', ''));
      const value = body.value as readonly JsonObject[];
      for (const { id: one } of value) seen.add(String(one));
      expect(JSON.stringify(value).length).toBeLessThan(6_000_000);
      next = body['@odata.nextLink'] as string | undefined;
    }
    expect(seen.size).toBe(256);
    expect(pages).toBeGreaterThan(2);
  });

  it.each([
    ['POST', '/muster/kept', {}, 405],
    ['GET', '/muster/kept?$top=1', {}, 400],
    ['GET', '/muster/kept?$skiptoken=x', {}, 400],
    ['GET', '/muster/kept', { authorization: 'Bearer app Directory.ReadWrite.All' }, 403],
    ['GET', '/muster/kept', { authorization: 'Bearer guest DeviceManagementConfiguration.Read.All' }, 401],
    ['GET', '/muster/kept', { authorization: 'Bearer user DeviceManagementConfiguration.Read.All' }, 200],
  ])('%s %s %j is answered %i', async (method, path, headers, status) => {
    expect((await lab.call(method, path, undefined, headers)).status).toBe(status);
  });
});

describe('bad lines', () => {
  it.each([
    [
      'a group twice',
      configuration(1, { assignments: [{ target: to(GONE) }, { target: without(GONE.toUpperCase()) }] }),
      new RegExp(`The group ${GONE}.* more than once`),
    ],
    [
      'an id twice',
      configuration(1, {
        assignments: [
          { id: 'a', target: to(GONE) },
          { id: 'a', target: to(id(2)) },
        ],
      }),
      /id 'a' stands more than once/,
    ],
    ['a target without a group', configuration(1, { assignments: [{ target: to('') }] }), /assignments\[0\].target.groupId/],
    ['no target', configuration(1, { assignments: [{ id: 'a' }] }), /target/],
    ['a target of no type', configuration(1, { assignments: [{ target: {} }] }), /deviceAndAppManagementAssignmentTarget/],
    [
      'a filter without its id',
      configuration(1, { assignments: [{ target: to(GONE, { deviceAndAppManagementAssignmentFilterType: 'include' }) }] }),
      /filter/i,
    ],
    ['a source without its set', configuration(1, { assignments: [{ source: 'policySets', target: to(GONE) }] }), /'sourceId'/],
    ['an unknown property', configuration(1, { colour: 'red' }), /colour/],
    ['no name', configuration(1, { displayName: ' ' }), /displayName/],
    ['an abstract type', configuration(1, { '@odata.type': type('deviceConfiguration') }), /abstract/],
    [
      'a certificate that is not there',
      { '@odata.type': type('windows81SCEPCertificateProfile'), id: id(1), displayName: 'x', rootCertificate: { id: GONE } },
      /put its line before/,
    ],
    ['a rule that is not valid', filter(1, { rule: '(device.model -eqq "X")' }), /at character \d+ of rule; expected/],
    ['a platform without filters', filter(1, { platform: 'windows81AndLater' }), /platform/],
    [
      'a scope tag without a number',
      { '@odata.type': type('roleScopeTag'), id: id(1), displayName: 'x' },
      /'id' of a roleScopeTag is a number/,
    ],
    ['kept outside of the export', kept({ path: '../x.json' }), /'path' of something kept/],
    ['kept at a root', kept({ path: '/etc/passwd' }), /'path' of something kept/],
    ['kept on a drive', kept({ path: 'C:\\x' }), /'path' of something kept/],
    ['kept without content', { '@muster.kept': { type: 'x', path: 'a', format: 'graph' } }, /'content' of something kept/],
    ['kept with something besides', { ...kept(), id: 1 }, /A line of something kept is/],
  ])('%s', async (_, line, message) => {
    const before = await lab.sequence();
    const answer = await send([line]);
    expect(answer.status).toBe(400);
    expect(answer.body.error.message).toMatch(/^Line 1: /);
    expect(answer.body.error.message).toMatch(message);
    expect(await lab.sequence()).toBe(before);
  });

  it('a filter that does not fit the platform', async () => {
    const line = configuration(1, { '@odata.type': type('iosGeneralDeviceConfiguration'), assignments: [{ target: to(GONE, by(id(5))) }] });
    expect((await send([filter(5), line])).body.error.message).toMatch(/^Line 2: .*platform/);
  });

  it('a configuration that changes its type, a filter that changes its platform', async () => {
    await good([configuration(1), filter(5)]);
    expect((await send([custom([])])).body.error.message).toMatch(/keeps its type/);
    expect((await send([filter(5, { platform: 'iOS', rule: '(device.model -eq "X")' })])).body.error.message).toMatch(
      /fixed when it is created/,
    );
  });
});

describe('permissions', () => {
  const token = (permissions: readonly string[]) => ({ authorization: `Bearer app ${permissions.join(' ')}` });
  const less = EVERYTHING.filter((permission) => permission !== 'DeviceManagementConfiguration.ReadWrite.All');
  it.each([
    ['a configuration', configuration(1)],
    ['a filter', filter(1)],
    ['something kept', kept()],
  ])('%s needs one of its own, and nothing is written without', async (_, line) => {
    const before = await lab.sequence();
    const answer = await send([group(2), line], '?keepGoing=true', token(less));
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('DeviceManagementConfiguration.ReadWrite.All');
    expect(await lab.sequence()).toBe(before);
    expect((await send([group(2)], '', token(less))).status).toBe(200);
  });
});

describe('lenient', () => {
  it('leaves out what the model does not know, and counts it', async () => {
    const line = configuration(1, {
      newThing: 1,
      edgeCookiePolicy: 'laterInvented',
      edgeSearchEngine: { '@odata.type': '#microsoft.graph.edgeNew' },
    });
    const { leftOut } = await good([line, configuration(2, { newThing: 2 })], '?lenient=true');
    const name = 'windows10GeneralConfiguration';
    expect(leftOut).toEqual({ [`${name}.newThing`]: 2, [`${name}.edgeCookiePolicy`]: 1, [`${name}.edgeSearchEngine`]: 1 });
    expect(await read(1)).toMatchObject({ displayName: 'Policy 1', edgeCookiePolicy: 'userDefined' });
  });

  it('keeps objects of types that are unknown', async () => {
    const line = { '@odata.type': type('windows12Configuration'), id: id(1), displayName: 'New', x: [1] };
    expect((await send([line])).status).toBe(400);
    expect((await good([line], '?lenient=true')).types).toEqual({ kept: 1 });
    expect((await lab.call('GET', '/muster/kept')).body.value).toMatchObject([
      { type: line['@odata.type'], name: 'New', path: `windows12Configuration/${id(1)}.json`, format: 'graph', content: line },
    ]);
  });

  it('takes what a directory holds and Graph would not make', async () => {
    const lines = [
      { ...group(2), mailEnabled: true },
      { '@odata.type': type('device'), id: id(3), accountEnabled: true, deviceId: id(4), displayName: 'Bare' },
      { '@odata.type': type('managedDevice'), id: id(5), deviceName: 'x', deviceCategoryDisplayName: 'Unknown' },
      { group: id(2), member: id(3) },
      { group: id(2), member: GONE, memberType: 'user' },
    ];
    expect((await send(lines)).status).toBe(400);
    expect(await good(lines, '?lenient=true')).toMatchObject({ imported: 4, leftOut: { 'member.missing': 1 } });
  });
});
