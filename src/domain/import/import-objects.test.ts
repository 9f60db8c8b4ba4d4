import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVERYTHING, type Lab, openLab, TENANT } from '../../../tests/support/in-process.js';
import type { JsonObject } from '../../kernel/json.js';

const id = (n: number) => `5f8d2c1e-9a4b-4c3d-8e7f-${n.toString(16).padStart(12, '0')}`;
const NOBODY = id(0xdead);

const user = (n: number, more: JsonObject = {}) => ({
  '@odata.type': '#microsoft.graph.user',
  id: id(n),
  accountEnabled: true,
  displayName: `User ${n}`,
  mailNickname: `user${n}`,
  userPrincipalName: `user${n}@import.example`,
  ...more,
});
const group = (n: number, more: JsonObject = {}) => ({
  '@odata.type': '#microsoft.graph.group',
  id: id(n),
  displayName: `Group ${n}`,
  mailNickname: `group${n}`,
  mailEnabled: false,
  securityEnabled: true,
  ...more,
});
const device = (n: number, more: JsonObject = {}) => ({
  '@odata.type': '#microsoft.graph.device',
  id: id(n),
  accountEnabled: true,
  deviceId: id(n + 0x10_000),
  displayName: `PC-${n}`,
  operatingSystem: 'Windows',
  operatingSystemVersion: '10.0.22631.1',
  ...more,
});
const managed = (n: number, more: JsonObject = {}) => ({
  '@odata.type': '#microsoft.graph.managedDevice',
  id: id(n),
  deviceName: `PC-${n}`,
  operatingSystem: 'Windows',
  ...more,
});
const category = (n: number, displayName = `Category ${n}`) => ({
  '@odata.type': '#microsoft.graph.deviceCategory',
  id: id(n),
  displayName,
});
const dynamic = (n: number, membershipRule: string) =>
  group(n, { groupTypes: ['DynamicMembership'], membershipRule, membershipRuleProcessingState: 'On' });

const NDJSON = { 'content-type': 'application/x-ndjson' };
const text = (lines: readonly unknown[]) => lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
const send = (lab: Lab, lines: readonly unknown[], query = '') => lab.call('POST', `/muster/import${query}`, text(lines), NDJSON);

const key = (set: string, n: number) => ({ set, parent: '', id: id(n) });
async function stored(lab: Lab, set: string, n: number): Promise<JsonObject | undefined> {
  const [found] = await lab.store.read(TENANT, [key(set, n)]);
  return found === undefined ? undefined : (JSON.parse(found.json) as JsonObject);
}
const members = async (lab: Lab, n: number) => (await lab.store.links(TENANT, { kind: 'members', from: id(n) })).map(({ to }) => to);

describe('good lines', () => {
  it.each([
    ['a user', [user(1)], 'users', 1, { displayName: 'User 1', userType: 'Member' }],
    [
      'a read-only property',
      [user(1, { createdDateTime: '2020-01-01T00:00:00Z' })],
      'users',
      1,
      { createdDateTime: '2020-01-01T00:00:00Z' },
    ],
    ['a password, which is not kept', [user(1, { passwordProfile: { password: 'Secret-1234' } })], 'users', 1, { passwordProfile: null }],
    ['an id in capitals', [user(1, { id: id(1).toUpperCase() })], 'users', 1, { id: id(1) }],
    [
      'annotations of an export',
      [user(1, { '@odata.context': 'https://graph.microsoft.com/beta/$metadata#users/$entity' })],
      'users',
      1,
      {},
    ],
    ['a device', [device(2)], 'devices', 2, { deviceVersion: 2, deviceId: id(0x10_002) }],
    ['a group', [group(3)], 'groups', 3, { displayName: 'Group 3', securityEnabled: true }],
    ['a dynamic group', [dynamic(3, '(user.department -eq "Sales")')], 'groups', 3, { membershipRuleProcessingState: 'On' }],
    ['a managed device', [managed(4)], 'deviceManagement/managedDevices', 4, { deviceName: 'PC-4', roleScopeTagIds: ['0'] }],
    ['a subtype', [managed(4, { '@odata.type': '#microsoft.graph.windowsManagedDevice' })], 'deviceManagement/managedDevices', 4, {}],
    [
      'a device of a user, by id',
      [user(1), managed(4, { userId: id(1) })],
      'deviceManagement/managedDevices',
      4,
      { userDisplayName: 'User 1' },
    ],
    [
      'a device of a user, by name',
      [user(1), managed(4, { userPrincipalName: 'USER1@import.example' })],
      'deviceManagement/managedDevices',
      4,
      { userId: id(1) },
    ],
    [
      'a device of a category, by name',
      [category(5), managed(4, { deviceCategoryDisplayName: 'category 5' })],
      'deviceManagement/managedDevices',
      4,
      { deviceCategoryDisplayName: 'Category 5' },
    ],
    [
      'a device of a category, bound',
      [category(5), managed(4, { 'deviceCategory@odata.bind': `deviceManagement/deviceCategories/${id(5)}` })],
      'deviceManagement/managedDevices',
      4,
      { deviceCategoryDisplayName: 'Category 5' },
    ],
    ['blank lines and CRLF', ['', `${JSON.stringify(user(1))}\r`, '  ', ''], 'users', 1, {}],
    ['the same id twice: the last counts', [user(1), user(1, { displayName: 'Later' })], 'users', 1, { displayName: 'Later' }],
  ])('%s', async (_, lines, set, n, expected) => {
    const lab = await openLab();
    const answer = await send(lab, lines);
    expect(answer.body).toMatchObject({ rejected: [] });
    expect(answer.status).toBe(200);
    expect(await stored(lab, set, n)).toMatchObject(expected);
  });

  it('links members of every kind, owners and managers, and counts what it took', async () => {
    const lab = await openLab();
    const lines = [
      ...[1, 2].map((n) => user(n)),
      device(3),
      group(4),
      group(5),
      { group: id(4), member: id(1), memberType: 'user' },
      { group: id(4), member: id(3) },
      { group: id(4), member: id(5), memberType: 'group' },
      { group: id(4), owner: id(2) },
      { user: id(1), manager: id(2) },
    ];
    expect((await send(lab, lines)).body).toEqual({
      imported: 10,
      types: { user: 2, device: 1, group: 2, member: 3, owner: 1, manager: 1 },
      rejected: [],
    });
    expect(await members(lab, 4)).toEqual([id(1), id(3), id(5)]);
    expect((await lab.call('GET', `/users/${id(1)}/manager`)).body.id).toBe(id(2));
  });

  it('lets another manager take the place of the first', async () => {
    const lab = await openLab();
    await send(lab, [user(1), user(2), user(3), { user: id(1), manager: id(2) }]);
    await send(lab, [
      { user: id(1), manager: id(3) },
      { user: id(1), manager: id(2) },
      { user: id(1), manager: id(3) },
    ]);
    expect((await lab.store.links(TENANT, { kind: 'manager', from: id(1) })).map(({ to }) => to)).toEqual([id(3)]);
  });

  it('frees what a replaced object had claimed', async () => {
    const lab = await openLab();
    await send(lab, [user(1)]);
    const lines = [user(1, { userPrincipalName: 'new@import.example' }), user(2, { userPrincipalName: 'user1@import.example' })];
    expect((await send(lab, lines)).status).toBe(200);
    expect((await lab.call('GET', '/users/user1@import.example')).body.id).toBe(id(2));
  });

  it('lets members go when a group becomes dynamic', async () => {
    const lab = await openLab();
    await send(lab, [user(1), user(2), group(4), { group: id(4), member: id(1) }]);
    expect((await send(lab, [{ group: id(4), member: id(2) }, dynamic(4, 'user.accountEnabled -eq false')])).status).toBe(200);
    expect(await members(lab, 4)).toEqual([]);
  });
});

describe('bad lines', () => {
  const taken = 'Another object with the same value for property userPrincipalName already exists.';
  it.each([
    ['no JSON', [user(1), '{"a":'], 2, /not JSON: column/],
    ['no object', ['[1]'], 1, /A line is one JSON object/],
    ['neither type nor link', [{ displayName: 'x' }], 1, /neither what it is nor what it links/],
    ['a type that is not imported', [{ '@odata.type': '#microsoft.graph.mobileApp' }], 1, /cannot be imported. Types: user, device/],
    ['an unknown property', [user(1, { colour: 'red' })], 1, /colour/],
    ['a value of another type', [user(1, { accountEnabled: 'yes' })], 1, /accountEnabled.*yes/],
    ['a missing property', [user(1, { userPrincipalName: null })], 1, /userPrincipalName/],
    ['an id that is no GUID', [user(1, { id: 'seven' })], 1, /'id' is a GUID/],
    ['the id of All users', [group(1, { id: 'acacacac-9df4-4c7d-9d50-4ef0226f57a9' })], 1, /virtual groups/],
    ['an id of another kind', [user(1), group(1)], 2, /is that of a user/],
    ['a name that is taken', [user(1), user(2, { userPrincipalName: 'USER1@import.example' })], 2, new RegExp(taken)],
    ['a name that is no address', [user(1, { userPrincipalName: 'nobody' })], 1, /userPrincipalName is invalid/],
    ['a rule that is not valid', [dynamic(1, 'user.department -eqq "Sales"')], 1, /at character \d+ of membershipRule/],
    ['a rule of an assigned group', [group(1, { groupTypes: [], mailNickname: 'a b' })], 1, /mailNickname/],
    ['members along with the group', [group(1, { 'members@odata.bind': [`users/${NOBODY}`] })], 1, /a line of its own/],
    ['an unknown group', [{ group: NOBODY, member: id(1) }], 1, /No group has the id/],
    ['an unknown member', [group(1), { group: id(1), member: NOBODY, memberType: 'user' }], 2, /No user has the id/],
    ['a member of the wrong type', [group(1), user(2), { group: id(1), member: id(2), memberType: 'device' }], 3, /No device has the id/],
    ['a member on a later line', [group(1), { group: id(1), member: id(2) }, user(2)], 2, /put its line before this one/],
    ['a group in itself', [group(1), { group: id(1), member: id(1) }], 2, /cannot be a member of itself/],
    [
      'a member of a dynamic group',
      [dynamic(1, 'user.accountEnabled -eq true'), user(2), { group: id(1), member: id(2) }],
      3,
      /dynamic group/,
    ],
    ['a device as owner', [group(1), device(2), { group: id(1), owner: id(2) }], 3, /No user has the id/],
    ['both member and owner', [{ group: id(1), member: id(2), owner: id(2) }], 1, /either a 'member' or an 'owner'/],
    ['a word too many', [{ group: id(1), member: id(2), role: 'x' }], 1, /'role' means nothing/],
    ['his own manager', [user(1), { user: id(1), manager: id(1) }], 2, /manager of himself/],
    ['an unknown category', [managed(1, { deviceCategoryDisplayName: 'Attic' })], 1, /No deviceCategory has the displayName 'Attic'/],
    [
      'an unknown category, bound',
      [managed(1, { 'deviceCategory@odata.bind': `deviceManagement/deviceCategories/${NOBODY}` })],
      1,
      /binds exists neither/,
    ],
    ['a category of another name', [category(1), category(1, 'New')], 2, /Rename it with PATCH/],
  ])('%s', async (_, lines, line, message) => {
    const lab = await openLab();
    const before = await lab.sequence();
    const answer = await send(lab, lines);
    expect(answer.status).toBe(400);
    expect(answer.body.error.message).toMatch(new RegExp(`^Line ${line}: `));
    expect(answer.body.error.message).toMatch(message);
    expect(await lab.sequence()).toBe(before);
  });

  it('are left out and reported with keepGoing', async () => {
    const lab = await openLab();
    const { status, body } = await send(
      lab,
      [user(1), '{', user(2, { colour: 1 }), group(3), { group: id(3), member: id(2) }],
      '?keepGoing=true',
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ imported: 2, types: { user: 1, group: 1 } });
    expect(body.rejected.map(({ line }: { line: number }) => line)).toEqual([2, 3, 5]);
    expect(await stored(lab, 'users', 1)).toBeDefined();
    expect(await stored(lab, 'users', 2)).toBeUndefined();
  });

  it('spare the chunks before theirs', async () => {
    const lab = await openLab();
    const lines = [...Array.from({ length: 1500 }, (_, n) => user(n)), user(7000, { colour: 1 })];
    const answer = await send(lab, lines);
    expect(answer.body.error.message).toMatch(/^Line 1501: /);
    expect(answer.body.error.innerError['@muster.detail']).toMatch(/^1000 objects before it have been imported/);
    expect([await stored(lab, 'users', 999), await stored(lab, 'users', 1000)]).toEqual([expect.anything(), undefined]);
  });
});

describe('the request', () => {
  it.each([
    ['GET', '/muster/import', NDJSON, 405],
    ['POST', '/muster/import', { 'content-type': 'application/json' }, 415],
    ['POST', '/muster/import?keepGoing=1', NDJSON, 400],
    ['POST', '/muster/import?dry=true', NDJSON, 400],
    ['POST', '/muster/import', { ...NDJSON, authorization: 'Bearer app Directory.ReadWrite.All' }, 403],
    ['POST', '/muster/import', { ...NDJSON, authorization: `Bearer guest ${EVERYTHING.join(' ')}` }, 401],
    ['POST', '/muster/import', { ...NDJSON, authorization: `Bearer user ${EVERYTHING.join(' ')}` }, 200],
    ['POST', '/v1.0/muster/import', NDJSON, 400],
  ])('%s %s %j is answered %i', async (method, path, headers, status) => {
    const lab = await openLab();
    expect((await lab.call(method, path, JSON.stringify(user(1)), headers)).status).toBe(status);
  });
});

describe('importing again', () => {
  const fleet = [
    category(9),
    user(1),
    user(2, { assignedLicenses: [] }),
    device(3),
    group(4),
    dynamic(5, 'user.accountEnabled -eq true'),
    managed(6, { userId: id(1), deviceCategoryDisplayName: 'Category 9' }),
    { group: id(4), member: id(1) },
    { group: id(4), owner: id(2) },
    { user: id(1), manager: id(2) },
  ];

  it('changes nothing', async () => {
    let now = Date.parse('2026-03-01T08:00:00Z');
    const lab = await openLab({ clock: { now: () => now } });
    await send(lab, fleet);
    const before = await lab.sequence();
    now += 60_000;
    expect((await send(lab, fleet)).body).toMatchObject({ imported: fleet.length, rejected: [] });
    expect(await lab.sequence()).toBe(before);
  });

  it('of what was exported gives equal objects', async () => {
    const word = fc.string({ minLength: 1, maxLength: 20 }).map((text) => `n${text}`);
    const maybe = fc.option(word);
    const objects = fc.record({
      users: fc.array(
        fc.record({
          displayName: word,
          department: maybe,
          jobTitle: maybe,
          accountEnabled: fc.boolean(),
          businessPhones: fc.array(word, { maxLength: 1 }),
        }),
        { maxLength: 4 },
      ),
      devices: fc.array(fc.record({ displayName: word, model: maybe, isManaged: fc.option(fc.boolean()) }), { maxLength: 4 }),
      managed: fc.array(
        fc.record({
          deviceName: maybe,
          model: maybe,
          isEncrypted: fc.boolean(),
          complianceState: fc.constantFrom('compliant', 'noncompliant'),
          totalStorageSpaceInBytes: fc.nat(),
        }),
        { maxLength: 4 },
      ),
      groups: fc.array(fc.record({ displayName: word, description: maybe }), { maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(objects, async ({ users, devices, managed: computers, groups }) => {
        const lines = [
          ...users.map((more, n) => user(100 + n, more)),
          ...devices.map((more, n) => device(200 + n, more)),
          ...computers.map((more, n) => managed(300 + n, more)),
          ...groups.map((more, n) => group(400 + n, more)),
        ];
        if (lines.length === 0) return;
        const [first, second] = [await openLab(), await openLab({ clock: { now: () => 0 } })];
        expect((await send(first, lines)).body).toMatchObject({ rejected: [] });
        const exported = await exportAll(first);
        expect((await send(second, exported)).body).toMatchObject({ imported: lines.length, rejected: [] });
        expect(await exportAll(second)).toEqual(exported);
      }),
      { numRuns: 25 },
    );
  });
});

async function exportAll(lab: Lab): Promise<readonly JsonObject[]> {
  const all: JsonObject[] = [];
  for (const set of ['users', 'devices', 'groups', 'deviceManagement/managedDevices']) {
    const query = { set, parent: '', filter: undefined, orderBy: [], skip: 0, limit: undefined, count: false };
    for (const { type, json } of (await lab.store.list(TENANT, query)).entities)
      all.push({ '@odata.type': `#microsoft.graph.${type}`, ...(JSON.parse(json) as JsonObject) });
  }
  return all;
}
