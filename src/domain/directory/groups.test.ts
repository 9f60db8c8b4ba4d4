import { beforeEach, describe, expect, it } from 'vitest';
import { type DirectoryLab, dynamic, errorOf, groupBody, NOBODY, openDirectory, reference, unified } from './testing/directory-lab.js';

let lab: DirectoryLab;
beforeEach(async () => {
  lab = await openDirectory();
});

describe('creating a group', () => {
  it.each(['beta', 'v1.0'])('answers the whole group in %s', async (version) => {
    const { status, body, headers } = await lab.call('POST', `/${version}/groups`, { ...groupBody('Staff'), description: 'All' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      '@odata.context': `https://graph.example/${version}/$metadata#groups/$entity`,
      displayName: 'Staff',
      description: 'All',
      createdDateTime: '2026-03-01T08:00:00Z',
      renewedDateTime: '2026-03-01T08:00:00Z',
      groupTypes: [],
      mail: null,
      mailEnabled: false,
      securityEnabled: true,
      visibility: null,
      membershipRule: null,
    });
    expect(body.securityIdentifier).toMatch(/^S-1-12-1-\d+-\d+-\d+-\d+$/);
    expect(body).not.toHaveProperty('isSubscribedByMail');
    expect(body).not.toHaveProperty('@odata.type');
    expect(headers.location).toBe(`https://graph.example/${version}/groups('${body.id}')`);
    expect((await lab.call('GET', `/${version}/groups/${body.id}`)).body).toEqual(body);
  });

  it.each([
    ['no displayName', { displayName: undefined }, "A value is required for property 'displayName' of resource 'Group'."],
    ['an empty displayName', { displayName: '' }, "A value is required for property 'displayName' of resource 'Group'."],
    ['no mailEnabled', { mailEnabled: undefined }, "A value is required for property 'mailEnabled' of resource 'Group'."],
    ['no mailNickname', { mailNickname: undefined }, "A value is required for property 'mailNickname' of resource 'Group'."],
    ['no securityEnabled', { securityEnabled: null }, "A value is required for property 'securityEnabled' of resource 'Group'."],
    ['a long displayName', { displayName: 'x'.repeat(257) }, "Invalid value specified for property 'displayName' of resource 'Group'."],
    ['a nickname with a space', { mailNickname: 'a b' }, "Invalid value specified for property 'mailNickname' of resource 'Group'."],
    ['an unknown group type', { groupTypes: ['Team'] }, "Invalid value specified for property 'groupTypes' of resource 'Group'."],
    ['a mail-enabled security group', { mailEnabled: true }, 'The service does not currently support writes of mail-enabled groups.'],
    ['neither mail nor security', { securityEnabled: false }, 'The service does not currently support writes of mail-enabled groups.'],
    [
      'a Microsoft 365 group without mail',
      { groupTypes: ['Unified'] },
      "Invalid value specified for property 'mailEnabled' of resource 'Group'.",
    ],
    [
      'a rule without dynamic membership',
      { membershipRule: 'user.city -eq "Ulm"' },
      "Invalid value specified for property 'membershipRule'",
    ],
    ['an undeclared type', { securityEnabled: 'yes' }, "Invalid value specified for property 'securityEnabled' of resource 'Group'."],
    ['contained objects', { settings: [{}] }, "'settings' cannot be written along with the object."],
  ])('refuses %s, and makes nothing', async (_name, change, message) => {
    const before = await lab.sequence();
    const [status, code, text] = errorOf(await lab.call('POST', '/groups', { ...groupBody('Staff'), ...change }));
    expect([status, code]).toEqual([400, 'Request_BadRequest']);
    expect(text).toContain(message);
    expect(await lab.sequence()).toBe(before);
  });

  it('makes a Microsoft 365 group with mail in the default domain', async () => {
    await lab.put('organization', 'organization', '11111111-1111-4111-8111-111111111111', {
      verifiedDomains: [
        { name: 'other.example', isDefault: false },
        { name: 'contoso.example', isDefault: true },
      ],
    });
    const { status, body } = await lab.call('POST', '/groups', { ...groupBody('Project'), ...unified });
    expect([status, body.mail, body.proxyAddresses, body.visibility]).toEqual([
      201,
      'Project@contoso.example',
      ['SMTP:Project@contoso.example'],
      'Public',
    ]);
  });

  it('refuses a mail nickname that another Microsoft 365 group has, in any case', async () => {
    await lab.group('Project', unified);
    const answer = await lab.call('POST', '/groups', { ...groupBody('PROJECT'), ...unified });
    expect(errorOf(answer)).toEqual([
      400,
      'Request_BadRequest',
      'Another object with the same value for property mailNickname already exists.',
    ]);
    expect(await lab.group('PROJECT')).toEqual(expect.any(String));
  });

  it('binds members and owners', async () => {
    const [ada, ben] = [await lab.user('ada'), await lab.user('ben')];
    const id = await lab.group('Staff', {
      'members@odata.bind': [`https://graph.microsoft.com/v1.0/directoryObjects/${ada}`, 'users/ben@contoso.example'],
      'owners@odata.bind': [`https://graph.microsoft.com/v1.0/users('${ben}')`],
    });
    expect(new Set(await lab.ids(`/groups/${id}/members`))).toEqual(new Set([ada, ben]));
    expect(await lab.ids(`/groups/${id}/owners`)).toEqual([ben]);
  });

  it.each([
    ['an unknown member', { 'members@odata.bind': [`directoryObjects/${NOBODY}`] }, 404, `Resource '${NOBODY}' does not exist`],
    ['no URL', { 'members@odata.bind': ['nonsense'] }, 400, "The reference 'nonsense' of 'members' is not the URL of a directory object"],
    [
      'an object of another area',
      { 'members@odata.bind': ['deviceManagement/deviceConfigurations/x'] },
      400,
      'is not the URL of a directory object',
    ],
    ['21 members', { 'members@odata.bind': Array(21).fill(`users/${NOBODY}`) }, 400, '20 is the most for one request'],
    ['what cannot be bound', { 'createdOnBehalfOf@odata.bind': `users/${NOBODY}` }, 400, 'cannot be bound; bindable: members, owners'],
  ])('refuses to bind %s', async (_name, more, status, message) => {
    const [found, , text] = errorOf(await lab.call('POST', '/groups', { ...groupBody('Staff'), ...more }));
    expect(found).toBe(status);
    expect(text).toContain(message);
  });

  it('makes a user who names no owner the owner', async () => {
    await lab.put('users', 'user', 'b0000000-0000-4000-8000-000000000001', { displayName: 'Me' });
    const caller = { authorization: 'Bearer user Group.ReadWrite.All' };
    const { body } = await lab.call('POST', '/groups', groupBody('Mine'), caller);
    expect(await lab.ids(`/groups/${body.id}/owners`)).toEqual(['b0000000-0000-4000-8000-000000000001']);
  });
});

describe('changing a group', () => {
  it('answers 204 and shows the change', async () => {
    const id = await lab.group('Staff');
    const answer = await lab.call('PATCH', `/v1.0/groups/${id}`, { displayName: 'Everybody', description: 'x', id: 'other' });
    expect([answer.status, answer.text]).toEqual([204, undefined]);
    expect((await lab.call('GET', `/groups/${id}`)).body).toMatchObject({
      id,
      displayName: 'Everybody',
      description: 'x',
      mailNickname: 'Staff',
    });
  });

  it('keeps directory extensions', async () => {
    const name = 'extension_0123456789abcdef0123456789abcdef_costCenter';
    const id = await lab.group('Staff', { [name]: '42' });
    expect((await lab.call('GET', `/v1.0/groups/${id}?$select=${name}`)).body[name]).toBe('42');
  });

  it('writes nothing when nothing changes', async () => {
    const id = await lab.group('Staff');
    const before = await lab.sequence();
    expect((await lab.call('PATCH', `/groups/${id}`, { displayName: 'Staff' })).status).toBe(204);
    expect(await lab.sequence()).toBe(before);
  });

  it.each([
    ['an unknown property', { colour: [] }, "Invalid property 'colour'."],
    ['a property of the wrong type', { securityEnabled: [] }, "An unexpected 'StartArray' node"],
    ['its kind', { groupTypes: ['Unified'] }, "Invalid value specified for property 'groupTypes'"],
    ['mailEnabled', { mailEnabled: true }, "Invalid value specified for property 'mailEnabled'"],
    ['an empty displayName', { displayName: '' }, "Invalid value specified for property 'displayName'"],
    ['a null nickname', { mailNickname: null }, "Invalid value specified for property 'mailNickname'"],
    ['a navigation property', { members: [] }, "Cannot apply PATCH to navigation property 'members'"],
  ])('refuses %s', async (_name, change, message) => {
    const id = await lab.group('Staff');
    const answer = await lab.call('PATCH', `/groups/${id}`, change);
    expect(answer.status).toBe(400);
    expect(answer.body.error.message).toContain(message);
  });

  it('adds up to 20 members with members@odata.bind', async () => {
    const id = await lab.group('Staff');
    const users = await Promise.all(Array.from({ length: 20 }, (_, at) => lab.user(`u${at}`)));
    const bind = (list: readonly string[]) => ({
      'members@odata.bind': list.map((user) => `https://graph.microsoft.com/v1.0/directoryObjects/${user}`),
    });
    expect((await lab.call('PATCH', `/v1.0/groups/${id}`, bind(users))).status).toBe(204);
    expect(new Set(await lab.ids(`/groups/${id}/members`))).toEqual(new Set(users));
    const again = await lab.call('PATCH', `/v1.0/groups/${id}`, bind(users.slice(0, 1)));
    expect(errorOf(again)).toEqual([
      400,
      'Request_BadRequest',
      "One or more added object references already exist for the following modified properties: 'members'.",
    ]);
  });

  it('answers 404 in the directory’s words', async () => {
    const message = `Resource '${NOBODY}' does not exist or one of its queried reference-property objects are not present.`;
    for (const [method, body] of [['GET'], ['PATCH', {}], ['DELETE']] as const) {
      expect(errorOf(await lab.call(method, `/groups/${NOBODY}`, body))).toEqual([404, 'Request_ResourceNotFound', message]);
    }
  });
});

describe('deleting a group', () => {
  it('takes its links both ways along, and leaves its members', async () => {
    const [outer, inner, ada] = [await lab.group('Outer'), await lab.group('Inner'), await lab.user('ada')];
    await lab.addMember(outer, inner);
    await lab.addMember(inner, ada);
    await lab.call('POST', `/groups/${inner}/owners/$ref`, reference(ada, 'users'));
    expect((await lab.call('DELETE', `/v1.0/groups/${inner}`)).status).toBe(204);
    expect(await lab.ids(`/groups/${outer}/members`)).toEqual([]);
    expect(await lab.ids(`/users/${ada}/memberOf`)).toEqual([]);
    expect(await lab.ids(`/users/${ada}/ownedObjects`)).toEqual([]);
    expect((await lab.call('GET', `/users/${ada}`)).status).toBe(200);
  });

  it('leaves assignments that point at it', async () => {
    const configuration = '/deviceManagement/deviceConfigurations';
    const id = await lab.group('Staff');
    const { body } = await lab.call('POST', configuration, {
      '@odata.type': '#microsoft.graph.windows10GeneralConfiguration',
      displayName: 'Kiosk',
    });
    const assignments = `${configuration}/${body.id}/assignments`;
    await lab.call('POST', assignments, { target: { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: id } });
    await lab.call('DELETE', `/groups/${id}`);
    expect((await lab.call('GET', assignments)).body.value).toHaveLength(1);
  });

  it('frees its nickname', async () => {
    const id = await lab.group('Project', unified);
    await lab.call('DELETE', `/groups/${id}`);
    expect(await lab.group('Project', unified)).not.toBe(id);
  });
});

describe('who may write groups', () => {
  it.each([
    ['Group.ReadWrite.All', 201],
    ['Directory.ReadWrite.All', 201],
    ['Group.Read.All', 403],
    ['GroupMember.ReadWrite.All', 403],
  ])('%s: %i', async (permission, expected) => {
    const answer = await lab.call('POST', '/groups', groupBody('Staff'), { authorization: `Bearer app ${permission}` });
    expect(answer.status).toBe(expected);
    if (expected === 403)
      expect(errorOf(answer)).toEqual([403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.']);
  });
});

describe('dynamic groups', () => {
  const rule = '(user.department -eq "Sales")';
  let ada: string;
  beforeEach(async () => {
    ada = await lab.user('ada', { department: 'Sales' });
    await lab.user('ben', { department: 'Legal' });
  });

  it('hold whom the rule accepts, as they change', async () => {
    const id = await lab.dynamicGroup('Sales', rule);
    expect(await lab.ids(`/groups/${id}/members`)).toEqual([ada]);
    expect(await lab.ids(`/users/${ada}/memberOf`)).toEqual([id]);
    await lab.call('PATCH', `/users/${ada}`, { department: 'Legal' });
    expect(await lab.ids(`/groups/${id}/members`)).toEqual([]);
    expect(await lab.ids(`/users/${ada}/memberOf`)).toEqual([]);
  });

  it('hold devices by a rule about devices', async () => {
    const id = await lab.dynamicGroup('Laptops', '(device.displayName -startsWith "LAP")');
    const device = await lab.device('LAP-1');
    await lab.device('PC-1');
    expect(await lab.ids(`/groups/${id}/members`)).toEqual([device]);
    expect(await lab.ids(`/devices/${device}/transitiveMemberOf`)).toEqual([id]);
  });

  it.each([
    ['no rule', { membershipRule: undefined }, "A value is required for property 'membershipRule' of resource 'Group'."],
    [
      'no processing state',
      { membershipRuleProcessingState: undefined },
      "A value is required for property 'membershipRuleProcessingState' of resource 'Group'.",
    ],
    [
      'an unknown processing state',
      { membershipRuleProcessingState: 'Off' },
      "Invalid value specified for property 'membershipRuleProcessingState'",
    ],
    [
      'a rule about nothing known',
      { membershipRule: 'user.shoeSize -eq "42"' },
      'Dynamic membership rule validation error: Attribute not supported.',
    ],
    [
      'devices in a Microsoft 365 group',
      { ...unified, groupTypes: ['Unified', 'DynamicMembership'], membershipRule: 'device.isRooted -eq true' },
      'Dynamic membership rule validation error: Invalid object type.',
    ],
    ['a group for roles', { isAssignableToRole: true }, "Invalid value specified for property 'isAssignableToRole'"],
  ])('are refused with %s', async (_name, change, message) => {
    const [status, code, text] = errorOf(await lab.call('POST', '/groups', { ...groupBody('Sales'), ...dynamic(rule), ...change }));
    expect([status, code]).toEqual([400, 'Request_BadRequest']);
    expect(text).toContain(message);
  });

  it('say where a rule is wrong', async () => {
    const { body } = await lab.call('POST', '/groups', { ...groupBody('Sales'), ...dynamic('user.shoeSize -eq "42"') });
    expect(body.error.target).toBe('membershipRule');
    expect(body.error.innerError['@muster.diagnostics'][0]).toMatchObject({ position: 0, length: 13, message: 'Attribute not supported.' });
    const group = await lab.dynamicGroup('Sales', rule);
    const patched = await lab.call('PATCH', `/groups/${group}`, { membershipRule: 'user.city -eq "Ulm' });
    expect(patched.body.error.innerError['@muster.diagnostics'][0].position).toBe(14);
    expect((await lab.call('GET', `/groups/${group}`)).body.membershipRule).toBe(rule);
  });

  it('tell how far the rule is, when asked', async () => {
    const id = await lab.dynamicGroup('Sales', rule);
    const statusOf = async () =>
      (await lab.call('GET', `/groups/${id}?$select=membershipRuleProcessingStatus`)).body.membershipRuleProcessingStatus;
    expect(await statusOf()).toEqual({ status: 'Succeeded', lastMembershipUpdated: '2026-03-01T08:00:00Z', errorMessage: null });
    await lab.call('PATCH', `/groups/${id}`, { membershipRuleProcessingState: 'Paused' });
    expect(await statusOf()).toBeNull();
    expect((await lab.call('GET', `/groups/${id}`)).body).not.toHaveProperty('membershipRuleProcessingStatus');
  });

  it('take no members by hand', async () => {
    const id = await lab.dynamicGroup('Sales', rule);
    const denied = [403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.'];
    const bind = { 'members@odata.bind': [`users/${ada}`] };
    expect(errorOf(await lab.addMember(id, ada))).toEqual(denied);
    expect(errorOf(await lab.call('DELETE', `/groups/${id}/members/${ada}/$ref`))).toEqual(denied);
    expect(errorOf(await lab.call('PATCH', `/groups/${id}`, bind))).toEqual(denied);
    expect(errorOf(await lab.call('POST', '/groups', { ...groupBody('Other'), ...dynamic(rule), ...bind }))).toEqual(denied);
    expect((await lab.call('POST', `/groups/${id}/owners/$ref`, reference(ada))).status).toBe(204);
  });

  it.each([
    ['paused', { membershipRuleProcessingState: 'Paused' }],
    ['assigned', { groupTypes: [] }],
    ['assigned as the documentation does it', { groupTypes: [], membershipRuleProcessingState: 'Paused' }],
  ])('keep whom they hold when they become %s', async (_name, change) => {
    const id = await lab.dynamicGroup('Sales', rule);
    expect((await lab.call('PATCH', `/groups/${id}`, change)).status).toBe(204);
    await lab.call('PATCH', `/users/${ada}`, { department: 'Legal' });
    expect(await lab.ids(`/groups/${id}/members`)).toEqual([ada]);
    expect(await lab.ids(`/users/${ada}/memberOf`)).toEqual([id]);
    if ('groupTypes' in change) expect((await lab.call('DELETE', `/groups/${id}/members/${ada}/$ref`)).status).toBe(204);
  });

  it('drop assigned members when the rule takes over', async () => {
    const [id, device] = [await lab.group('Sales'), await lab.device('PC')];
    await lab.addMember(id, device);
    await lab.call('PATCH', `/groups/${id}`, dynamic(rule, 'on'));
    expect(await lab.ids(`/groups/${id}/members`)).toEqual([ada]);
    expect(await lab.ids(`/devices/${device}/memberOf`)).toEqual([]);
    expect((await lab.call('GET', `/groups/${id}`)).body.membershipRuleProcessingState).toBe('On');
  });

  it('hold a manager’s direct reports and the manager, and members of other groups', async () => {
    const boss = await lab.user('boss');
    await lab.call('PUT', `/users/${ada}/manager/$ref`, reference(boss, 'users'));
    const reports = await lab.dynamicGroup('Reports', `Direct Reports for "${boss}"`);
    expect(new Set(await lab.ids(`/groups/${reports}/members`))).toEqual(new Set([ada, boss]));
    const staff = await lab.group('Staff');
    await lab.addMember(staff, boss);
    const copy = await lab.dynamicGroup('Copy', `user.memberof -any (group.objectId -in ['${staff}', '${reports}'])`);
    expect(new Set(await lab.ids(`/groups/${copy}/members`))).toEqual(new Set([ada, boss]));
  });
});

describe('evaluateDynamicMembership', () => {
  const rule = '(user.department -eq "Sales") -and (user.city -ne "Ulm")';
  let ada: string;
  beforeEach(async () => {
    ada = await lab.user('ada', { department: 'Sales', city: 'Ulm' });
  });

  it.each([['of a group'], ['of a rule']])('answers with the details %s', async (form) => {
    const group = await lab.dynamicGroup('Sales', rule);
    const [path, body] =
      form === 'of a group'
        ? [`/groups/${group}/evaluateDynamicMembership`, { memberId: ada }]
        : ['/groups/evaluateDynamicMembership', { memberId: ada, membershipRule: rule }];
    const answer = await lab.call('POST', path, body);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      '@odata.context': 'https://graph.example/beta/$metadata#microsoft.graph.evaluateDynamicMembershipResult',
      membershipRule: rule,
      membershipRuleEvaluationResult: false,
      membershipRuleEvaluationDetails: {
        expression: expect.any(String),
        expressionResult: false,
        expressionEvaluationDetails: [
          {
            expression: 'user.department -eq "Sales"',
            expressionResult: true,
            propertyToEvaluate: { propertyName: 'department', propertyValue: 'Sales' },
          },
          {
            expression: 'user.city -ne "Ulm"',
            expressionResult: false,
            propertyToEvaluate: { propertyName: 'city', propertyValue: 'Ulm' },
          },
        ],
      },
    });
  });

  it('is false for an object that the rule is not about', async () => {
    const device = await lab.device('PC');
    const { body } = await lab.call('POST', '/groups/evaluateDynamicMembership', {
      memberId: device,
      membershipRule: 'user.city -ne "Bonn"',
    });
    expect([body.membershipRuleEvaluationResult, body.membershipRuleEvaluationDetails]).toEqual([false, null]);
  });

  it.each([
    ['an unknown member', '/groups/evaluateDynamicMembership', { memberId: NOBODY, membershipRule: rule }, 404],
    ['no member', '/groups/evaluateDynamicMembership', { membershipRule: rule }, 400],
    ['no rule', '/groups/evaluateDynamicMembership', { memberId: NOBODY }, 400],
    ['a bad rule', '/groups/evaluateDynamicMembership', { memberId: NOBODY, membershipRule: 'user.city' }, 400],
    ['v1.0', '/v1.0/groups/evaluateDynamicMembership', { memberId: NOBODY, membershipRule: rule }, 405],
  ])('refuses %s', async (_name, path, body, status) => {
    expect((await lab.call('POST', path, body)).status).toBe(status);
  });

  it('refuses a group without a rule', async () => {
    const id = await lab.group('Staff');
    expect((await lab.call('POST', `/groups/${id}/evaluateDynamicMembership`, { memberId: ada })).status).toBe(400);
  });
});
