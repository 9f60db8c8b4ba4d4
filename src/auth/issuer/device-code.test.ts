import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { createSigningKeys, importSigningKeys, type SigningKeys } from '../keys.js';
import {
  ADA,
  answer,
  CLIENT,
  CONTOSO,
  GRAPH_SCOPE,
  get,
  movableClock,
  ORIGIN,
  PUBLIC_CLIENT_ID,
  post,
  testIssuer,
} from '../testing/fixture.js';
import { createVerifier } from '../verify.js';

let keys: SigningKeys;
beforeAll(async () => {
  keys = await importSigningKeys(await createSigningKeys());
});

const issuer = () => testIssuer(keys, movableClock());

describe('device code', () => {
  const SCOPE = `${GRAPH_SCOPE} openid profile offline_access`;
  const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

  async function start(tenant = 'demo', options: Parameters<typeof testIssuer>[2] = {}, scope = SCOPE) {
    const clock = movableClock();
    const asked = testIssuer(keys, clock, options);
    const { json } = await answer(asked, post(`/${tenant}/oauth2/v2.0/devicecode`, { client_id: PUBLIC_CLIENT_ID, scope }));
    const poll = (path = tenant, client = PUBLIC_CLIENT_ID) =>
      answer(
        asked,
        post(`/${path}/oauth2/v2.0/token`, {
          grant_type: GRANT,
          client_id: client,
          device_code: String(json.device_code),
          client_info: '1',
        }),
      );
    const submit = (fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}, path = tenant) =>
      answer(
        asked,
        post(
          `/${path}/oauth2/deviceauth`,
          { code: String(json.user_code), user: ADA.userPrincipalName, action: 'approve', ...fields },
          headers,
        ),
      );
    return { clock, asked, json, poll, submit };
  }

  it('tells where to go with what code', async () => {
    const { json } = await start();
    const uri = `${ORIGIN}/${CONTOSO.id}/oauth2/deviceauth`;
    expect(json).toMatchObject({ verification_uri: uri, expires_in: 900, interval: 1 });
    expect(json.user_code).toMatch(/^[BCDFGHJ-NP-TV-XZ]{4}-[BCDFGHJ-NP-TV-XZ]{4}$/);
    expect(json.message).toBe(
      `To sign in, use a web browser to open the page ${uri} and enter the code ${json.user_code} to authenticate.`,
    );
  });

  it('gives tokens once the user has approved, and only once', async () => {
    const { clock, asked, poll, submit } = await start();
    expect((await poll()).json).toMatchObject({ error: 'authorization_pending', error_codes: [70016] });
    expect((await submit({})).response.status).toBe(200);
    const { response, json } = await poll();
    expect(response).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    const caller = await createVerifier({ trust: [asked.trust], tenants: () => true, clock }).verify(`Bearer ${json.access_token}`);
    expect(caller).toMatchObject({
      tenantId: CONTOSO.id,
      kind: 'delegated',
      appId: PUBLIC_CLIENT_ID,
      permissions: new Set([...CLIENT.scopes, 'openid', 'profile']),
      userId: ADA.id,
      userPrincipalName: ADA.userPrincipalName,
      directoryRoles: ADA.directoryRoles,
    });
    const { payload } = await jwtVerify(String(json.id_token), createLocalJWKSet(keys.jwks), { currentDate: new Date(clock.now()) });
    expect(payload).toMatchObject({
      aud: PUBLIC_CLIENT_ID,
      iss: `${ORIGIN}/${CONTOSO.id}/v2.0`,
      oid: ADA.id,
      preferred_username: ADA.userPrincipalName,
      tid: CONTOSO.id,
      ver: '2.0',
    });
    expect(JSON.parse(Buffer.from(String(json.client_info), 'base64url').toString())).toEqual({ uid: ADA.id, utid: CONTOSO.id });
    expect(String(json.scope).split(' ')).toEqual([
      GRAPH_SCOPE,
      'openid',
      'profile',
      ...CLIENT.scopes.map((name) => `https://graph.microsoft.com/${name}`),
    ]);
    expect((await poll()).json.error).toBe('bad_verification_code');
  });

  it('an id token is no access token', async () => {
    const { clock, asked, poll, submit } = await start();
    await submit({});
    const { json } = await poll();
    const verifier = createVerifier({ trust: [asked.trust], tenants: () => true, clock, audiences: [PUBLIC_CLIENT_ID] });
    await expect(verifier.verify(`Bearer ${json.id_token}`)).rejects.toMatchObject({ kind: 'tokenInvalid' });
  });

  it('gives an access token alone when nothing else was asked for', async () => {
    const { poll, submit } = await start('demo', {}, 'user.read');
    await submit({});
    const { json } = await poll();
    expect(Object.keys(json).sort()).toEqual(['access_token', 'client_info', 'expires_in', 'ext_expires_in', 'scope', 'token_type']);
    expect(decodeJwt(String(json.access_token)).scp).toBe('User.Read');
    expect(json.scope).toBe('user.read https://graph.microsoft.com/User.Read');
  });

  it('finds the tenant by the user when asked under common', async () => {
    const { poll, submit } = await start('common');
    await submit({});
    expect(decodeJwt(String((await poll()).json.access_token)).tid).toBe(CONTOSO.id);
  });

  it('is not redeemed under another tenant or by another client', async () => {
    const { poll, submit } = await start('common');
    await submit({});
    expect((await poll('docs')).json.error).toBe('bad_verification_code');
    expect((await poll('common', CLIENT.id)).json.error).toBe('bad_verification_code');
    expect((await poll('demo')).response.status).toBe(200);
  });

  it('slows down who polls too fast, and no one else', async () => {
    const { clock, poll } = await start();
    await poll();
    clock.advance(400);
    expect((await poll()).json.error).toBe('slow_down');
    clock.advance(990);
    expect((await poll()).json.error).toBe('authorization_pending');
  });

  it('can be declined', async () => {
    const { poll, submit } = await start();
    expect((await submit({ action: 'decline', user: '' })).response.status).toBe(200);
    expect((await poll()).json).toMatchObject({ error: 'authorization_declined', error_codes: [65004] });
  });

  it('expires', async () => {
    const { clock, poll, submit } = await start();
    clock.advance(900_000);
    expect((await poll()).json.error).toBe('expired_token');
    expect((await submit({})).response.status).toBe(400);
  });

  it('gives way when there are too many', async () => {
    const { asked, poll } = await start('demo', { maxDeviceCodes: 3 });
    for (let n = 0; n < 3; n += 1) await answer(asked, post('/demo/oauth2/v2.0/devicecode', { client_id: PUBLIC_CLIENT_ID, scope: SCOPE }));
    expect((await poll()).json.error).toBe('bad_verification_code');
  });

  it.each<[string, Record<string, string>, number]>([
    ['no client', { scope: SCOPE }, 900144],
    ['a client id that is no GUID', { client_id: 'cli', scope: SCOPE }, 700038],
    ['no scope', { client_id: PUBLIC_CLIENT_ID }, 900144],
    ['a permission nobody knows', { client_id: PUBLIC_CLIENT_ID, scope: 'Nonsense.Read' }, 650053],
    ['another resource', { client_id: PUBLIC_CLIENT_ID, scope: 'https://vault.azure.net/.default' }, 500011],
    ['a secret of an unknown client', { client_id: PUBLIC_CLIENT_ID, client_secret: 'x', scope: SCOPE }, 700016],
    ['a wrong secret', { client_id: CLIENT.id, client_secret: 'x', scope: SCOPE }, 7000215],
  ])('is refused: %s', async (_name, form, code) => {
    expect((await answer(issuer(), post('/demo/oauth2/v2.0/devicecode', form))).json.error_codes).toEqual([code]);
  });

  it.each([
    ['unknown code', { code: 'BBBB-BBBB' }, {}, 'demo', 400, /not known/],
    ['empty code', { code: '' }, {}, 'demo', 400, /not known/],
    ['code of another tenant', {}, {}, 'docs', 400, /not known/],
    ['unknown user', { user: '<b>bob</b>@contoso.example' }, {}, 'demo', 400, /&lt;b&gt;bob&lt;\/b&gt;/],
    ['no user', { user: '' }, {}, 'demo', 400, /Enter the user/],
    ['no action', { action: '' }, {}, 'demo', 400, /Choose to sign in/],
    ['posted by another site', {}, { origin: 'https://evil.example' }, 'demo', 403, /its own page/],
    ['posted from nowhere', {}, { origin: 'null' }, 'demo', 403, /its own page/],
    ['posted across sites', {}, { 'sec-fetch-site': 'cross-site' }, 'demo', 403, /its own page/],
    ['not a form', {}, { 'content-type': 'text/plain' }, 'demo', 400, /could not be read/],
  ])('is not approved: %s', async (_name, fields, headers, path, status, text) => {
    const { poll, submit } = await start();
    const { response } = await submit(fields as Record<string, string>, headers as Record<string, string>, path);
    expect(response.status).toBe(status);
    expect(response.body).toMatch(text);
    expect(response.body).not.toContain('<b>');
    expect((await poll()).json.error).toBe('authorization_pending');
  });

  it('is approved from its own page, however the code is typed', async () => {
    const { json, poll, submit } = await start();
    const code = ` ${String(json.user_code).toLowerCase().replace('-', ' ')} `;
    const headers = { origin: ORIGIN, 'sec-fetch-site': 'same-origin' };
    expect((await submit({ code, user: 'ADA@contoso.example' }, headers)).response.status).toBe(200);
    expect((await poll()).response.status).toBe(200);
  });

  it('has a page without script, framed by nobody, its output escaped', async () => {
    const { response } = await answer(issuer(), get('/demo/oauth2/deviceauth?code=%22%3E%3Cscript%3E'));
    expect(response.status).toBe(200);
    expect(response.headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(response.body).not.toContain('<script');
    expect(response.body).toContain('value="&quot;&gt;&lt;script&gt;"');
    expect(response.body).toContain('<option value="ada@contoso.example">Ada &lt;Admin&gt;</option>');
    for (const id of ['code', 'user']) expect(response.body).toContain(`<label for="${id}">`);
  });
});
