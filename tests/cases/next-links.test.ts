/** Pages: whoever follows the next links to the end has seen everything once, in order; a token is good for its own pages alone. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type Lab, openLab } from '../support/in-process.js';

const SET = 'deviceManagement/deviceConfigurations';
const DC = `/${SET}`;
const CONFIGURATIONS = 7;
const ASSIGNMENTS = 5;
const idOf = (n: number) => `c${n}`;

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
  for (let n = 0; n < CONFIGURATIONS; n += 1) {
    const type = n % 2 === 0 ? 'iosCustomConfiguration' : 'windows10CustomConfiguration';
    const omaSettings = [3, 1, 2].map((at) => ({
      '@odata.type': '#microsoft.graph.omaSettingString',
      displayName: `S${at}`,
      omaUri: './x',
    }));
    const more = n % 2 === 0 ? {} : { omaSettings };
    await lab.put(SET, type, idOf(n), { displayName: `P ${(n * 3) % CONFIGURATIONS}`, version: n % 3, ...more });
    for (let at = 0; at < ASSIGNMENTS; at += 1) {
      const target = { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: `g${at}` };
      await lab.put(
        `${SET}/assignments`,
        'deviceConfigurationAssignment',
        `a${at}`,
        { target, intent: at % 2 ? 'remove' : 'apply' },
        idOf(n),
      );
    }
  }
  for (const group of ['g1', 'g2', 'g3']) await lab.put('groups', 'group', group, { displayName: group });
  for (const user of ['u1', 'u2', 'u3', 'u4']) {
    await lab.put('users', 'user', user, { displayName: user, userPrincipalName: `${user}@example.com` });
    for (const group of ['g1', 'g2', 'g3']) await lab.link({ kind: 'members', from: group, to: user, toSet: 'users' });
  }
});

type Member = Readonly<Record<string, unknown>>;

const pathOf = (link: string) => link.slice('https://graph.example'.length);

async function page(path: string): Promise<Readonly<Record<string, unknown>> & { readonly value: readonly Member[] }> {
  const { status, body } = await lab.call('GET', path);
  expect([path, status, body.error?.message]).toEqual([path, 200, undefined]);
  return body;
}

/** Everything from a link on. */
async function follow(link: unknown): Promise<readonly Member[]> {
  const members: Member[] = [];
  for (let next = link; typeof next === 'string'; ) {
    const body = await page(pathOf(next));
    members.push(...body.value);
    next = body['@odata.nextLink'];
  }
  return members;
}

async function all(path: string): Promise<readonly Member[]> {
  const first = await page(path);
  return [...first.value, ...(await follow(first['@odata.nextLink']))];
}

const COLLECTIONS = [
  `${DC}?$select=id`,
  `${DC}?$select=displayName&$orderby=version desc,displayName`,
  `${DC}?$select=id&$filter=isof('microsoft.graph.iosCustomConfiguration') or version eq 1`,
  `${DC}?$select=id&$filter=assignments/any(a:a/intent eq 'remove')&$orderby=assignments/$count`,
  `${DC}?$select=id&$search=p&$orderby=tolower(displayName) desc`,
  `${DC}?$select=id&$filter=displayName ne @p&@p='P 3'`,
  `${DC}?$select=id&$skip=2`,
  `${DC}?$select=id&$expand=assignments($select=id;$top=2)`,
  `${DC}/microsoft.graph.iosCustomConfiguration?$select=id`,
  `${DC}/c0/assignments?$select=id&$filter=target/microsoft.graph.groupAssignmentTarget/groupId ne 'g1'`,
  `${DC}/c1/microsoft.graph.windows10CustomConfiguration/omaSettings?$orderby=displayName`,
  '/groups/g1/members?$select=id',
  '/groups/g1/members/microsoft.graph.user?$select=id',
  '/groups/g1/members/$ref?',
  "/deviceManagement/assignmentFilters/getPlatformSupportedProperties(platform='iOS')?$select=name",
] as const;

describe('next links', () => {
  it.each(COLLECTIONS)('%s', async (path) => {
    const whole = (await page(path)).value;
    expect(whole.length).toBeGreaterThan(1);
    for (const top of [1, 2, 3]) expect(await all(`${path}&$top=${top}`)).toEqual(whole);
  });

  it.each(['maxpagesize=2', 'odata.maxpagesize=2'])('with %s', async (prefer) => {
    const { body, headers } = await lab.call('GET', `${DC}?$select=id`, undefined, { prefer });
    expect(body.value).toHaveLength(2);
    expect(headers['preference-applied']).toBe('odata.maxpagesize=2');
    expect([...body.value, ...(await follow(body['@odata.nextLink']))]).toEqual((await page(`${DC}?$select=id`)).value);
  });

  it.each([
    ['assignments', `${DC}/c0`, '', 'assignments'],
    ['assignments', `${DC}/c0`, "$select=intent;$filter=intent eq 'apply';$orderby=id desc", 'assignments'],
    ['assignments/$ref', `${DC}/c0`, '', 'assignments'],
    ['groupAssignments', `${DC}/c0`, '$expand=deviceConfiguration($select=displayName)', 'groupAssignments'],
    ['members', '/groups/g1', '$select=id', 'members'],
    ['deviceConfigurations', '/deviceManagement', '$select=id;$orderby=version', 'deviceConfigurations'],
  ])('of %s expanded below %s, with %s', async (item, owner, options, name) => {
    const expanded = async (more: string) => {
      const inner = [options, more].filter((part) => part !== '').join(';');
      const { body } = await lab.call('GET', `${owner}?$expand=${item}${inner === '' ? '' : `(${inner})`}`);
      return body;
    };
    const whole = (await expanded(''))[name];
    const first = await expanded('$top=1');
    expect(first[name]).toHaveLength(1);
    const rest = await follow(first[`${name}@odata.nextLink`]);
    // Contexts of what is expanded say where it was asked for.
    const plain = (members: readonly Member[]) =>
      members.map((member) => Object.fromEntries(Object.entries(member).filter(([key]) => !key.endsWith('@odata.context'))));
    expect(plain([...first[name], ...rest])).toEqual(plain(whole));
  });
});

describe('a token', () => {
  it.each([
    ['the same list', `${DC}?$top=2`, `${DC}?$top=2`, 200],
    ['another page size', `${DC}?$top=2`, `${DC}?$top=4`, 200],
    ['another $select', `${DC}?$top=2`, `${DC}?$top=2&$select=id`, 200],
    ['the same filter, written otherwise', `${DC}?$top=2&$filter=version lt 2`, `${DC}?$filter=(version+LT+2)`, 200],
    ['the same path, written otherwise', `${DC}/c0/assignments?$top=2`, `/beta${DC}('c0')//assignments/`, 200],
    ['another filter', `${DC}?$top=2&$filter=version lt 2`, `${DC}?$filter=version lt 3`, 400],
    ['no filter', `${DC}?$top=2&$filter=version lt 2`, `${DC}?`, 400],
    ['another order', `${DC}?$top=2&$orderby=version`, `${DC}?$orderby=version desc`, 400],
    ['another search', `${DC}?$top=2&$search=p`, `${DC}?$search=q`, 400],
    ['another value of an alias', `${DC}?$top=2&$filter=version ge @p&@p=0`, `${DC}?$filter=version ge @p&@p=1`, 400],
    ['another collection', `${DC}?$top=2`, '/groups?', 400],
    ['another owner', `${DC}/c0/assignments?$top=2`, `${DC}/c1/assignments?`, 400],
    ['another cast', `${DC}?$top=2`, `${DC}/microsoft.graph.iosCustomConfiguration?`, 400],
    ['another version', `${DC}?$top=2`, `/v1.0${DC}?`, 400],
  ])('%s', async (_name, from, to, status) => {
    const link = new URL(pathOf((await page(from))['@odata.nextLink'] as string), 'https://x');
    const token = encodeURIComponent(link.searchParams.get('$skiptoken') ?? '');
    const answer = await lab.call('GET', `${to}${to.includes('?') ? '&' : '?'}$skiptoken=${token}`);
    expect(answer.status).toBe(status);
  });

  it('of another tenant', async () => {
    await lab.store.createTenant({ id: 'other', name: 'other', createdAt: '2026-01-01T00:00:00Z' });
    const link = pathOf((await page(`${DC}?$top=2`))['@odata.nextLink'] as string);
    const authorization = 'Bearer app DeviceManagementConfiguration.ReadWrite.All @other';
    expect((await lab.call('GET', link, undefined, { authorization })).status).toBe(400);
  });
});
