import { beforeEach, describe, expect, it } from 'vitest';
import { as, type DirectoryLab, errorOf, NOBODY, openDirectory, reference, userBody } from './testing/directory-lab.js';

const ME = 'b0000000-0000-4000-8000-000000000001';

let lab: DirectoryLab;
beforeEach(async () => {
  lab = await openDirectory();
});

describe('creating a user', () => {
  it('answers the default properties in v1.0, more in beta, and no password ever', async () => {
    const v1 = await lab.call('POST', '/v1.0/users', { ...userBody('ada'), city: 'Ulm' });
    expect(v1.status).toBe(201);
    expect(v1.body).toEqual({
      '@odata.context': 'https://graph.example/v1.0/$metadata#users/$entity',
      id: v1.body.id,
      businessPhones: [],
      displayName: 'ada',
      givenName: null,
      jobTitle: null,
      mail: null,
      mobilePhone: null,
      officeLocation: null,
      preferredLanguage: null,
      surname: null,
      userPrincipalName: 'ada@contoso.example',
    });
    const beta = await lab.call('POST', '/users', userBody('ben'));
    expect(beta.body).toMatchObject({
      accountEnabled: true,
      userType: 'Member',
      passwordProfile: null,
      createdDateTime: '2026-03-01T08:00:00Z',
    });
    expect(beta.body).not.toHaveProperty('@odata.type');
    expect(beta.text).not.toContain('xWwvJ');
    const changes = await lab.store.changesSince('11111111-1111-4111-8111-111111111111', 0, 100);
    expect(JSON.stringify(changes)).not.toContain('xWwvJ');
  });

  it('shows other properties when they are selected', async () => {
    const id = await lab.user('ada', { city: 'Ulm' });
    const { body } = await lab.call('GET', `/v1.0/users/${id}?$select=city,accountEnabled,passwordProfile`);
    expect(body).toEqual({ '@odata.context': expect.any(String), id, accountEnabled: true, city: 'Ulm', passwordProfile: null });
    expect((await lab.call('GET', `/v1.0/users/${id}/city`)).body.value).toBe('Ulm');
  });

  it.each([
    ['no displayName', { displayName: undefined }, "A value is required for property 'displayName' of resource 'User'."],
    ['no accountEnabled', { accountEnabled: undefined }, "A value is required for property 'accountEnabled' of resource 'User'."],
    ['no mailNickname', { mailNickname: '' }, "A value is required for property 'mailNickname' of resource 'User'."],
    ['no userPrincipalName', { userPrincipalName: undefined }, "A value is required for property 'userPrincipalName' of resource 'User'."],
    ['no password profile', { passwordProfile: undefined }, "A value is required for property 'passwordProfile' of resource 'User'."],
    ['no password', { passwordProfile: {} }, "A value is required for property 'passwordProfile' of resource 'User'."],
    [
      'a weak password',
      { passwordProfile: { password: 'x' } },
      'The specified password does not comply with password complexity requirements.',
    ],
    ['a name without domain', { userPrincipalName: 'ada' }, 'Property userPrincipalName is invalid.'],
    ['a name with a space', { userPrincipalName: 'a da@contoso.example' }, 'Property userPrincipalName is invalid.'],
    ['a nickname with an at', { mailNickname: 'a@b' }, "Invalid value specified for property 'mailNickname' of resource 'User'."],
    ['an unknown property', { shoeSize: 42 }, "Invalid property 'shoeSize'."],
    [
      'a name that is taken',
      { userPrincipalName: 'TAKEN@contoso.example' },
      'Another object with the same value for property userPrincipalName already exists.',
    ],
  ])('refuses %s', async (_name, change, message) => {
    await lab.user('taken');
    const before = await lab.sequence();
    const [status, code, text] = errorOf(await lab.call('POST', '/users', { ...userBody('ada'), ...change }));
    expect([status, code]).toEqual([400, 'Request_BadRequest']);
    expect(text).toContain(message);
    expect(await lab.sequence()).toBe(before);
  });

  it('of two with one name at once makes one', async () => {
    const answers = await Promise.all([lab.call('POST', '/users', userBody('ada')), lab.call('POST', '/users', userBody('ada'))]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 400]);
  });

  it('holds names to the verified domains of the organization', async () => {
    await lab.put('organization', 'organization', '11111111-1111-4111-8111-111111111111', {
      verifiedDomains: [{ name: 'fabrikam.example', isDefault: true }],
    });
    const answer = await lab.call('POST', '/users', userBody('ada'));
    expect(errorOf(answer)[2]).toContain('You must use one of the verified domain names in your organization.');
    expect((await lab.call('POST', '/users', { ...userBody('ada'), userPrincipalName: 'ada@Fabrikam.example' })).status).toBe(201);
  });
});

describe('a user as key', () => {
  it.each([
    ['its id', (id: string) => `/users/${id}`],
    ['its id in capitals', (id: string) => `/users/${id.toUpperCase()}`],
    ['its name', () => '/users/ada@contoso.example'],
    ['its name in another case', () => '/users/ADA@CONTOSO.example'],
    ['its name in parentheses', () => "/users('ada@contoso.example')"],
    ['its name, escaped', () => '/users/ada%40contoso.example'],
  ])('%s', async (_name, path) => {
    const id = await lab.user('ada');
    for (const version of ['/beta', '/v1.0']) expect((await lab.call('GET', version + path(id))).body.id).toBe(id);
    expect((await lab.call('PATCH', path(id), { jobTitle: 'Boss' })).status).toBe(204);
    expect((await lab.call('DELETE', path(id))).status).toBe(204);
    expect((await lab.call('GET', path(id))).status).toBe(404);
  });

  it('follows a change of name', async () => {
    const id = await lab.user('ada');
    expect((await lab.call('PATCH', `/users/${id}`, { userPrincipalName: 'eva@contoso.example' })).status).toBe(204);
    expect((await lab.call('GET', '/users/eva@contoso.example')).body.id).toBe(id);
    expect(errorOf(await lab.call('GET', '/users/ada@contoso.example'))[2]).toContain("Resource 'ada@contoso.example' does not exist");
    expect(await lab.user('ada')).not.toBe(id);
    expect(errorOf(await lab.call('PATCH', `/users/${id}`, { userPrincipalName: 'ada@contoso.example' }))[0]).toBe(400);
    expect((await lab.call('PATCH', `/users/${id}`, { userPrincipalName: 'EVA@contoso.example' })).status).toBe(204);
  });
});

describe('changing a user', () => {
  it('takes a new password and forgets it', async () => {
    const id = await lab.user('ada');
    const body = { passwordProfile: { password: 'another-Secret-1', forceChangePasswordNextSignIn: false } };
    expect((await lab.call('PATCH', `/users/${id}`, body)).status).toBe(204);
    expect((await lab.call('GET', `/users/${id}?$select=passwordProfile`)).body.passwordProfile).toBeNull();
  });

  it.each([
    ['an empty name', { displayName: '' }],
    ['a null account state', { accountEnabled: null }],
    ['a wrong type', { accountEnabled: 'yes' }],
    ['an unknown property', { shoeSize: 42 }],
    ['a weak password', { passwordProfile: { password: 'x' } }],
  ])('refuses %s', async (_name, body) => {
    const id = await lab.user('ada');
    expect(errorOf(await lab.call('PATCH', `/v1.0/users/${id}`, body)).slice(0, 2)).toEqual([400, 'Request_BadRequest']);
  });
});

describe('licences', () => {
  const INTUNE = 'c1ec4a95-1f05-45b3-a911-aa3fa01094f5';
  const TEAMS = '57ff2da0-773e-42df-b2af-ffb7a2317929';
  const SKU = '66b55226-6b4f-492c-910c-a3b7a3c9d993';
  beforeEach(async () => {
    const plan = (servicePlanId: string, servicePlanName: string) => ({
      servicePlanId,
      servicePlanName,
      provisioningStatus: 'Success',
      appliesTo: 'User',
    });
    await lab.put('subscribedSkus', 'subscribedSku', 'x', { skuId: SKU, servicePlans: [plan(INTUNE, 'INTUNE_A'), plan(TEAMS, 'TEAMS1')] });
  });
  const plansOf = async (id: string) => (await lab.call('GET', `/users/${id}?$select=assignedPlans`)).body.assignedPlans;
  const holding = (...disabledPlans: readonly string[]) => ({ assignedLicenses: [{ skuId: SKU, disabledPlans }] });

  it('bring their plans, which rules can ask for', async () => {
    const id = await lab.user('ada', holding(TEAMS));
    expect(await plansOf(id)).toEqual([
      { assignedDateTime: '2026-03-01T08:00:00Z', capabilityStatus: 'Enabled', service: 'SCO', servicePlanId: INTUNE },
    ]);
    const group = await lab.dynamicGroup(
      'Licensed',
      'user.assignedPlans -any (assignedPlan.service -eq "SCO" -and assignedPlan.capabilityStatus -eq "Enabled")',
    );
    expect(await lab.ids(`/groups/${group}/members`)).toEqual([id]);
    expect((await lab.call('PATCH', `/users/${id}`, { assignedLicenses: [] })).status).toBe(204);
    expect(await plansOf(id)).toEqual([]);
    expect(await lab.ids(`/groups/${group}/members`)).toEqual([]);
    await lab.call('PATCH', `/users/${id}`, holding());
    expect(await plansOf(id)).toHaveLength(2);
  });

  it('are those of the tenant', async () => {
    const answer = await lab.call('POST', '/users', { ...userBody('ada'), assignedLicenses: [{ skuId: NOBODY, disabledPlans: [] }] });
    expect(errorOf(answer)).toEqual([400, 'Request_BadRequest', `License ${NOBODY} does not correspond to a valid company License.`]);
  });
});

describe('managers', () => {
  it('are set, read, expanded, replaced and removed', async () => {
    const [ada, ben, eva] = [await lab.user('ada'), await lab.user('ben'), await lab.user('eva')];
    const path = `/v1.0/users/${ada}/manager`;
    expect(errorOf(await lab.call('GET', path))).toEqual([
      404,
      'Request_ResourceNotFound',
      "Resource 'manager' does not exist or one of its queried reference-property objects are not present.",
    ]);
    expect((await lab.call('PUT', `${path}/$ref`, reference(ben, 'users'))).status).toBe(204);
    const { body } = await lab.call('GET', path);
    expect([body['@odata.context'], body['@odata.type'], body.id]).toEqual([
      'https://graph.example/v1.0/$metadata#directoryObjects/$entity',
      '#microsoft.graph.user',
      ben,
    ]);
    expect(await lab.ids(`/v1.0/users/${ben}/directReports`)).toEqual([ada]);
    expect((await lab.call('GET', `/v1.0/users/${ada}?$expand=manager($select=id,displayName)`)).body.manager).toMatchObject({
      id: ben,
      displayName: 'ben',
    });
    expect((await lab.call('PUT', `${path}/$ref`, reference(eva, 'users'))).status).toBe(204);
    expect(await lab.ids(`/users/${ben}/directReports`)).toEqual([]);
    expect((await lab.call('DELETE', `${path}/$ref`)).status).toBe(204);
    expect((await lab.call('DELETE', `${path}/$ref`)).status).toBe(404);
  });

  it('are users that exist', async () => {
    const [ada, group] = [await lab.user('ada'), await lab.group('Staff')];
    const put = async (id: string) => errorOf(await lab.call('PUT', `/users/${ada}/manager/$ref`, reference(id)));
    expect(await put(NOBODY)).toEqual([404, 'Request_ResourceNotFound', expect.stringContaining(NOBODY)]);
    expect(await put(group)).toEqual([
      400,
      'Request_BadRequest',
      `The reference target 'Group_${group}' of type 'Group' is invalid for the 'manager' reference.`,
    ]);
  });

  it('go with their users', async () => {
    const [ada, ben] = [await lab.user('ada'), await lab.user('ben')];
    await lab.call('PUT', `/users/${ada}/manager/$ref`, reference(ben, 'users'));
    await lab.call('DELETE', `/users/${ben}`);
    expect((await lab.call('GET', `/users/${ada}/manager`)).status).toBe(404);
  });
});

describe('/me', () => {
  beforeEach(async () => {
    await lab.put('users', 'user', ME, {
      displayName: 'Me',
      userPrincipalName: 'someone@example.com',
      accountEnabled: true,
      mailNickname: 'me',
    });
  });
  const me = (...permissions: readonly string[]) => as('user', ...permissions);

  it.each(['/beta', '/v1.0'])('is the signed-in user in %s', async (version) => {
    const { status, body } = await lab.call('GET', `${version}/me`, undefined, me('User.Read'));
    expect([status, body.id, body['@odata.context']]).toEqual([200, ME, `https://graph.example${version}/$metadata#users/$entity`]);
  });

  it('shows groups, answers functions, and can be changed', async () => {
    const group = await lab.group('Staff');
    await lab.addMember(group, ME);
    expect(await lab.ids('/v1.0/me/memberOf', me('User.Read'))).toEqual([group]);
    expect(await lab.ids('/v1.0/me/transitiveMemberOf/microsoft.graph.group', me('User.Read'))).toEqual([group]);
    const answer = await lab.call('POST', '/v1.0/me/getMemberGroups', { securityEnabledOnly: false }, me('User.Read'));
    expect(answer.body.value).toEqual([group]);
    expect((await lab.call('PATCH', '/me', { jobTitle: 'Boss' }, me('User.ReadWrite'))).status).toBe(204);
    expect((await lab.call('GET', '/me/jobTitle', undefined, me('User.Read'))).body.value).toBe('Boss');
    expect((await lab.call('PATCH', '/me', { jobTitle: 'Boss' }, me('User.Read'))).status).toBe(403);
  });

  it('is nothing for applications', async () => {
    for (const path of ['/v1.0/me', '/beta/me/memberOf']) {
      expect(errorOf(await lab.call('GET', path))).toEqual([
        400,
        'BadRequest',
        '/me request is only valid with delegated authentication flow.',
      ]);
    }
  });

  it('is not found for a user of no entity', async () => {
    await lab.call('DELETE', `/users/${ME}`);
    expect(errorOf(await lab.call('GET', '/me', undefined, me('User.Read'))).slice(0, 2)).toEqual([404, 'Request_ResourceNotFound']);
  });
});

describe('who may do what with users', () => {
  it.each([
    ['GET', '/users', 'User.Read.All', 200],
    ['GET', '/users', 'Group.Read.All', 403],
    ['POST', '/users', 'User.ReadWrite.All', 201],
    ['POST', '/users', 'User.Read.All', 403],
    ['GET', '/users/ada@contoso.example/transitiveMemberOf', 'User.Read.All', 200],
    ['GET', '/users/ada@contoso.example/transitiveMemberOf', 'User.ReadBasic.All', 403],
    ['PUT', '/users/ada@contoso.example/manager/$ref', 'User.ReadWrite.All', 204],
    ['PUT', '/users/ada@contoso.example/manager/$ref', 'User.Read.All', 403],
  ])('%s %s with %s: %i', async (method, path, permission, status) => {
    const ada = await lab.user('ada');
    const body = method === 'POST' ? userBody('ben') : method === 'PUT' ? reference(ada) : undefined;
    expect((await lab.call(method, path, body, as('app', permission))).status).toBe(status);
  });
});
