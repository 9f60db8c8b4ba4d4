import { beforeEach, describe, expect, it } from 'vitest';
import { type DirectoryLab, errorOf, eventual, NOBODY, openDirectory, reference, unified } from './testing/directory-lab.js';

let lab: DirectoryLab;
let ada: string;
let ben: string;
let pc: string;
let staff: string;
let inner: string;
beforeEach(async () => {
  lab = await openDirectory();
  ada = await lab.user('ada');
  ben = await lab.user('ben');
  pc = await lab.device('PC');
  staff = await lab.group('Staff');
  inner = await lab.group('Inner');
});

const sorted = (...ids: readonly string[]) => [...ids].sort();
const typesOf = (body: { value: { '@odata.type': string }[] }) =>
  body.value.map((one) => one['@odata.type'].slice('#microsoft.graph.'.length)).sort();

describe('adding a member', () => {
  it.each([
    ['users/{id}', () => reference(ada, 'users')],
    ['users/{userPrincipalName}', () => reference('ada@contoso.example', 'users')],
    ['directoryObjects/{id}', () => reference(ada)],
    ['devices/{id}', () => reference(pc, 'devices')],
    ['groups/{id}', () => reference(inner, 'groups')],
    ['a key in parentheses, of beta', () => ({ '@odata.id': `https://graph.microsoft.com/beta/directoryObjects('${ada}')` })],
    ['a relative URL', () => ({ '@odata.id': `users/${ada}` })],
  ])('by %s answers 204', async (_name, body) => {
    const answer = await lab.call('POST', `/v1.0/groups/${staff}/members/$ref`, body());
    expect([answer.status, answer.text]).toEqual([204, undefined]);
    expect(await lab.ids(`/groups/${staff}/members`)).toHaveLength(1);
  });

  it('refuses one that is there already, and changes nothing', async () => {
    await lab.addMember(staff, ada);
    const before = await lab.sequence();
    const message = "One or more added object references already exist for the following modified properties: 'members'.";
    expect(errorOf(await lab.addMember(staff, ada))).toEqual([400, 'Request_BadRequest', message]);
    expect(await lab.sequence()).toBe(before);
  });

  it.each([
    [
      'an unknown object',
      () => reference(NOBODY),
      404,
      `Resource '${NOBODY}' does not exist or one of its queried reference-property objects are not present.`,
    ],
    ['a user of another set', () => reference(ada, 'devices'), 404, `Resource '`],
    [
      'an object of another area',
      () => reference('x', 'deviceManagement/deviceConfigurations'),
      400,
      'is not the URL of a directory object',
    ],
    ['nonsense', () => ({ '@odata.id': 'nonsense' }), 400, 'is not the URL of a directory object'],
    ['a body without reference', () => ({}), 400, 'The body of a reference is'],
    ['the group itself', () => reference(staff), 400, "of type 'Group' is invalid for the 'members' reference."],
  ])('refuses %s', async (_name, body, status, message) => {
    const [found, code, text] = errorOf(await lab.call('POST', `/groups/${staff}/members/$ref`, body()));
    expect([found, code]).toEqual([status, status === 404 ? 'Request_ResourceNotFound' : 'Request_BadRequest']);
    expect(text).toContain(message);
  });

  it('accepts unknown objects when loose', async () => {
    const loose = await openDirectory({ loose: true });
    const group = await loose.group('Staff');
    expect((await loose.addMember(group, NOBODY)).status).toBe(204);
  });

  it('keeps Microsoft 365 groups to users, and out of other groups', async () => {
    const project = await lab.group('Project', unified);
    const refused = (kind: string, id: string) => [
      400,
      'Request_BadRequest',
      `The reference target '${kind}_${id}' of type '${kind}' is invalid for the 'members' reference.`,
    ];
    expect((await lab.addMember(project, ada)).status).toBe(204);
    expect(errorOf(await lab.addMember(project, pc))).toEqual(refused('Device', pc));
    expect(errorOf(await lab.addMember(project, inner))).toEqual(refused('Group', inner));
    expect(errorOf(await lab.addMember(staff, project))).toEqual(refused('Group', project));
  });

  it.each([
    ['GroupMember.ReadWrite.All', 204],
    ['Group.ReadWrite.All', 204],
    ['Directory.ReadWrite.All', 204],
    ['GroupMember.Read.All', 403],
    ['Directory.Read.All', 403],
  ])('with %s: %i', async (permission, status) => {
    const answer = await lab.call('POST', `/groups/${staff}/members/$ref`, reference(ada), {
      authorization: `Bearer app ${permission}`,
    });
    expect(answer.status).toBe(status);
  });

  it('of two at once lets one through', async () => {
    const answers = await Promise.all([lab.addMember(staff, ada), lab.addMember(staff, ada)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 400]);
  });
});

describe('removing a member', () => {
  it.each([
    ['by key', () => `/groups/${staff}/members/${ada}/$ref`],
    ['by $id', () => `/groups/${staff}/members/$ref?$id=https://graph.microsoft.com/v1.0/directoryObjects/${ada}`],
  ])('%s answers 204, then 404', async (_name, path) => {
    await lab.addMember(staff, ada);
    expect((await lab.call('DELETE', path())).status).toBe(204);
    expect(await lab.ids(`/groups/${staff}/members`)).toEqual([]);
    expect(errorOf(await lab.call('DELETE', path())).slice(0, 2)).toEqual([404, 'Request_ResourceNotFound']);
  });

  it('never deletes the member where $ref is forgotten', async () => {
    await lab.addMember(staff, ada);
    expect((await lab.call('DELETE', `/groups/${staff}/members/${ada}`)).status).toBe(400);
    expect((await lab.call('GET', `/users/${ada}`)).status).toBe(200);
  });
});

describe('owners', () => {
  it('are users, and one of them stays', async () => {
    const path = `/groups/${staff}/owners`;
    expect((await lab.call('POST', `${path}/$ref`, reference(ada, 'users'))).status).toBe(204);
    const device = await lab.call('POST', `${path}/$ref`, reference(pc));
    expect(errorOf(device)[2]).toBe(`The reference target 'Device_${pc}' of type 'Device' is invalid for the 'owners' reference.`);
    const last = await lab.call('DELETE', `${path}/${ada}/$ref`);
    expect(errorOf(last)).toEqual([
      400,
      'Request_BadRequest',
      'The group must have at least one owner, hence this owner cannot be removed.',
    ]);
    await lab.call('POST', `${path}/$ref`, reference(ben, 'users'));
    expect((await lab.call('DELETE', `${path}/${ada}/$ref`)).status).toBe(204);
    expect(await lab.ids(path)).toEqual([ben]);
    expect(await lab.ids(`/users/${ben}/ownedObjects`)).toEqual([staff]);
  });

  it('ask for more than membership permissions', async () => {
    const answer = await lab.call('POST', `/groups/${staff}/owners/$ref`, reference(ada), {
      authorization: 'Bearer app GroupMember.ReadWrite.All',
    });
    expect(answer.status).toBe(403);
  });
});

describe('reading memberships', () => {
  beforeEach(async () => {
    await lab.addMember(staff, inner);
    await lab.addMember(staff, ben);
    await lab.addMember(inner, ada);
    await lab.addMember(inner, pc);
  });

  it('members carry their types and the default properties', async () => {
    const { body } = await lab.call('GET', `/v1.0/groups/${inner}/members`);
    expect(body['@odata.context']).toBe('https://graph.example/v1.0/$metadata#directoryObjects');
    expect(typesOf(body)).toEqual(['device', 'user']);
    const user = body.value.find(({ id }: { id: string }) => id === ada);
    expect(Object.keys(user).sort()).toEqual(
      [
        '@odata.type',
        'id',
        'businessPhones',
        'displayName',
        'givenName',
        'jobTitle',
        'mail',
        'mobilePhone',
        'officeLocation',
        'preferredLanguage',
        'surname',
        'userPrincipalName',
      ].sort(),
    );
  });

  it.each([
    ['members', () => `/groups/${staff}/members`, () => sorted(inner, ben)],
    ['transitiveMembers', () => `/groups/${staff}/transitiveMembers`, () => sorted(inner, ben, ada, pc)],
    ['members cast to users', () => `/groups/${staff}/members/microsoft.graph.user`, () => [ben]],
    ['members cast in the short form', () => `/groups/${staff}/members/graph.user`, () => [ben]],
    ['transitiveMembers cast to devices', () => `/groups/${staff}/transitiveMembers/microsoft.graph.device`, () => [pc]],
    ['transitiveMembers cast to groups', () => `/groups/${staff}/transitiveMembers/microsoft.graph.group`, () => [inner]],
    ['memberOf of a user', () => `/users/${ada}/memberOf`, () => [inner]],
    ['memberOf by name', () => '/users/ADA@contoso.example/memberOf', () => [inner]],
    ['transitiveMemberOf of a user', () => `/users/${ada}/transitiveMemberOf`, () => sorted(inner, staff)],
    [
      'transitiveMemberOf cast to groups',
      () => `/users/${ada}/transitiveMemberOf/microsoft.graph.group?$select=id,displayName`,
      () => sorted(inner, staff),
    ],
    ['memberOf of a device', () => `/devices/${pc}/memberOf`, () => [inner]],
    ['transitiveMemberOf of a device', () => `/devices/${pc}/transitiveMemberOf`, () => sorted(inner, staff)],
    ['memberOf of a group', () => `/groups/${inner}/memberOf`, () => [staff]],
    ['transitiveMemberOf of a group', () => `/groups/${staff}/transitiveMemberOf`, () => []],
    ['memberOf of an object by its id', () => `/directoryObjects/${ada}/microsoft.graph.user/memberOf`, () => [inner]],
  ])('%s', async (_name, path, expected) => {
    for (const version of ['/beta', '/v1.0']) expect(await lab.ids(version + path())).toEqual(expected());
  });

  it('casts show no type and the set of the type', async () => {
    const { body } = await lab.call('GET', `/v1.0/groups/${staff}/transitiveMembers/microsoft.graph.user?$select=id,displayName`);
    expect(body['@odata.context']).toBe('https://graph.example/v1.0/$metadata#users(id,displayName)');
    expect(body.value.every((one: object) => !('@odata.type' in one))).toBe(true);
  });

  it.each([
    ['members/$count', '2'],
    ['transitiveMembers/$count', '4'],
    ['transitiveMembers/microsoft.graph.user/$count', '2'],
    ['transitiveMembers/microsoft.graph.device/$count', '1'],
  ])('%s answers %s', async (path, count) => {
    const answer = await lab.call('GET', `/v1.0/groups/${staff}/${path}`, undefined, eventual);
    expect([answer.status, answer.text]).toEqual([200, count]);
    expect(errorOf(await lab.call('GET', `/v1.0/groups/${staff}/${path}`))).toEqual([
      400,
      'Request_BadRequest',
      '$count is not currently supported.',
    ]);
  });

  it('pages, with a link to what comes next', async () => {
    const first = await lab.call('GET', `/v1.0/groups/${staff}/transitiveMembers?$top=3&$count=true`, undefined, eventual);
    expect([first.body.value.length, first.body['@odata.count']]).toEqual([3, 4]);
    const second = await lab.call(
      'GET',
      `!${String(first.body['@odata.nextLink']).slice('https://graph.example'.length)}`,
      undefined,
      eventual,
    );
    expect([...first.body.value, ...second.body.value].map(({ id }) => id)).toEqual(sorted(inner, ben, ada, pc));
    expect(second.body['@odata.nextLink']).toBeUndefined();
  });

  it('members by key, expanded, and as references', async () => {
    expect((await lab.call('GET', `/groups/${staff}/members/${ben}`)).body).toMatchObject({
      '@odata.type': '#microsoft.graph.user',
      id: ben,
    });
    expect((await lab.call('GET', `/groups/${staff}/members/${ada}`)).status).toBe(404);
    const expanded = await lab.call('GET', `/groups/${staff}?$expand=members($select=id)&$select=id`);
    expect(expanded.body.members.map(({ id }: { id: string }) => id)).toEqual(sorted(inner, ben));
    const { body } = await lab.call('GET', `/v1.0/groups/${inner}/members/$ref`);
    expect(body.value).toEqual(sorted(ada, pc).map((id) => ({ '@odata.id': `https://graph.example/v1.0/directoryObjects('${id}')` })));
  });

  it('nesting may go round', async () => {
    expect((await lab.addMember(inner, staff)).status).toBe(204);
    expect(await lab.ids(`/groups/${staff}/transitiveMembers`)).toEqual(sorted(inner, ben, ada, pc));
    expect(await lab.ids(`/groups/${inner}/transitiveMembers`)).toEqual(sorted(staff, ben, ada, pc));
    expect(await lab.ids(`/groups/${inner}/transitiveMemberOf`)).toEqual([staff]);
    expect(await lab.ids(`/users/${ada}/transitiveMemberOf`)).toEqual(sorted(inner, staff));
  });
});

describe('functions of membership', () => {
  let mail: string;
  beforeEach(async () => {
    mail = await lab.group('Project', unified);
    await lab.addMember(staff, inner);
    await lab.addMember(inner, ada);
    await lab.addMember(mail, ada);
  });

  it.each([
    ['checkMemberGroups', () => `/users/${ada}`, () => ({ groupIds: [staff, NOBODY, mail] }), () => [staff, mail]],
    ['checkMemberObjects', () => `/users/${ada}`, () => ({ ids: [staff, NOBODY] }), () => [staff]],
    ['checkMemberGroups', () => `/groups/${inner}`, () => ({ groupIds: [staff, inner] }), () => [staff]],
    ['checkMemberGroups', () => `/directoryObjects/${ada}`, () => ({ groupIds: [inner] }), () => [inner]],
    ['checkMemberGroups', () => `/devices/${pc}`, () => ({ groupIds: [inner] }), () => []],
    ['getMemberGroups', () => `/users/${ada}`, () => ({ securityEnabledOnly: false }), () => sorted(staff, inner, mail)],
    ['getMemberGroups', () => `/users/${ada}`, () => ({ securityEnabledOnly: true }), () => sorted(staff, inner)],
    ['getMemberObjects', () => `/groups/${inner}`, () => ({ securityEnabledOnly: false }), () => [staff]],
    ['microsoft.graph.getMemberGroups', () => `/users/${ada}`, () => ({}), () => sorted(staff, inner, mail)],
  ])('%s', async (name, owner, body, expected) => {
    for (const version of ['/beta', '/v1.0']) {
      const answer = await lab.call('POST', `${version}${owner()}/${name}`, body());
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        '@odata.context': `https://graph.example${version}/$metadata#Collection(Edm.String)`,
        value: expected(),
      });
    }
  });

  it.each([
    ['21 groups', { groupIds: Array(21).fill(NOBODY) }],
    ['no groups', {}],
    ['an empty list', { groupIds: [] }],
    ['a text', { groupIds: 'x' }],
    ['an unknown parameter', { groups: [] }],
  ])('refuses %s', async (_name, body) => {
    expect((await lab.call('POST', `/users/${ada}/checkMemberGroups`, body)).status).toBe(400);
  });
});

describe('objects of any kind', () => {
  it.each(['/beta', '/v1.0'])('are found by id in %s', async (version) => {
    for (const [id, type] of [
      [ada, 'user'],
      [pc, 'device'],
      [staff, 'group'],
    ]) {
      const { status, body } = await lab.call('GET', `${version}/directoryObjects/${id}`);
      expect([status, body['@odata.type'], body.id]).toEqual([200, `#microsoft.graph.${type}`, id]);
      expect(body['@odata.context']).toBe(`https://graph.example${version}/$metadata#directoryObjects/$entity`);
    }
    expect(errorOf(await lab.call('GET', `${version}/directoryObjects/${NOBODY}`)).slice(0, 2)).toEqual([404, 'Request_ResourceNotFound']);
    expect((await lab.call('GET', `${version}/directoryObjects/${ada}/microsoft.graph.device`)).status).toBe(404);
  });

  it('cannot be listed or changed, but deleted', async () => {
    expect(errorOf(await lab.call('GET', '/directoryObjects')).slice(0, 2)).toEqual([400, 'Request_UnsupportedQuery']);
    expect((await lab.call('PATCH', `/directoryObjects/${staff}`, { deletedDateTime: null })).status).toBe(400);
    expect((await lab.call('DELETE', `/directoryObjects/${staff}`)).status).toBe(204);
    expect((await lab.call('GET', `/groups/${staff}`)).status).toBe(404);
  });

  it.each([
    ['all of them', () => ({ ids: [staff, NOBODY, ada, pc, ada] }), () => [staff, ada, pc]],
    ['groups alone', () => ({ ids: [staff, ada], types: ['group'] }), () => [staff]],
    ['several types', () => ({ ids: [staff, ada, pc], types: ['user', 'device'] }), () => [ada, pc]],
    ['any type', () => ({ ids: [staff], types: ['directoryObject'] }), () => [staff]],
  ])('getByIds: %s', async (_name, body, expected) => {
    for (const version of ['/beta', '/v1.0']) {
      const answer = await lab.call('POST', `${version}/directoryObjects/getByIds`, body());
      expect(answer.status).toBe(200);
      expect(answer.body['@odata.context']).toBe(`https://graph.example${version}/$metadata#directoryObjects`);
      expect(answer.body.value.map(({ id }: { id: string }) => id)).toEqual(expected());
      expect(answer.body.value[0]['@odata.type']).toContain('#microsoft.graph.');
    }
  });

  it.each([
    ['no ids', {}],
    ['1001 ids', { ids: Array(1001).fill(NOBODY) }],
  ])('getByIds refuses %s', async (_name, body) => {
    expect(errorOf(await lab.call('POST', '/directoryObjects/getByIds', body)).slice(0, 2)).toEqual([400, 'Request_BadRequest']);
  });
});
