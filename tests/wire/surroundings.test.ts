/** Where a server stands: its cloud, the names it goes by, the licence of a tenant, and the limits on requests. */
import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { mintAccessToken } from '../../src/auth/mint.js';
import { type CloudName, cloudOf } from '../../src/kernel/cloud.js';
import { expectGraphError } from './graph-errors.js';
import { sendRequest } from './raw.js';
import { startMuster, type WireServer } from './server.js';

const DC = '/deviceManagement/deviceConfigurations';

const running: WireServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});
async function start(more: Readonly<Record<string, unknown>>, tenants = 'empty'): Promise<WireServer> {
  const server = await startMuster('memory', tenants, more);
  running.push(server);
  return server;
}

/** A client credentials request as a person in that cloud writes it. */
async function signIn(server: WireServer, resource: string, host = new URL(server.http).host) {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: server.client.id,
    client_secret: server.client.secret,
    scope: `${resource}/.default`,
  });
  const headers = { host, 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await sendRequest(server.http, 'POST', `/${server.tenant('empty')}/oauth2/v2.0/token`, headers, form.toString());
  return { status: answer.status, body: JSON.parse(answer.text) };
}

describe.each<[CloudName, string, string, string]>([
  ['global', 'https://graph.microsoft.com', 'https://login.microsoftonline.com', 'https://sts.windows.net/'],
  ['usgov-l4', 'https://graph.microsoft.us', 'https://login.microsoftonline.us', 'https://sts.windows.net/'],
  ['usgov-l5', 'https://dod-graph.microsoft.us', 'https://login.microsoftonline.us', 'https://sts.windows.net/'],
  ['china', 'https://microsoftgraph.chinacloudapi.cn', 'https://login.chinacloudapi.cn', 'https://sts.chinacloudapi.cn/'],
])('in the cloud %s', (cloud, graph, authority, sts) => {
  it('tokens are for its Graph, and no others are accepted', async () => {
    const server = await start({ cloud });
    const tid = server.tenant('empty');
    const { status, body } = await signIn(server, graph);
    expect(status).toBe(200);
    expect(decodeJwt(body.access_token)).toMatchObject({ aud: graph, iss: `${sts}${tid}/`, tid });
    const list = (token: string) => server.call('GET', `${DC}?$top=1`, undefined, {}, token);
    const listed = await list(body.access_token);
    // Links go by the name that the client used.
    expect([listed.status, listed.body['@odata.context']]).toEqual([
      200,
      `${server.http}/beta/$metadata#deviceManagement/deviceConfigurations`,
    ]);
    expect((await list(await server.token({ tenant: 'empty' }))).status).toBe(200);

    const elsewhere = cloudOf(cloud === 'global' ? 'china' : 'global');
    expect((await signIn(server, elsewhere.graph)).status).toBe(400);
    const foreign = await mintAccessToken(await server.keys(), {
      tenantId: tid,
      appId: server.client.id,
      appName: 'Test',
      appAuthentication: 'secret',
      subject: { kind: 'application', roles: [] },
      issuedAt: Date.now(),
      audience: elsewhere.graph,
      cloud: cloudOf(cloud),
    });
    const refused = await list(foreign);
    expect(refused.body.error.message).toBe('Access token validation failure. Invalid audience.');
    expect(refused.headers.get('www-authenticate')).toContain(`authorization_uri="${authority}/common/oauth2/authorize"`);
  });

  it('with --host-true, contexts, links and discovered endpoints name its hosts', async () => {
    const server = await start({ cloud, hostTrue: true }, 'docs');
    const page = await server.call('GET', `${DC}?$top=1`);
    expect(page.body['@odata.context']).toBe(`${graph}/beta/$metadata#deviceManagement/deviceConfigurations`);
    expect(page.body['@odata.nextLink'].startsWith(`${graph}/beta${DC}?$top=1&$skiptoken=`)).toBe(true);
    const next = await server.call('GET', page.body['@odata.nextLink'].slice(graph.length));
    expect(next.status).toBe(200);

    const tid = server.tenant('docs');
    const host = new URL(authority).host;
    for (const name of [host, new URL(server.http).host]) {
      const answer = await sendRequest(server.http, 'GET', `/${tid}/v2.0/.well-known/openid-configuration`, { host: name });
      expect(JSON.parse(answer.text)).toMatchObject({
        issuer: `${authority}/${tid}/v2.0`,
        token_endpoint: `${authority}/${tid}/oauth2/v2.0/token`,
        jwks_uri: `${authority}/${tid}/discovery/v2.0/keys`,
        msgraph_host: new URL(graph).host,
      });
    }
    const query = new URLSearchParams({ authorization_endpoint: `${authority}/common/oauth2/v2.0/authorize` });
    const instance = await sendRequest(server.http, 'GET', `/common/discovery/instance?${query}`, { host });
    expect(JSON.parse(instance.text).metadata[0]).toMatchObject({ preferred_network: host, aliases: expect.arrayContaining([host]) });
    const stranger = await sendRequest(server.http, 'GET', `/${tid}/v2.0/.well-known/openid-configuration`, { host: 'evil.example' });
    expect(stranger.status).not.toBe(200);
  });
});

describe('a tenant without Intune', () => {
  let server: WireServer;
  beforeAll(async () => {
    server = await startMuster('sqlite', 'empty,unlicensed');
  });
  afterAll(() => server?.close());
  const call = async (method: string, path: string, body?: unknown) => {
    const headers = {
      authorization: `Bearer ${await server.token({ tenant: 'unlicensed' })}`,
      'client-request-id': 'a-client-request-id',
      'content-type': 'application/json',
    };
    return await sendRequest(server.http, method, path, headers, body === undefined ? '' : JSON.stringify(body));
  };

  it.each<[string, string, unknown?]>([
    ['GET', `/beta${DC}`],
    ['GET', `/v1.0${DC}/x`],
    ['POST', `/beta${DC}`, { '@odata.type': '#microsoft.graph.iosGeneralDeviceConfiguration', displayName: 'x' }],
    ['PATCH', `/beta${DC}/x/assignments/y`, { intent: 'remove' }],
    ['DELETE', '/beta/deviceManagement/managedDevices/x'],
    ['GET', '/beta/deviceAppManagement/policySets'],
    ['GET', '/beta/deviceManagement/roleScopeTags'],
    ['GET', '/beta/deviceManagement?$expand=deviceConfigurations'],
    ['GET', "/beta/deviceManagement/getEffectivePermissions(scope='x')"],
  ])('is refused %s %s', async (method, path, body) => {
    const message = 'Request not applicable to target tenant.';
    expectGraphError(await call(method, path, body), { status: 400, code: 'BadRequest', message, nested: true });
  });

  it.each<[string, object]>([
    ['/beta/deviceManagement', { subscriptionState: 'pending' }],
    ['/v1.0/deviceManagement/subscriptionState', { value: 'pending' }],
    ['/beta/organization', { value: [expect.objectContaining({ mobileDeviceManagementAuthority: 'unknown', assignedPlans: [] })] }],
    [
      '/beta/users?$select=userPrincipalName',
      { value: [expect.objectContaining({ userPrincipalName: 'admin@unlicensed-tenant.example' })] },
    ],
    ['/v1.0/groups', { value: [] }],
  ])('shows %s', async (path, expected) => {
    const answer = await call('GET', path);
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, expect.objectContaining(expected)]);
  });

  it('leaves the others alone', async () => {
    const token = await server.token({ tenant: 'empty' });
    expect((await server.call('GET', '/deviceManagement', undefined, {}, token)).body.subscriptionState).toBe('active');
    expect((await server.call('GET', DC, undefined, {}, token)).status).toBe(200);
  });
});

describe('the limits of the service', () => {
  it.each<[string, string, RegExp, boolean]>([
    ['service', 'documented', /^(?:[1-9]|1\d|20)$/, true],
    ['service-no-retry-after', 'documented', /^null$/, false],
    ['service', 'observed', /^null$/, false],
  ])('with --throttle %s and --wire %s, Retry-After: %s', async (throttle, wire, header, told) => {
    const server = await start({ throttle, wire });
    const token = await server.token({ tenant: 'empty' });
    const answers = await Promise.all(Array.from({ length: 300 }, () => server.call('DELETE', `${DC}/x`, undefined, {}, token)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 404).length).toBeGreaterThanOrEqual(100);
    expect(refused.length).toBeGreaterThan(0);
    expect(String(refused[0]?.headers.get('retry-after'))).toMatch(header);
    expect(refused[0]?.body.error).toMatchObject({ code: 'TooManyRequests', message: 'Too many requests.' });
    expect(refused[0]?.body.error.innerError['@muster.detail'].includes('as Retry-After says')).toBe(told);
  });
});
