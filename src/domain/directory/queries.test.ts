import { beforeAll, describe, expect, it } from 'vitest';
import { type DirectoryLab, errorOf, eventual, openDirectory } from './testing/directory-lab.js';

let lab: DirectoryLab;
let staff: string;
beforeAll(async () => {
  lab = await openDirectory();
  staff = await lab.group('Staff of Ulm', { mailNickname: 'staff', description: 'Everybody at the office' });
  await lab.group('All-Devices', { mailNickname: 'devices' });
  for (const name of ['ada', 'ben', 'eva']) {
    const user = await lab.user(name, {
      displayName: `${name} Miller`,
      jobTitle: name === 'eva' ? null : 'Engineer',
      mail: `${name}@mail.example`,
    });
    await lab.addMember(staff, user);
  }
});

const names = async (path: string, headers = {}) => {
  const answer = await lab.call('GET', path, undefined, headers);
  expect(answer.status, answer.text).toBe(200);
  return answer.body.value.map(({ displayName }: { displayName: string }) => displayName.split(' ')[0]).sort();
};
const operator = (name: string) =>
  `Operator '${name}' is not supported because the required parameters might be missing. Try adding $count=true query parameter and ConsistencyLevel:eventual header. Refer to https://aka.ms/graph-docs/advanced-queries for more information`;
const SORT = 'Sorting not supported for current query.';
const RELATION = 'The specified filter to the reference property query is currently not supported.';
const SEARCH =
  "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'";

describe('plain queries', () => {
  it.each([
    ["/v1.0/users?$filter=startswith(displayName,'a')", ['ada']],
    ["/v1.0/users?$filter=displayName eq 'ben Miller'", ['ben']],
    ["/v1.0/users?$filter=userPrincipalName in ('ada@contoso.example','eva@contoso.example')", ['ada', 'eva']],
    ['/v1.0/users?$orderby=displayName', ['ada', 'ben', 'eva']],
    ["/v1.0/groups?$filter=groupTypes/any(t:t eq 'Unified')", []],
    ["/v1.0/devices?$filter=displayName eq 'x'", []],
    ['/v1.0/users?$top=999', ['ada', 'ben', 'eva']],
  ])('%s', async (path, expected) => {
    expect(await names(path)).toEqual(expected);
  });

  it('pass over $count=true without the header', async () => {
    const { body } = await lab.call('GET', '/v1.0/users?$count=true');
    expect(body).not.toHaveProperty('@odata.count');
    expect((await lab.call('GET', '/v1.0/users?$count=true', undefined, eventual)).body['@odata.count']).toBe(3);
  });
});

describe('queries that need ConsistencyLevel and $count', () => {
  it.each([
    ["/users?$filter=displayName ne 'ada Miller'", operator('ne'), ['ben', 'eva']],
    ["/users?$filter=not(startswith(displayName,'a'))", operator('not'), ['ben', 'eva']],
    ["/users?$filter=endsWith(mail,'a@mail.example')", operator('endsWith'), ['ada', 'eva']],
    ['/users?$filter=jobTitle ne null', operator('ne'), ['ada', 'ben']],
    ["/users?$filter=startswith(displayName,'b') and jobTitle ne null", operator('ne'), ['ben']],
    ["/users?$filter=startswith(displayName,'a')&$orderby=displayName", SORT, ['ada']],
    ["/groups/STAFF/members/microsoft.graph.user?$filter=startswith(displayName,'a')", RELATION, ['ada']],
    ['/groups/STAFF/members/graph.user?$orderby=displayName', SORT, ['ada', 'ben', 'eva']],
    ["/groups/STAFF/transitiveMembers?$filter=startswith(displayName,'e')", RELATION, ['eva']],
  ])('%s', async (template, refusal, expected) => {
    const path = `/v1.0${template.replace('STAFF', staff)}`;
    for (const headers of [{}, eventual]) {
      expect(errorOf(await lab.call('GET', path, undefined, headers))).toEqual([400, 'Request_UnsupportedQuery', refusal]);
    }
    expect(await names(`${path}&$count=true`, eventual)).toEqual(expected);
  });

  it.each(['/users/$count', '/groups/$count', '/devices/$count'])('%s', async (path) => {
    expect(errorOf(await lab.call('GET', `/v1.0${path}`))).toEqual([400, 'Request_BadRequest', '$count is not currently supported.']);
    expect((await lab.call('GET', `/v1.0${path}`, undefined, { ConsistencyLevel: 'x', consistencylevel: 'Eventual' })).status).toBe(200);
  });

  it('counts what a filter leaves', async () => {
    expect((await lab.call('GET', '/v1.0/users/$count?$filter=jobTitle ne null', undefined, eventual)).text).toBe('2');
  });
});

describe('$search', () => {
  it.each([
    ['"displayName:mil"', ['ada', 'ben', 'eva']],
    ['"displayName:ada mil"', ['ada']],
    ['"displayName:iller"', []],
    ['"mail:eva"', ['eva']],
    ['"displayName:ada" OR "displayName:eva"', ['ada', 'eva']],
    ['"displayName:miller" AND "jobTitle:eng"', ['ada', 'ben']],
    ['("displayName:ada" OR "displayName:ben") AND NOT "mail:ben"', ['ada']],
  ])('%s', async (search, expected) => {
    const path = `/v1.0/users?$search=${encodeURIComponent(search)}`;
    expect(errorOf(await lab.call('GET', path))).toEqual([400, 'Request_UnsupportedQuery', SEARCH]);
    expect(await names(path, eventual)).toEqual(expected);
  });

  it('looks into words and relations', async () => {
    expect(await names('/v1.0/groups?$search="displayName:devices"', eventual)).toEqual(['All-Devices']);
    expect(await names('/v1.0/groups?$search="description:off"', eventual)).toEqual(['Staff']);
    expect(await names(`/v1.0/groups/${staff}/members/microsoft.graph.user?$search="displayName:ada"&$count=true`, eventual)).toEqual([
      'ada',
    ]);
  });

  it.each([
    'displayName:ada',
    '"ada"',
    '"shoe_size"',
    '"displayName:"',
    '("displayName:a"',
    '"displayName:a" XOR "mail:b"',
    '"displayName:a',
    `${'('.repeat(50)}"mail:a"`,
    '%22a',
  ])('refuses %s', async (search) => {
    expect((await lab.call('GET', `/v1.0/users?$search=${encodeURIComponent(search)}`, undefined, eventual)).status).toBe(400);
  });
});

describe('paging', () => {
  it.each([
    ['/users?$top=1000', 'Request_UnsupportedQuery', "Invalid page size specified: '1000'. Must be between 1 and 999 inclusive."],
    ['/users?$top=0', 'Request_UnsupportedQuery', "Invalid page size specified: '0'. Must be between 1 and 999 inclusive."],
    [
      '/groups/STAFF/members?$top=1000',
      'Request_UnsupportedQuery',
      "Invalid page size specified: '1000'. Must be between 1 and 999 inclusive.",
    ],
    ['/groups?$skip=1', 'Request_BadRequest', "'$skip' is not supported by the service."],
  ])('%s is refused', async (path, code, message) => {
    expect(errorOf(await lab.call('GET', `/v1.0${path.replace('STAFF', staff)}`))).toEqual([400, code, message]);
  });

  it('shows 100 objects without $top', async () => {
    const many = await openDirectory();
    for (let at = 0; at < 101; at++) await many.put('users', 'user', `u${at}`, { displayName: `u${at}` });
    const { body } = await many.call('GET', '/v1.0/users');
    expect([body.value.length, body['@odata.nextLink']]).toEqual([100, expect.stringContaining('$skiptoken=')]);
    expect((await many.call('GET', `!${body['@odata.nextLink'].slice('https://graph.example'.length)}`)).body.value).toHaveLength(1);
  });
});
