import { decodeJwt } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { createSigningKeys, importSigningKeys, type SigningKeys } from './keys.js';
import {
  answer,
  CLIENT,
  CONTOSO,
  FABRIKAM,
  GRAPH_SCOPE,
  get,
  movableClock,
  ORIGIN,
  PUBLIC_CLIENT_ID,
  post,
  testIssuer,
} from './testing/fixture.js';
import { createVerifier } from './verify.js';

let keys: SigningKeys;
beforeAll(async () => {
  keys = await importSigningKeys(await createSigningKeys());
});

const issuer = () => testIssuer(keys, movableClock());

describe('what is not the issuer’s', () => {
  it.each([
    '/',
    '/beta',
    '/beta/groups',
    '/beta/oauth2/token',
    '/v1.0/discovery/keys',
    '/healthz',
    '/demo',
    '/demo/oauth2',
    '/demo/__proto__',
    '/demo/constructor',
    '/demo/oauth2/v2.0/token/more',
  ])('%s is left to others', async (url) => {
    expect(await issuer().handle(get(url))).toBeUndefined();
  });
});

describe('discovery', () => {
  it.each([
    ['demo', CONTOSO.id, CONTOSO.id],
    [CONTOSO.id.toUpperCase(), CONTOSO.id, CONTOSO.id],
    ['fabrikam.example', FABRIKAM.id, FABRIKAM.id],
    ['common', '{tenantid}', 'common'],
    ['organizations', '{tenantid}', 'organizations'],
  ])('describes %s under the host that was asked', async (tenant, issuerTenant, pathTenant) => {
    const origin = 'http://127.0.0.1:4000';
    const { response, json } = await answer(issuer(), get(`/${tenant}/v2.0/.well-known/openid-configuration`, origin));
    expect(response.status).toBe(200);
    expect(json).toMatchObject({
      issuer: `${origin}/${issuerTenant}/v2.0`,
      authorization_endpoint: `${origin}/${pathTenant}/oauth2/v2.0/authorize`,
      token_endpoint: `${origin}/${pathTenant}/oauth2/v2.0/token`,
      device_authorization_endpoint: `${origin}/${pathTenant}/oauth2/v2.0/devicecode`,
      jwks_uri: `${origin}/${pathTenant}/discovery/v2.0/keys`,
    });
  });

  it('names the v1.0 issuer of access tokens in the v1.0 document', async () => {
    const { json } = await answer(issuer(), get('/demo/.well-known/openid-configuration'));
    expect(json).toMatchObject({
      issuer: `https://sts.windows.net/${CONTOSO.id}/`,
      token_endpoint: `${ORIGIN}/${CONTOSO.id}/oauth2/token`,
    });
  });

  it.each(['/demo/discovery/keys', '/common/discovery/v2.0/keys'])('publishes the keys at %s', async (url) => {
    expect((await answer(issuer(), get(url))).json).toEqual(JSON.parse(JSON.stringify(keys.jwks)));
  });

  it('names this host as a cloud of its own', async () => {
    const endpoint = encodeURIComponent(`${ORIGIN}/demo/oauth2/v2.0/authorize`);
    const { json } = await answer(issuer(), get(`/common/discovery/instance?api-version=1.1&authorization_endpoint=${endpoint}`));
    expect(json).toEqual({
      tenant_discovery_endpoint: `${ORIGIN}/demo/v2.0/.well-known/openid-configuration`,
      'api-version': '1.1',
      metadata: [{ preferred_network: 'localhost:8443', preferred_cache: 'localhost:8443', aliases: ['localhost:8443'] }],
    });
  });

  it.each([
    ['/common/discovery/instance?api-version=1.1', 400, 900144],
    ['/common/discovery/instance?authorization_endpoint=https%3A%2F%2Fevil.example%2Fcommon', 403, 50049],
    ['/common/discovery/instance?authorization_endpoint=nonsense', 403, 50049],
    ['/nowhere/v2.0/.well-known/openid-configuration', 400, 90002],
    ['/%zz/discovery/keys', 400, 90002],
    ['/demo/oauth2/v2.0/authorize', 400, 70005],
    ['/demo/oauth2/v2.0/token', 405, 900561],
  ])('refuses GET %s', async (url, status, code) => {
    const { response, json } = await answer(issuer(), get(url));
    expect([response.status, json.error_codes]).toEqual([status, [code]]);
  });

  it('answers under loopback names and those it was given alone', async () => {
    const url = '/demo/discovery/keys';
    const statuses = async (allowHost?: (hostname: string) => boolean) => {
      const asked = testIssuer(keys, movableClock(), allowHost === undefined ? {} : { allowHost });
      const origins = [
        'http://127.0.0.1:1',
        'http://[::1]:1',
        'https://localhost',
        'http://muster.localhost:1',
        'http://127.evil.example',
        'https://evil.example',
      ];
      return Promise.all(origins.map(async (origin) => (await answer(asked, get(url, origin))).response.status));
    };
    expect(await statuses()).toEqual([200, 200, 200, 200, 403, 403]);
    expect(await statuses((hostname) => hostname === 'evil.example')).toEqual([403, 403, 403, 403, 403, 200]);
  });
});

describe('client credentials', () => {
  const good = { grant_type: 'client_credentials', client_id: CLIENT.id, client_secret: CLIENT.secret, scope: GRAPH_SCOPE };
  const basic = (id: string, secret: string) => ({ authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` });

  it.each([
    ['secret in the body', good, {}],
    ['Basic', { grant_type: 'client_credentials', scope: GRAPH_SCOPE }, basic(CLIENT.id, encodeURIComponent(CLIENT.secret))],
    ['Basic without form encoding', { grant_type: 'client_credentials', scope: GRAPH_SCOPE }, basic(CLIENT.id, CLIENT.secret)],
    ['this host as resource', { ...good, scope: `${ORIGIN}/.default` }, {}],
    ['the Graph resource with its slash', { ...good, scope: 'https://graph.microsoft.com//.default' }, {}],
  ])('give an application token: %s', async (_name, form, headers) => {
    const clock = movableClock();
    const asked = testIssuer(keys, clock);
    const { response, json } = await answer(asked, post('/demo/oauth2/v2.0/token', form, headers));
    expect(response).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    expect(json).toMatchObject({ token_type: 'Bearer', expires_in: 3600, ext_expires_in: 3600 });
    expect(json.refresh_token).toBeUndefined();
    const verifier = createVerifier({ trust: [asked.trust], tenants: () => true, clock });
    expect(await verifier.verify(`Bearer ${json.access_token}`)).toMatchObject({
      tenantId: CONTOSO.id,
      kind: 'application',
      appId: CLIENT.id,
      permissions: new Set(CLIENT.roles),
    });
  });

  it('name the Graph application as audience when it was asked for', async () => {
    const { json } = await answer(
      issuer(),
      post('/demo/oauth2/v2.0/token', { ...good, scope: '00000003-0000-0000-c000-000000000000/.default' }),
    );
    expect(decodeJwt(String(json.access_token)).aud).toBe('00000003-0000-0000-c000-000000000000');
  });

  it.each([
    ['MSAL for Go', `${GRAPH_SCOPE} openid offline_access profile`],
    ['any order', ` openid  ${GRAPH_SCOPE} `],
  ])('work with the scopes of OpenID Connect beside: %s', async (_name, scope) => {
    const { response, json } = await answer(issuer(), post('/demo/oauth2/v2.0/token', { ...good, scope }));
    expect([response.status, decodeJwt(String(json.access_token)).aud]).toEqual([200, 'https://graph.microsoft.com']);
  });

  it.each(['https://graph.microsoft.com', 'https://graph.microsoft.com/'])('work on the v1.0 endpoint for %s', async (resource) => {
    const { scope: _, ...form } = good;
    const clock = movableClock();
    const { response, json } = await answer(testIssuer(keys, clock), post('/demo/oauth2/token', { ...form, resource }));
    expect(response.status).toBe(200);
    const seconds = Math.floor(clock.now() / 1000);
    expect(json).toMatchObject({ expires_in: '3600', expires_on: String(seconds + 3600), not_before: String(seconds), resource });
    expect(decodeJwt(String(json.access_token)).aud).toBe(resource);
  });

  it.each<[string, string, Record<string, string>, Record<string, string>, number, string, number]>([
    ['unknown tenant', '/nowhere', good, {}, 400, 'invalid_request', 90002],
    ['no tenant', '/common', good, {}, 400, 'invalid_request', 50059],
    ['no grant', '/demo', { ...good, grant_type: '' }, {}, 400, 'invalid_request', 900144],
    ['unknown grant', '/demo', { ...good, grant_type: 'password' }, {}, 400, 'unsupported_grant_type', 70003],
    ['no client', '/demo', { ...good, client_id: '' }, {}, 400, 'invalid_request', 900144],
    ['unknown client', '/demo', { ...good, client_id: PUBLIC_CLIENT_ID }, {}, 400, 'unauthorized_client', 700016],
    ['no secret', '/demo', { ...good, client_secret: '' }, {}, 401, 'invalid_client', 7000216],
    ['wrong secret', '/demo', { ...good, client_secret: 'wrong' }, {}, 401, 'invalid_client', 7000215],
    [
      'wrong Basic secret',
      '/demo',
      { grant_type: good.grant_type, scope: GRAPH_SCOPE },
      basic(CLIENT.id, 'wrong'),
      401,
      'invalid_client',
      7000215,
    ],
    ['Basic and body', '/demo', good, basic(CLIENT.id, CLIENT.secret), 400, 'invalid_request', 9002313],
    ['broken Basic', '/demo', { ...good, client_secret: '' }, { authorization: 'Basic bm9jb2xvbg==' }, 400, 'invalid_request', 9002313],
    ['no scope', '/demo', { ...good, scope: '' }, {}, 400, 'invalid_request', 900144],
    ['a single permission', '/demo', { ...good, scope: 'https://graph.microsoft.com/User.Read' }, {}, 400, 'invalid_scope', 1002012],
    ['the scopes of OpenID Connect alone', '/demo', { ...good, scope: 'openid profile' }, {}, 400, 'invalid_scope', 1002012],
    ['two scopes', '/demo', { ...good, scope: `${GRAPH_SCOPE} ${GRAPH_SCOPE}` }, {}, 400, 'invalid_scope', 1002012],
    ['another resource', '/demo', { ...good, scope: 'https://vault.azure.net/.default' }, {}, 400, 'invalid_resource', 500011],
    ['not a form', '/demo', good, { 'content-type': 'application/json' }, 400, 'invalid_request', 9002313],
    ['a huge form', '/demo', { ...good, more: 'x'.repeat(70_000) }, {}, 400, 'invalid_request', 9002313],
  ])('are refused: %s', async (_name, tenant, form, headers, status, error, code) => {
    const { response, json } = await answer(issuer(), post(`${tenant}/oauth2/v2.0/token`, form, headers));
    expect({ status: response.status, error: json.error, codes: json.error_codes }).toEqual({ status, error, codes: [code] });
    expect(response.headers['cache-control']).toBe('no-store');
    expect(String(json.error_description)).toMatch(new RegExp(`^AADSTS${code}: `));
    expect(response.body).not.toContain(CLIENT.secret);
  });

  it('are refused when a parameter stands twice', async () => {
    const request = { ...post('/demo/oauth2/v2.0/token', good), body: Buffer.from('grant_type=client_credentials&scope=a&scope=b') };
    expect((await answer(issuer(), request)).json.error_codes).toEqual([9002313]);
  });

  it('are refused with the correlation id that was sent', async () => {
    const id = '55555555-5555-4555-8555-555555555555';
    const request = post('/demo/oauth2/v2.0/token', { ...good, client_secret: 'wrong' }, { 'client-request-id': id });
    const { json, response } = await answer(issuer(), request);
    expect(json).toMatchObject({ correlation_id: id, timestamp: '2026-01-02 03:04:05Z' });
    expect(response.headers['www-authenticate']).toMatch(/^Basic/);
  });
});
